"""fail2ban.log: whom it noticed and shut out, and by which jail; also from syslog."""

from __future__ import annotations

import re

from ...table import Context, LogSource
from ...times import iso_time
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time", "local time of the host; the zone must be told"),
    ("action", "fail2ban.found, fail2ban.banned, fail2ban.unbanned, fail2ban.message"),
    ("address", "who was noticed or shut out"),
    ("target", "the jail, such as sshd or postfix-sasl"),
)
PROGRAMS = (b"fail2ban-server", b"fail2ban", b"fail2ban.actions", b"fail2ban.filter")
_LINE = re.compile(
    rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) ++fail2ban\.([a-z]++) *+(?:\[(\d++)\])?: *+"
    rb"((?:CRITICAL|ERROR|WARNING|NOTICE|INFO|DEBUG|HEAVYDEBUG|TRACEDEBUG) .*)",
    re.DOTALL,
)
_JAIL = rb"(?:fail2ban\.[a-z]++ *+(?:\[\d++\])?: *+)?(?:[A-Z]++ ++)?\[(?P<target>[^\]]++)\] "
_RULES = (
    ("fail2ban.found", "failure", _JAIL + rb"Found (?P<address>[^ ]++)"),
    ("fail2ban.banned", "success", _JAIL + rb"(?:Increase )?Ban (?P<address>[^ ]++)"),
    ("fail2ban.banned", "success", _JAIL + rb"(?P<address>[^ ]++) already banned"),
    ("fail2ban.restored", "unknown", _JAIL + rb"Restore Ban (?P<address>[^ ]++)"),
    ("fail2ban.unbanned", "unknown", _JAIL + rb"Unban (?P<address>[^ ]++)"),
    ("fail2ban.ignored", "unknown", _JAIL + rb"Ignore (?P<address>[^ ]++) "),
)
_SPEECH = Speech(
    "fail2ban",
    _RULES,
    source="fail2ban",
    otherwise="fail2ban.message",
    sources=(LogSource("linux", "", "fail2ban"),),
    also={"target": ("rule.name",), "address": ("src_ip",)},
)


def understands(line: bytes) -> bool:
    return _LINE.match(line) is not None


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    if not (match := _LINE.match(line)):
        return None
    time = stamped(context, match[1], lambda: iso_time(match[1], context.zone))
    return None if time is None else (Frame(time, b"", b"fail2ban", match[3] or b"", context.zone_name), match[4])


read = _SPEECH.lines(_cut)
read_messages = _SPEECH.read
