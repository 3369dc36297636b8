"""FTP in the form of a web server's log: ProFTPD's ExtendedLog and Pure-FTPd's CLF, as rental servers hand them out.

`203.0.113.9 UNKNOWN hanako [23/Nov/2026:10:00:00 +0900] "RETR /public_html/list.csv" 226 1048576`
"""

from __future__ import annotations

import re

from ...table import Context, LogSource
from ...times import access_time
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time", "when it was done; its zone is in the line"),
    (
        "action",
        "ftp.login, ftp.upload, ftp.download, ftp.deleted, ftp.renamed, ftp.folder, ftp.permissions; ftp.message",
    ),
    ("outcome", "success for an answer 2xx, failure for 4xx and 5xx"),
    ("user, address", "who, from where"),
    ("path, sent", "the file and its size in bytes"),
)
_LINE = re.compile(
    rb'([^ "\[]++) [^ "\[]++ ([^"]{1,256}) \[([^\[\]]{26})\] '
    rb'("([A-Z]{3,5})(?: .*)?" (?:\d\d\d|-)(?: (?:\d++|-))?.*)',
    re.DOTALL,
)
_VERBS = frozenset(
    b"RETR STOR STOU APPE DELE RMD XRMD MKD XMKD RNFR RNTO SITE USER PASS LIST NLST MLSD MLST CWD XCWD CDUP PWD XPWD"
    b" SIZE MDTM TYPE PASV EPSV PORT EPRT QUIT AUTH PBSZ PROT FEAT SYST REST ABOR NOOP OPTS STAT HELP".split()
)
# Pure-FTPd words files as requests; a request of the web has its protocol behind it.
_AS_WEB = (b"GET", b"PUT")
_WHO = rb'(?P<address>[^ ]++) (?:-|UNKNOWN|\(none\)|(?P<user>[^"]*?)) "'
_SENT = rb" (?P<sent>\d++)"
# The path comes from the attacker and may hold `" 226 1048576`: the answer stands behind the last quote.
_LAST = rb"(?!.*\" (?:\d\d\d|-))"
_RULES = tuple(
    (action, outcome, _WHO + verbs + rb" (?P<path>.*)\" " + code + _LAST)
    for action, verbs in (
        ("ftp.download", rb"(?:RETR|GET)"),
        ("ftp.upload", rb"(?:STOR|STOU|APPE|PUT)"),
        ("ftp.deleted", rb"(?:DELE|X?RMD)"),
        ("ftp.renamed", rb"RNTO"),
        ("ftp.folder", rb"X?MKD"),
        ("ftp.permissions", rb"SITE CHMOD"),
    )
    for outcome, code in (("success", rb"2\d\d" + _SENT), ("success", rb"2\d\d"), ("failure", rb"[45]\d\d"))
) + (
    ("ftp.login", "success", _WHO + rb"PASS .*\" 230"),
    ("ftp.login", "failure", _WHO + rb"PASS .*\" [45]\d\d"),
    ("ftp.login", "failure", _WHO + rb"USER (?P<name>.*)\" [45]\d\d"),
    ("ftp.message", "unknown", _WHO),
)
_SPEECH = Speech(
    "ftp_access",
    _RULES,
    source="ftp",
    otherwise="ftp.message",
    sources=(LogSource("linux", "", "ftp"), LogSource("", "ftp", "")),
    also={"path": ("filename",)},
)


def understands(line: bytes) -> bool:
    match = _LINE.match(line[:4096])
    return match is not None and _ours(match) and access_time(match[3]) is not None


def _ours(match: re.Match[bytes]) -> bool:
    if match[5] in _AS_WEB:
        return b" HTTP/" not in match[4] and match[2] not in (b"-", b"")
    return match[5] in _VERBS


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    match = _LINE.match(line[:4096])
    if not match or not _ours(match):
        return None
    time = stamped(context, match[3], lambda: access_time(match[3]))
    if time is None:
        return None
    return Frame(time, b"", b"ftp", b"", match[3][21:26].decode("ascii", "replace")), b"%b %b %b" % match.group(1, 2, 4)


read = _SPEECH.lines(_cut)
