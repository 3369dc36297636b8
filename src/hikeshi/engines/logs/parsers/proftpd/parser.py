"""ProFTPD: its SystemLog and what it says to syslog. Transfers are in its TransferLog, which is an xferlog."""

from __future__ import annotations

import re

from ...table import Context, LogSource
from ...times import iso_time
from .. import pam
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time, host", "local time of the server; the zone must be told"),
    ("action, outcome", "ftp.login, ftp.connection, ftp.message"),
    ("user, address, destination", "who, from where, to where"),
)
PROGRAMS = (b"proftpd",)
_LINE = re.compile(rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:,\d{3})?) ([^ ]++) proftpd\[(\d++)\]:? (.*)", re.DOTALL)
_ITSELF = re.compile(rb"proftpd\[\d{1,10}\] [^ ]++ \(")
_HEAD = (
    rb"(?:proftpd\[\d++\]:? )?(?:[^ ]++ \((?P<name>[^ \[]*+)\[(?P<address>[^\]]++)\]\)(?:: | - )(?:- )?|\([^)]*+\): )?"
)
# The name comes from the attacker and may hold "Login successful.": failures first, and a success only at the end.
_RULES = (
    ("ftp.login", "failure", _HEAD + rb"USER (?P<user>.*) \(Login failed\)"),
    (
        "ftp.login",
        "failure",
        _HEAD + rb"USER (?P<user>.*): no such user found(?: from .*?"
        rb" \[(?P<address__2>[^\]]++)\])?",
    ),
    ("ftp.login", "failure", _HEAD + rb"SECURITY VIOLATION: (?P<user>.*?)(?: attempted)? (?:login attempted|login)"),
    ("ftp.login", "failure", _HEAD + rb"Maximum login attempts \(\d++\) exceeded"),
    ("ftp.login", "failure", _HEAD + rb"user '?(?P<user>.*?)'? (?:authentication failed|login failed)"),
    ("ftp.login", "success", _HEAD + rb"(?:USER|ANON(?:YMOUS)?) (?P<user>.*): Login successful\.?$"),
    ("ftp.connection", "unknown", _HEAD + rb"FTP session (?P<what>opened|closed)\."),
    ("ftp.connection", "unknown", _HEAD + rb"SSH2 session (?P<what>opened|closed)\."),
    pam.refused("ftp.login"),
    ("ftp.refused", "failure", _HEAD + rb"(?:Refused|Denied|Connection refused)"),
)
_SPEECH = Speech(
    "proftpd",
    _RULES,
    source="proftpd",
    otherwise="ftp.message",
    sources=(LogSource("linux", "", "proftpd"), LogSource("", "ftp", "")),
)


def understands_message(message: bytes) -> bool:
    """Its SystemLog of old has no colon behind its name, which so stands in the message."""
    return _ITSELF.match(message) is not None


def understands(line: bytes) -> bool:
    return _LINE.match(line) is not None


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    if not (match := _LINE.match(line)):
        return None
    time = stamped(context, match[1], lambda: iso_time(match[1], context.zone))
    return None if time is None else (Frame(time, match[2], b"proftpd", match[3], context.zone_name), match[4])


read = _SPEECH.lines(_cut)
read_messages = _SPEECH.read
