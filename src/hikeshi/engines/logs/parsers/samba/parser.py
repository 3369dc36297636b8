"""Samba: vfs_full_audit by syslog (`user|address|…|operation|ok|path`), and its authentication audit."""

from __future__ import annotations

import re
from datetime import UTC

from ...table import Context, LogSource
from ...times import MONTHS, local_time
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time", "from the syslog frame; the authentication audit says its own, in UTC or local time of the server"),
    (
        "action",
        "smb.connected, smb.opened, smb.written, smb.deleted, smb.renamed, smb.folder, smb.login, smb.operation",
    ),
    ("outcome", "ok or fail, as the line says; NT_STATUS_OK for log-ins"),
    ("user, address", "who and from where: full_audit's prefix is taken to be user|address|…, as its manual has it"),
    ("path", "the file; for a renaming the new name, the old one in file.old_path"),
    ("target", "the share, where the prefix has it"),
)
PROGRAMS = (b"smbd_audit", b"smbd", b"smb_audit")
_AUTH = re.compile(rb"  ?(?:Auth|Authorization): \[.*|Auth: \[.*", re.DOTALL)
_WHEN = re.compile(
    rb"at \[[A-Z][a-z][a-z], (\d\d) ([A-Z][a-z][a-z]) (\d{4}) (\d\d:\d\d:\d\d)\.(\d{1,6}) ([A-Za-z+0-9-]{1,8})\]"
)
# The prefix %u|%I|%S is the manual's; a third and fourth part may follow before the operation.
_HEAD = (
    rb"(?:[\w./ -]{0,40}:"
    rb" )?(?P<user>[^|]*+)\|(?P<address>[0-9A-Fa-f.:]++)\|(?:(?P<client>[^|]*+)\|)?(?:(?P<target>[^|]*+)\|)?"
)
_DONE = ((rb"ok", "success"), (rb"fail [^|]*+", "failure"))
_OPERATIONS = (
    ("smb.connected", rb"connect", rb"(?P<path>.*)"),
    ("smb.disconnected", rb"disconnect", rb"(?P<path>.*)"),
    ("smb.written", rb"(?:openat|open|create_file|openat_send)", rb"(?:[^|]*+\|)*?(?:w|rw)\|(?P<path>.*)"),
    ("smb.opened", rb"(?:openat|open|create_file|openat_send)", rb"(?:[^|]*+\|)*(?P<path>.*)"),
    ("smb.written", rb"(?:pwrite|write|pwrite_send|pwrite_recv)", rb"(?P<path>.*)"),
    ("smb.read", rb"(?:pread|read|pread_send|pread_recv|sendfile)", rb"(?P<path>.*)"),
    ("smb.deleted", rb"(?:unlinkat|unlink|rmdir)", rb"(?P<path>.*)"),
    ("smb.renamed", rb"(?:renameat|rename)", rb"(?P<old>[^|]*+)\|(?P<path>.*)"),
    ("smb.folder", rb"(?:mkdirat|mkdir)", rb"(?P<path>.*)"),
    ("smb.permissions", rb"(?:fset_nt_acl|set_nt_acl|chmod|fchmod|chown|fchown|chmod_acl)", rb"(?P<path>.*)"),
    ("smb.operation", rb"(?P<operation>[a-z_]{2,40})", rb"(?P<path>.*)"),
)
# Domain, name and workstation come from the attacker and may hold a status and an address. No account has brackets in
# its name: without them the last "remote host" is the server's; with them the line is no success and blames nobody.
_AUTHED = rb" *Auth: \[(?P<service>[^,\]]*+),(?P<method>[^\]]*+)\] user \["
_LOGIN = (
    _AUTHED + rb"(?P<domain>[^\[\]]*+)\]\\\[(?P<user>[^\[\]]*+)\] at \[[^\[\]]*+\] with "
    rb"\[(?P<mechanism>[^\[\]]*+)\] status \["
)
_FROM = (
    rb"\] (?!.* status \[)workstation \[(?P<workstation>.*)\] remote host"
    rb" \[(?:ipv[46]:)?(?P<address>[^\[\]]*?)(?::(?P<src_port>\d++))?\]"
)
_RULES = (
    *(
        (action, outcome, _HEAD + operation + rb"\|" + said + (rb"\|" + rest if b"path" in rest else rb""))
        for action, operation, rest in _OPERATIONS
        for said, outcome in _DONE
    ),
    ("smb.login", "success", _LOGIN + rb"(?P<status_text>NT_STATUS_OK)" + _FROM),
    ("smb.login", "failure", _LOGIN + rb"(?P<status_text>(?!NT_STATUS_OK\])NT_STATUS_[A-Z_]++)" + _FROM),
    ("smb.login", "failure", _AUTHED + rb".* status \[(?P<status_text>(?!NT_STATUS_OK\])NT_STATUS_[A-Z_]++)\] "),
    ("smb.connected", "success", rb"(?:[^ ]++ \((?:ipv[46]:)?(?P<address>[^)]*?)(?::\d++)?\) )(?:signed )?connect"
         rb" to service (?P<target>[^ ]++) "
     rb"(?:initially )?as user (?P<user>[^ ]++)"),
    ("smb.disconnected", "unknown", rb"(?:[^ ]++ \((?:ipv[46]:)?(?P<address>[^)]*?)(?::\d++)?\) )closed connection"
         rb" to service (?P<target>[^ ]++)"),
)  # fmt: skip
_SPEECH = Speech(
    "samba",
    _RULES,
    source="samba",
    otherwise="smb.message",
    sources=(LogSource("linux", "", "samba"), LogSource("", "file_access", "")),
    also={"old": ("file.old_path",), "target": ("share",), "path": ("filename",), "address": ("src_ip",)},
)


def understands(line: bytes) -> bool:
    return _AUTH.match(line) is not None and _WHEN.search(line[:2000]) is not None


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    when = _WHEN.search(line[:2000]) if _AUTH.match(line) else None
    month = MONTHS.get(when[2]) if when else None
    if when is None or month is None:
        return None
    utc = when[6] in (b"UTC", b"GMT")
    zone = UTC if utc else context.zone
    time = stamped(context, when[0], lambda: local_time(int(when[3]), month, int(when[1]), when[4], zone, when[5]))
    return None if time is None else (Frame(time, b"", b"samba", b"", "UTC" if utc else context.zone_name), line)


read = _SPEECH.lines(_cut)
read_messages = _SPEECH.read
