"""NEC's UNIVERGE IX routers: `SUBSYSTEM.number: sentence`, by syslog without a program's name, or `show logging`.

Read with care: the subsystem and its number are kept, and only sentences whose own words say so become more than
`router.message`.
"""

from __future__ import annotations

import re

from ...table import Context, LogSource
from ...times import iso_time
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time, host", "from the syslog frame; in show logging local time of the router, without a host"),
    ("action", "fw.blocked, fw.allowed, router.login, vpn.phase, vpn.error, link.up, link.down, router.message"),
    ("outcome", "from the sentence's own words"),
    ("address, destination, user", "where the sentence holds them"),
    ("rule.name", "subsystem and number, such as IKE.018"),
)
_ID = (
    rb"(?P<rule>(?:ACL|ARP|BGP|BRI|DDNS|DHC|DHCP|DHCP6|DNS|ETH|FLT|GW|HTP|IF|IKE|IKE2|IP|IPR|IPS|IP6|L2TP|MAP|NAT"
    rb"|NAPT|NGN|NMON|NTP|OSPF|PIM|PKI|PPP|"
)
_ID += rb"PPPE|QOS|RIP|SEC|SNMP|SSH|SYS|TEL|TNL|TELN|TUN|UFS|USB|VRRP|WEB|WLS)\.\d{3}): "
_IP = rb"(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*)"
_PAIR = (
    rb"(?P<address>"
    + _IP
    + rb")(?:[:.\[](?P<src_port>\d{1,5})\]?)? ?(?:>|->) ?(?P<destination>"
    + _IP
    + rb")(?:[:.\[](?P<dst_port>\d{1,5})\]?)?"
)
_LINE = re.compile(rb"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?):? (.*)", re.DOTALL)
_RULES = (
    ("fw.blocked", "failure", _ID + rb"(?:BLOCK|DENY|[Bb]locked|[Dd]enied|[Dd]iscard(?:ed)?)\b.*?(?P<method>tcp|udp"
         rb"|icmp|esp|TCP|UDP|ICMP|ESP)?,? " + _PAIR),
    ("fw.allowed", "success", _ID + rb"(?:PASS|PERMIT|[Pp]assed|[Pp]ermitted)\b.*?(?P<method>tcp|udp|icmp|esp|TCP|U"
         rb"DP|ICMP|ESP)?,? " + _PAIR),
    ("router.login", "failure", _ID + rb".*?(?i:login (?:incorrect|failed|failure)|authentication fail(?:ed|ure))"
     rb"(?:.*?(?:user|for) (?P<user>[^ ,]++))?(?:.*from (?P<address>" + _IP + rb"))?"),
    ("router.login", "success", _ID + rb".*?(?i:login (?:success\w*|succeeded)|logged in)(?:.*?(?:user|for)"
         rb" (?P<user>[^ ,]++))?(?:.*?from (?P<address>" + _IP + rb"))?"),
    ("vpn.error", "failure", _ID.replace(b"?P<rule>", b"?P<rule>(?=IKE|SEC|IPS|L2TP)") + rb".*?(?i:fail|invalid|mis"
         rb"match|no proposal|timeout|reject)"
     rb"(?:.*?(?P<address>" + _IP + rb"))?"),
    ("vpn.phase", "unknown", _ID.replace(b"?P<rule>", b"?P<rule>(?=IKE|SEC|IPS|L2TP)") + rb".*?(?P<address>(?:\d{1,"
         rb"3}\.){3}\d{1,3})"),
    ("link.up", "unknown", _ID + rb"(?:.*? )?(?:[Ll]ink (?:is )?up|changed (?:state )?to up|UP\b)"),
    ("link.down", "unknown", _ID + rb"(?:.*? )?(?:[Ll]ink (?:is )?down|changed (?:state )?to down|DOWN\b)"),
    ("router.message", "unknown", _ID),
)  # fmt: skip
_SPEECH = Speech(
    "nec_ix",
    _RULES,
    source="nec_ix",
    otherwise="router.message",
    sources=(LogSource("nec", "firewall", ""), LogSource("", "firewall", ""), LogSource("nec", "", "syslog")),
    also={
        "rule": ("rule.name",),
        "address": ("src_ip",),
        "destination": ("dst_ip",),
        "src_port": ("src_port", "source.port"),
        "dst_port": ("dst_port", "destination.port"),
    },
)


def understands_message(message: bytes) -> bool:
    return _SPEECH.knows(message)


def understands(line: bytes) -> bool:
    return (match := _LINE.match(line)) is not None and _SPEECH.knows(match[5])


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    match = _LINE.match(line)
    if match is None or not _SPEECH.knows(match[5]):
        return None
    stamp = b"-".join(match.groups()[:3]) + b" " + match[4]
    time = stamped(context, stamp, lambda: iso_time(stamp, context.zone))
    return None if time is None else (Frame(time, b"", b"", b"", context.zone_name), match[5])


read = _SPEECH.lines(_cut)
read_messages = _SPEECH.read
