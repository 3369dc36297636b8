"""Network storage by syslog: Synology DSM (connections, files), QNAP (connection log), Buffalo TeraStation (files)."""

from __future__ import annotations

from ...table import LogSource
from ..speech import Speech

FIELDS = (
    ("time, host", "from the syslog frame"),
    ("action", "nas.login, nas.logout, smb.read, smb.written, smb.deleted, smb.renamed, smb.folder …, nas.message"),
    ("outcome", "as the line says; files are in the log once it was done"),
    ("user, address", "who and from where"),
    ("path", "the file; for a renaming both names, as the line has them"),
    ("method", "the service: DSM, SMB, SSH, HTTPS …"),
)
PROGRAMS = (b"qulogd", b"qlogd", b"WinFileService", b"Connection", b"FileStation", b"file_smb", b"FTP", b"WebDAV")
_DSM = rb"(?:Connection|System|[A-Za-z ]{1,30})?:? ?(?:[^ ]{1,64}:\s?(?:#011)?)?"
_WIN = rb"(?:WinFileService|FileStation|File Station|FTP|WebDAV|TransferLog|AFP) ?:? ?Event: "
_WIN_TAIL = (
    rb", Path: (?P<path>.*), File/Folder: (?P<kind>[^,]*+)(?:, Size: (?P<size>[^,]*+))?, User:"
    rb" (?P<user>.*), IP: (?P<address>[^ ,]++)"
)
# The name comes from the attacker and may hold all of this: `.*` takes up to the last such words.
_QNAP = (
    rb"(?:q[u]?logd\[\d++\]: )?conn log: Users: (?P<user>.*), Source IP: (?P<address>[^,]++), Computer name:"
    rb" (?P<client>.{0,80}?), "
)
_QNAP += rb"Connection type: (?P<method>[^,]++), Accessed resources: (?:---|(?P<path>.*)), Action: "
_BUFFALO = rb"(?:file_smb(?:\[\d++\])?: ?)?\[User:(?P<user>[^(\]]*+)\((?P<address>[^)\]]*+)\)?\] ?"
_FILES = (
    ("smb.read", rb"(?:read|download|open)", rb"(?:Read|Open|Download)", rb"File Open\(Read\)"),
    ("smb.written", rb"(?:write|upload|create|copy)", rb"(?:Write|Add|Upload|Copy)", rb"File Open\((?:Read/)?Write\)"),
    ("smb.deleted", rb"(?:delete|remove)", rb"(?:Delete|Remove)", rb"Remove (?:File|Directory)"),
    ("smb.renamed", rb"(?:rename|move)", rb"(?:Rename|Move)", rb"Rename (?:File|Directory)"),
    ("smb.folder", rb"(?:mkdir|create folder)", rb"(?:MakeDir|Make Directory|Create Folder)", rb"Make Directory"),
    ("smb.permissions", rb"(?:permission change|set permission)", rb"(?:Permission)", rb"Change Permission"),
)
_RULES = (
    ("nas.login", "failure", _DSM + rb"User \[(?P<user>.*)\] from"
         rb" \[(?:[^\]\[(]*+\()?(?P<address>[^\]\[()]*+)\)?\] failed to (?:log|sign) in (?:to |via"
         rb" )\[(?P<method>[^\]]*+)\]"),
    ("nas.login", "success", _DSM + rb"User \[(?P<user>[^\]]*+)\] from"
         rb" \[(?:[^\]\[(]*+\()?(?P<address>[^\]\[()]*+)\)?\] (?:logged|signed) in (?:successfully )?(?:to |via"
         rb" )\[(?P<method>[^\]]*+)\](?!.* from \[)"),
    ("nas.logout", "unknown", _DSM + rb"User \[(?P<user>[^\]]*+)\] from"
         rb" \[(?:[^\]\[(]*+\()?(?P<address>[^\]\[()]*+)\)?\] (?:logged|signed) out"),
    ("smb.connected", "success", _DSM + rb"User \[(?P<user>[^\]]*+)\] from"
         rb" \[(?:[^\]\[(]*+\()?(?P<address>[^\]\[()]*+)\)?\] via \[(?P<method>[^\]]*+)\] accessed shared folder"
         rb" \[(?P<target>[^\]]*+)\]"),
    ("nas.blocked", "failure", _DSM + rb"(?:Host|IP address) \[(?P<address>[^\]]*+)\] (?:was|has been) blocked(?:"
         rb" (?:by|via) \[(?P<method>[^\]]*+)\])?"),
    *((action, "success", _WIN + rb"(?i:" + word + rb")" + _WIN_TAIL) for action, word, _, _ in _FILES),
    ("smb.operation", "success", _WIN + rb"(?P<operation>[^,]{1,40})" + _WIN_TAIL),
    ("nas.login", "success", _QNAP + rb"Login (?:Success|OK)\.?$"),
    ("nas.login", "failure", _QNAP + rb"Login [Ff]ail"),
    ("nas.logout", "unknown", _QNAP + rb"Logout"),
    *((action, "success", _QNAP + word) for action, _, word, _ in _FILES),
    ("smb.operation", "unknown", _QNAP + rb"(?P<operation>.*)"),
    *((action, "success", _BUFFALO + word + rb" (?P<path>.*)") for action, _, _, word in _FILES),
    ("auth.login", "failure", rb"synoscgi_[\w.]++(?:\[\d++\])?: pam_unix\(webui:auth\): authentication failure;.*?"
         rb" rhost=(?P<address>[^ ]++)(?: +user=(?P<user>.*))?"),
)  # fmt: skip
_SPEECH = Speech(
    "nas",
    _RULES,
    source="nas",
    sources=(LogSource("nas", "file_access", ""), LogSource("", "file_access", "")),
    also={"path": ("filename",), "address": ("src_ip",), "target": ("share",), "size": ("file.size",)},
)


def understands_message(message: bytes) -> bool:
    return _SPEECH.knows(message)


read_messages = _SPEECH.read
