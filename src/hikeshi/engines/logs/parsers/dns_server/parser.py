"""Name servers: what dnsmasq, unbound and BIND (named) log of questions, answers and refusals."""

from __future__ import annotations

import re

from ...table import Context, LogSource
from ...times import MONTHS, local_time
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time", "from the syslog frame; unbound: UTC in brackets; BIND's own file: local time of the server"),
    ("action", "dns.query, dns.answer, dns.refused, dhcp.lease, dns.message"),
    ("address", "who asked"),
    ("target", "the name asked for (Sigma: query)"),
    ("method", "the type: A, AAAA, TXT … (Sigma: record_type); answers are in the column answer"),
)
PROGRAMS = (b"dnsmasq", b"dnsmasq-dhcp", b"unbound", b"named", b"bind")
_UNBOUND = re.compile(rb"\[(\d{9,11})\] unbound\[(\d++):[0-9a-f]++\] (.*)", re.DOTALL)
_UNBOUND_DATE = re.compile(
    rb"([A-Z][a-z][a-z]) ([ \d]\d) (\d\d:\d\d:\d\d) unbound\[(\d++):[0-9a-f]++\] (.*)", re.DOTALL
)
_NAMED = re.compile(rb"(\d\d)-([A-Z][a-z][a-z])-(\d{4}) (\d\d:\d\d:\d\d)\.(\d{3}) (.*)", re.DOTALL)
_LEVELS = rb"(?:\d\d-[A-Z][a-z][a-z]-\d{4} [\d:.]++ )?(?:[a-z-]++: ){0,2}"
_CLIENT = _LEVELS + (
    rb"client (?:@0x[0-9a-f]++ )?(?P<address>[0-9A-Fa-f.:]++)#(?P<src_port>\d++)(?: \((?P<named>[^)]*+)\))?: "
    rb"(?:view [^:]++: )?"
)
_THREAD = rb"(?:\[\d++:[0-9a-f]++\] )?"  # by syslog, its process and thread stand in the message
_RULES = (
    ("dns.query", "unknown", rb"(?:\d++ [^ ]++ )?query\[(?P<method>[^\]]++)\] (?P<target>[^ ]++) from"
         rb" (?P<address>[^ ]++)"),
    ("dns.answer", "success", rb"(?:\d++ [^ ]++ )?(?:reply|cached|cached-stale|/etc/hosts|config|DHCP|dnssec-reply)"
         rb" (?P<target>[^ ]++) is (?P<answer>.*)"),
    ("dns.forwarded", "unknown", rb"(?:\d++ [^ ]++ )?forwarded (?P<target>[^ ]++) to (?P<destination>[^ ]++)"),
    ("dhcp.lease", "success", rb"DHCPACK\([^)]*+\) (?P<address>[^ ]++) (?P<mac>[0-9a-f:]{17})(?: (?P<name>.*))?"),
    ("dhcp.request", "unknown", rb"DHCP(?:REQUEST|DISCOVER|OFFER|INFORM|RELEASE|NAK)\([^)]*+\)"
         rb" (?:(?P<address>[0-9.]++) )?(?P<mac>[0-9a-f:]{17})"),
    ("dns.query", "unknown", _THREAD + rb"(?:info: |query: )?(?P<address>[0-9A-Fa-f.:]++)(?:@\d++)?"
         rb" (?P<target>[^ ]++)"
         rb" (?P<method>[A-Z]++[0-9]*+) (?:IN|CH|HS)$"),
    ("dns.answer", "unknown", _THREAD + rb"(?:info: |reply: )?(?P<address>[0-9A-Fa-f.:]++)(?:@\d++)?"
         rb" (?P<target>[^ ]++)"
         rb" (?P<method>[A-Z]++[0-9]*+) (?:IN|CH|HS) "
     rb"(?P<code>[A-Z]++) (?P<seconds>[\d.]++) (?P<cached>[01]) (?P<sent>\d++)"),
    ("dns.query", "unknown", _CLIENT + rb"query: (?P<target>[^ ]++) (?:IN|CH|HS|ANY) (?P<method>[A-Z]++[0-9]*+)"
         rb" (?P<flags>[^ ]++)(?: \((?P<destination>[^)]++)\))?"),
    ("dns.refused", "failure", _CLIENT + rb"(?:query|zone"
         rb" transfer|update)[^']*+'(?P<target>[^'/]++)/(?P<method>[^'/]++)/(?:IN|CH|HS)' denied"),
    ("dns.refused", "failure", _CLIENT + rb"(?:bad zone transfer request|(?:zone"
         rb" transfer|update|request).*?(?:denied|failed|refused))"),
    ("dns.transfer", "success", _CLIENT + rb"transfer of '(?P<target>[^'/]++)/(?:IN|CH|HS)': (?P<method>[AI]XFR)"
         rb" (?:started|ended)"),
)  # fmt: skip
_SPEECH = Speech(
    "dns_server",
    _RULES,
    otherwise="dns.message",
    sources=(LogSource("", "dns", ""), LogSource("linux", "", "dns")),
    also={
        "target": ("query", "dns.question.name"),
        "method": ("record_type", "dns.question.type"),
        "answer": ("answer", "dns.answers.data"),
        "address": ("src_ip",),
        "src_port": ("source.port",),
    },
)


def understands(line: bytes) -> bool:
    return any(pattern.match(line) for pattern in (_UNBOUND, _UNBOUND_DATE)) or _named(line) is not None


def _named(line: bytes) -> re.Match[bytes] | None:
    match = _NAMED.match(line)
    return match if match and match[2] in MONTHS else None


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    if match := _UNBOUND.match(line):
        return Frame(float(match[1]), b"", b"unbound", match[2], "UTC"), match[3]
    if match := _UNBOUND_DATE.match(line):
        month = MONTHS.get(match[1])
        if month is None:
            return None
        year = context.years.of(month, int(match[2]))
        time = local_time(year, month, int(match[2]), match[3], context.zone)
        return None if time is None else (Frame(time, b"", b"unbound", match[4], context.zone_name), match[5])
    if match := _named(line):
        found = match
        stamp, month = line[:24], MONTHS[match[2]]
        time = stamped(
            context, stamp, lambda: local_time(int(found[3]), month, int(found[1]), found[4], context.zone, found[5])
        )
        return None if time is None else (Frame(time, b"", b"named", b"", context.zone_name), match[6])
    return None


read = _SPEECH.lines(_cut)
read_messages = _SPEECH.read
