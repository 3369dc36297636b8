"""xferlog: one line for each file that went over FTP, as wu-ftpd, ProFTPD, vsftpd and Pure-FTPd write it."""

from __future__ import annotations

import re

from ...table import Context, LogSource
from ...times import MONTHS, local_time
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time", "local time of the server; the zone must be told"),
    ("action", "ftp.upload (i), ftp.download (o), ftp.deleted (d)"),
    ("outcome", "success where the line says complete (c), failure where incomplete (i)"),
    ("user, address", "who, from where (a name where the server looked it up)"),
    ("path, sent", "the file and its size in bytes"),
    ("method", "a: anonymous, g: guest, r: a real account; seconds are in the column transfer.seconds"),
)
_LINE = re.compile(
    rb"[A-Z][a-z][a-z] ([A-Z][a-z][a-z]) ([ \d]\d) (\d\d:\d\d:\d\d) (\d{4}) (\d{1,9} [^ ]++ \d{1,19} .* [abAB] [^"
    rb" ]++ [iod] "
    rb"[agr] .*)",
    re.DOTALL,
)
_BODY = rb"(?P<seconds>\d++) (?P<address>[^ ]++) (?P<sent>\d++) (?P<path>.*) (?P<kind>[abAB]) (?P<special>[^ ]++) "
_TAIL = rb" (?P<method>[agr]) (?P<user>.*) (?P<service>[^ ]++) (?P<authentication>[01]) (?P<authenticated>[^ ]++)"
_RULES = tuple(
    (action, outcome, _BODY + letter + _TAIL + state)
    for action, letter in (("ftp.upload", rb"i"), ("ftp.download", rb"o"), ("ftp.deleted", rb"d"))
    for outcome, state in (("success", rb" c$"), ("failure", rb" i$"), ("unknown", rb"$"))
)
_SPEECH = Speech(
    "xferlog",
    _RULES,
    source="ftp",
    sources=(LogSource("linux", "", "ftp"), LogSource("", "ftp", "")),
    also={"seconds": ("transfer.seconds",), "path": ("filename",)},
)


def understands(line: bytes) -> bool:
    match = _LINE.match(line[:4096])
    return match is not None and match[1] in MONTHS and _SPEECH.knows(match[5])


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    match = _LINE.match(line[:4096])
    if not match or not (month := MONTHS.get(match[1])):
        return None
    stamp = line[4:24]
    time = stamped(context, stamp, lambda: local_time(int(match[4]), month, int(match[2]), match[3], context.zone))
    return None if time is None else (Frame(time, b"", b"ftp", b"", context.zone_name), match[5])


read = _SPEECH.lines(_cut)
