"""What Snort and Suricata write of their alerts a line each: fast.log, alert_fast, and the same by syslog."""

from __future__ import annotations

import re
from itertools import groupby

from ...table import Context, LogSource
from ...times import Day, local_time
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time", "local time of the sensor; Snort leaves the year out; the zone must be told"),
    ("action", "ids.alert"),
    ("outcome", "failure where it was stopped (Drop, block, reject), else unknown: an alert does not say if it worked"),
    ("address, destination", "from where to where; the ports are in src_port and dst_port"),
    ("method", "the priority: 1 is the gravest"),
    ("detail", "what the rule says; rule.id holds its numbers, rule.category its class"),
)
PROGRAMS = (b"snort", b"suricata", b"barnyard2")
_STAMP = rb"(\d\d)/(\d\d)(?:/(\d{4}|\d\d))?-(\d\d:\d\d:\d\d)\.(\d{6}) "
_DAY = re.compile(rb"^(\d\d)/(\d\d)-\d\d:\d\d:\d\d\.\d{6} ", re.MULTILINE)
_STOPPED = rb"\[(?P<verdict>(?i:drop|block|reject|rst|reset))\] "
_LET = rb"(?:\[(?P<verdict>[A-Za-z_ ]{1,20}+)\] )?"
_SAYS = (
    rb"(?:\[\*\*\] )?\[(?P<rule>\d{1,10}:\d{1,10}:\d{1,10})\] (?:<[^>]{1,40}> )?"
    rb'(?:"(?P<detail>[^"]*+)"|(?P<detail__2>.*?)) '
    rb"(?:\[\*\*\] )?"
    rb"(?:\[Classification: (?P<classification>[^\]]{0,200})\] )?\[Priority: (?P<method>\d{1,3})\]:? "
    rb"(?:\[AppID: [^\]]{0,80}\] )?"
)
_FOUR, _SIX = rb"(?:\d{1,3}\.){3}\d{1,3}", rb"(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}"
_PORTS = (
    rb"\{(?P<protocol>(?![A-Z0-9-]{0,8}ICMP)[A-Za-z0-9:. -]{1,24})\} "
    rb"(?P<address>" + _FOUR + rb"|" + _SIX + rb"|[0-9A-Fa-f:.]{2,45}?)(?::(?P<src_port>\d{1,5}))? -> "
    rb"(?P<destination>" + _FOUR + rb"|" + _SIX + rb"|[0-9A-Fa-f:.]{2,45}?)(?::(?P<dst_port>\d{1,5}))? *$"
)
# ICMP has no ports: Suricata writes its type and code in their place.
_ICMP = (
    rb"\{(?P<protocol__2>[A-Za-z0-9-]{0,8}ICMP[A-Za-z0-9-]{0,8})\} "
    rb"(?P<address__2>" + _FOUR + rb"|" + _SIX + rb"|[0-9A-Fa-f:.]{2,45})(?::\d{1,5})? -> "
    rb"(?P<destination__2>" + _FOUR + rb"|" + _SIX + rb"|[0-9A-Fa-f:.]{2,45})(?::\d{1,5})? *$"
)
_ALERT = _SAYS + rb"(?:" + _PORTS + rb"|" + _ICMP + rb")"
_SPEECH = Speech(
    "snort",
    (("ids.alert", "failure", _STOPPED + _ALERT), ("ids.alert", "unknown", _LET + _ALERT)),
    source="ids",
    sources=(LogSource("", "ids", ""), LogSource("snort", "", "alert"), LogSource("suricata", "", "alert")),
    also={
        "address": ("src_ip",),
        "destination": ("dst_ip", "dest_ip"),
        "src_port": ("src_port", "source.port"),
        "dst_port": ("dst_port", "dest_port", "destination.port"),
        "protocol": ("proto", "network.transport"),
        "rule": ("rule.id",),
        "classification": ("rule.category", "alert.category"),
        "detail": ("rule.name", "alert.signature"),
        "method": ("alert.severity",),
    },
)
_LINE = re.compile(_STAMP + rb" ?((?:\[[A-Za-z_ ]{1,20}\] )?\[\*\*\] .*)", re.DOTALL)


def understands(line: bytes) -> bool:
    match = _LINE.match(line)
    return match is not None and _SPEECH.knows(match[6])


def days(block: bytes) -> list[Day]:
    """The days of the lines that do not say their year, each run of one day once."""
    found = [(int(month), int(day)) for (month, day), _ in groupby(_DAY.findall(block))]
    return [(month, day) for month, day in found if 1 <= month <= 12]


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    if not (match := _LINE.match(line)) or not 1 <= int(match[1]) <= 12:
        return None
    month, day, year = int(match[1]), int(match[2]), match[3]
    which = int(year) if year else context.years.of(month, day)
    which += 2000 if year and len(year) == 2 else 0
    stamp = b"%d %s" % (which, line[: match.end(4)])
    second = stamped(context, stamp, lambda: local_time(which, month, day, match[4], context.zone))
    if second is None:
        return None
    return Frame(second + int(match[5]) / 1e6, b"", b"ids", b"", context.zone_name), match[6]


read = _SPEECH.lines(_cut)
read_messages = _SPEECH.read
