"""vsftpd.log: connections, log-ins and what was done, in vsftpd's own form (its other form is xferlog)."""

from __future__ import annotations

import re

from ...table import Context, LogSource
from ...times import MONTHS, local_time
from .. import pam
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time", "local time of the server; the zone must be told"),
    (
        "action",
        "ftp.login, ftp.connection, ftp.upload, ftp.download, ftp.deleted, ftp.renamed, ftp.command, ftp.message",
    ),
    ("outcome", "from OK and FAIL"),
    ("user, address", "who, from where"),
    ("path, sent", "the file and its size in bytes"),
)
PROGRAMS = (b"vsftpd",)
_LINE = re.compile(
    rb"[A-Z][a-z][a-z] ([A-Z][a-z][a-z]) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4}) (\[pid \d++\] .*)", re.DOTALL
)
# A name that failed comes from the attacker and may hold all that a success would say: what is trusted stands at the
# end of the line, and only a name without brackets can have succeeded.
_PID = rb"(?:\[pid (?P<pid>\d++)\] )?"
_HEAD = _PID + rb"(?:\[(?P<user>[^\]]*+)\] )?"
_ANY = _PID + rb"(?:\[(?P<user>.*)\] )?"
_CLIENT = rb'Client "(?P<address>[^"]*+)"'
_FILE = rb', "(?P<path>.*?)"(?:, (?P<sent>\d++) bytes)?(?:, [\d.]++ ?Kbyte/sec)?$'
_RULES = (
    ("ftp.login", "success", _HEAD + rb"OK LOGIN: " + _CLIENT + rb'(?:, anon password "[^"]*+")?$'),
    ("ftp.login", "failure", _ANY + rb"FAIL LOGIN: " + _CLIENT + rb'(?:, anon password "[^"]*+")?$'),
    ("ftp.login", "success", _HEAD + rb"OK LOGIN: " + _CLIENT + rb', anon password ".*"$'),
    ("ftp.connection", "unknown", _HEAD + rb"CONNECT: " + _CLIENT),
    *(
        (action, outcome, _HEAD + said + rb" " + verb + rb": " + _CLIENT + _FILE)
        for action, verb in (
            ("ftp.upload", rb"(?:UPLOAD|APPEND)"),
            ("ftp.download", rb"DOWNLOAD"),
            ("ftp.deleted", rb"(?:DELETE|RMDIR)"),
            ("ftp.renamed", rb"RENAME"),
            ("ftp.permissions", rb"CHMOD"),
            ("ftp.folder", rb"MKDIR"),
        )
        for said, outcome in ((rb"OK", "success"), (rb"FAIL", "failure"))
    ),
    pam.refused("ftp.login"),
    ("ftp.command", "unknown", _HEAD + rb"FTP (?:command|response): " + _CLIENT + rb', "(?P<command>.*)"$'),
)
_SPEECH = Speech(
    "vsftpd",
    _RULES,
    source="vsftpd",
    otherwise="ftp.message",
    sources=(LogSource("linux", "", "vsftpd"), LogSource("", "ftp", "")),
    also={"path": ("filename",)},
)


def understands(line: bytes) -> bool:
    match = _LINE.match(line)
    return match is not None and match[1] in MONTHS


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    match = _LINE.match(line)
    if not match or not (month := MONTHS.get(match[1])):
        return None
    stamp = line[4 : match.start(5)]
    time = stamped(context, stamp, lambda: local_time(int(match[4]), month, int(match[2]), match[3], context.zone))
    return None if time is None else (Frame(time, b"", b"vsftpd", b"", context.zone_name), match[5])


read = _SPEECH.lines(_cut)
read_messages = _SPEECH.read
