"""YAMAHA's RTX and NVR routers: `show log`, and what they send by syslog, where no program is named."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...table import Context, LogSource
from ...times import local_time
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time", "local time of the router, or of the server that received it; the zone must be told"),
    ("action", "router.login, router.admin, fw.blocked, fw.allowed, vpn.up, vpn.login, link.up … router.message"),
    ("outcome", "success and failure of log-ins; a rejected packet is a failure, a passed one a success"),
    ("user, address, destination, method", "who, from where to where; the protocol of a packet, the way of a log-in"),
    ("target", "the interface or tunnel; the filter's number is in the column rule.name"),
)
_FILE = re.compile(rb"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d): (.*)", re.DOTALL)
_IF = rb"(?P<target>(?:LAN|PP|TUNNEL|WAN|ONU|BRIDGE|VLAN|LOOPBACK)[^ :]{0,20})"
_IP = rb"(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?:(?:\d{1,3}\.){3}\d{1,3})?)"
_PACKET = (
    rb"(?P<method>[A-Za-z0-9-]++(?:\(\d++\))?) (?P<address>" + _IP + rb")(?:[:.](?P<src_port>[\w*-]{1,16}))?"
    rb" > (?P<destination>" + _IP + rb")(?:[:.](?P<dst_port>[\w*-]{1,16}))?"
)
_RULES = (
    ("router.login", "success", rb"Login succeeded for (?P<method>[^: ]++)(?: ?: ?(?P<address>[^ ]++)(?:"
         rb" (?P<user>.*))?)?$"),
    ("router.login", "failure", rb"Login failed for (?P<method>[^: ]++)(?: ?: ?(?P<address>[^ ]++)(?:"
         rb" (?P<user>.*))?)?$"),
    ("router.admin", "success", rb"'(?P<user>administrator)' succeeded for (?P<method>[^: ]++)(?: ?:"
         rb" ?(?P<address>[^ ]++).*)?$"),
    ("router.admin", "failure", rb"'(?P<user>administrator)' failed for (?P<method>[^: ]++)(?: ?: ?(?P<address>[^"
         rb" ]++).*)?$"),
    ("router.logout", "unknown", rb"Logout from (?P<method>[^: ]++)(?: ?: ?(?P<address>[^ ]++)(?: (?P<user>.*))?)?$"),
    ("router.config_saved", "success", rb"Configuration saved in .*? by (?P<method>[^("
         rb" ]++)(?:\((?P<address>[^)]++)\))?"),
    ("router.refused", "failure", rb"(?P<method>TELNETD?|SSHD?|HTTPD?|SFTPD?) (?:connection"
         rb" )?(?:refused|rejected|denied).*? (?P<address>" + _IP + rb")"),
    ("fw.blocked", "failure", _IF + rb" Rejected at (?P<direction>IN|OUT)\((?P<rule>[^)]*+)\) filter: " + _PACKET),
    ("fw.allowed", "success", _IF + rb" Passed at (?P<direction>IN|OUT)\((?P<rule>[^)]*+)\) filter: " + _PACKET),
    ("fw.allowed", "success", rb"\[INSPECT\]"
         rb" (?P<target>[A-Z]++[0-9]*+(?:\[[^\]]++\])?)\[(?P<direction>in|out)\]\[(?P<rule>[^\]]*+)\] " + _PACKET),
    ("fw.attack", "unknown", rb"\[?(?:IDS|INSPECT)\]? .*?(?:attack|scan|detect).*? (?P<address>" + _IP + rb")"),
    ("vpn.up", "success", rb"(?:\[IKE\] )?IP Tunnel\[(?P<target>\d++)\] Up"),
    ("vpn.down", "unknown", rb"(?:\[IKE\] )?IP Tunnel\[(?P<target>\d++)\] Down"),
    ("vpn.phase", "unknown", rb"\[IKE2?\] (?P<what>initiate|respond) (?P<phase>[^ ]++) phase (?:to|from)"
         rb" (?P<address>" + _IP + rb")"),
    ("vpn.error", "failure", rb"\[IKE2?\] .*?(?:[Ii]nvalid|mismatch|no proposal|not"
         rb" match|[Ff]ail|[Rr]eject|timeout|retransmit).*?(?P<address>" + _IP + rb")?$"),
    ("vpn.login", "success", rb"(?:\[L2TP\] )?" + _IF + rb" (?:PPP/)?(?:L2TP )?connected from (?P<address"
     rb">" + _IP + rb")"),
    ("vpn.login", "success", rb"(?:\[L2TP\] |\[PPTP\] )" + _IF + rb" connected from (?P<address>" + _IP + rb")"),
    ("vpn.down", "unknown", rb"(?:\[L2TP\] |\[PPTP\] )" + _IF + rb" disconnect"),
    ("ppp.user", "unknown", _IF + rb" Call detected from user '(?P<user>.*)'"),
    ("ppp.up", "success", _IF + rb" PPP/(?P<method>[A-Z0-9]++) up +\((?:Local: (?P<destination>[^,)]++))?(?:,"
         rb" Remote: (?P<address>[^,)]++))?"),
    ("ppp.down", "unknown", _IF + rb" (?:PPP/[A-Z0-9]++ (?:terminated|down)|Disconnected, |PPPOE disconnected)"),
    ("ppp.login", "failure", _IF + rb" (?:PPP )?.*?[Aa]uthentication (?:fail|reject)"),
    ("link.up", "unknown", _IF + rb":? (?:PORT(?P<port>\d++) )?link up"),
    ("link.down", "unknown", _IF + rb":? (?:PORT(?P<port>\d++) )?link down"),
    ("dhcp.lease", "success", rb"\[DHCPD\] (?P<target>[^ ]++) Allocates (?P<address>[^ :]++): (?P<mac>[0-9a-f:]{17})"),
    ("router.started", "unknown", rb"(?:RTX|NVR|FWX|UTX|vRX)[0-9A-Za-z/]*+ (?:BootROM |)Rev\."),
    ("router.started", "unknown", rb"(?:Power-on boot|Restart by [a-z ]++command)"),
    ("router.message", "unknown", rb"\[(?P<subsystem>IKE2?|L2TP|PPTP|DHCPC?D?|NTP|LUA|SCHEDULE|SWCTL|HTTPD|SSHD|SFT"
         rb"PD|SNMP|BGP|OSPF|NATDESC|URL_FILTER|YNO)\] "),
    ("router.message", "unknown", _IF + rb" (?:IP"
         rb" Commencing|PPP|Calling|Connecting|CALL|IPCP|PPPOE|SHUT|Received|Too short)"),
)  # fmt: skip
_SPEECH = Speech(
    "yamaha",
    _RULES,
    source="yamaha",
    otherwise="router.message",
    sources=(LogSource("yamaha", "firewall", ""), LogSource("", "firewall", ""), LogSource("yamaha", "", "syslog")),
    also={
        "address": ("src_ip",),
        "destination": ("dst_ip",),
        "src_port": ("src_port", "source.port"),
        "dst_port": ("dst_port", "destination.port"),
        "method": ("protocol",),
        "rule": ("rule.name",),
        "target": ("interface",),
    },
)


def understands(line: bytes) -> bool:
    match = _FILE.match(line)
    return match is not None and 1 <= int(match[2]) <= 12


def claims(sample: Sequence[bytes]) -> float:
    """Others write such a time, too: some sentence must be the router's own."""
    mine = [match for line in sample if (match := _FILE.match(line))]
    return len(mine) / len(sample) if any(understands_message(match[5]) for match in mine) else 0.0


def understands_message(message: bytes) -> bool:
    return _SPEECH.knows(message)


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    match = _FILE.match(line)
    if match is None:
        return None
    time = stamped(
        context, line[:19], lambda: local_time(int(match[1]), int(match[2]), int(match[3]), match[4], context.zone)
    )
    return None if time is None else (Frame(time, b"", b"", b"", context.zone_name), match[5])


read = _SPEECH.lines(_cut)
read_messages = _SPEECH.read
