"""Cisco's ASA, Firepower and IOS: `%FACILITY-severity-MNEMONIC: sentence`, by syslog or in a file of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...table import Context, LogSource, Table
from ...times import MONTHS, local_time
from ..speech import Frame, Speech

FIELDS = (
    ("time", "local time of the device, or of the server that received it; the zone must be told"),
    (
        "action",
        "fw.blocked, fw.allowed, fw.closed, vpn.login, vpn.down, device.login, device.command, device.config_changed …",
    ),
    ("outcome", "success and failure as the sentence says"),
    (
        "user, address, destination, method, sent",
        "who, from where to where; the protocol; bytes of the closed connection",
    ),
    ("rule.name", "facility and mnemonic, such as ASA-106023 or SEC_LOGIN-LOGIN_FAILED"),
)
_LINE = re.compile(
    rb"(?:<\d{1,3}>)?(?:\d{1,9}: )?(?:[^ :]{1,64}: )?[*.]?([A-Z][a-z][a-z]) {1,2}(\d{1,2}) (?:(\d{4})"
    rb" )?(\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?"
    rb"(?: [A-Z]{3,5})?: ?(?:[^ :]{1,64} : )?(%[A-Z][A-Z0-9_]{1,30}(?:-[A-Z0-9_]{1,30})?-[0-7]-.*)",
    re.DOTALL,
)
_HEAD = re.compile(
    rb"(?:.{0,90}?[ :*]|)(?=%[A-Z][A-Z0-9_]{1,30}(?:-[A-Z0-9_]{1,30})?-[0-7]-[A-Z0-9_]{2,40}: )", re.DOTALL
)
_ID = rb"%(?P<rule>[A-Z0-9_-]*?)-[0-7]-(?P<mnemonic>[A-Z0-9_]++): "
_ASA = rb"%(?P<rule>(?:ASA|FTD|PIX)[A-Z0-9_-]*?)-[0-7]-(?P<mnemonic>"
_IP = rb"(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*)"
_FLOW = (
    rb"(?:[^: ]{1,40}:)?(?P<address>" + _IP + rb")/(?P<src_port>\d++)(?: ?\([^)]*+\))*+ (?:dst|to) (?:[^: ]{1,40}:)?"
    rb"(?P<destination>" + _IP + rb")/(?P<dst_port>\d++)"
)
_RULES = (
    ("fw.blocked", "failure", _ASA + rb"106023): Deny (?P<method>[^ ]++) src (?:[^: ]{1,40}:)?(?P<address"
     rb">" + _IP + rb")(?:/(?P<src_port>\d++))?"
     rb"(?: ?\([^)]*+\))*+ dst (?:[^: ]{1,40}:)?(?P<destination>" + _IP + rb")(?:/(?P<dst_port>\d++))?"),
    ("fw.blocked", "failure", _ASA + rb"1060\d\d|710003|710005|313\d{3}|419002|733100|500004):"
         rb" .*?(?P<method>TCP|UDP|ICMP|tcp|udp|icmp)?.*?(?P<address>" + _IP +
     rb")(?:/(?P<src_port>\d++))?(?:.*? to (?:[^: ]{1,40}:)?(?P<destination>" + _IP + rb")(?:/(?P<dst_port>\d++))?)?"),
    ("fw.blocked", "failure", _ASA + rb"106100): access-list [^ ]++ denied (?P<method>[^ ]++)"
         rb" [^/]{1,40}/(?P<address>" + _IP + rb")\((?P<src_port>\d++)\)"
     rb".*? -> [^/]{1,40}/(?P<destination>" + _IP + rb")\((?P<dst_port>\d++)\)"),
    ("fw.allowed", "success", _ASA + rb"106100): access-list [^ ]++ (?:permitted|est-allowed) (?P<method>[^ ]++)"
         rb" [^/]{1,40}/(?P<address>" + _IP +
     rb")\((?P<src_port>\d++)\).*? -> [^/]{1,40}/(?P<destination>" + _IP + rb")\((?P<dst_port>\d++)\)"),
    ("fw.allowed", "success", _ASA + rb"30201[35]): Built (?P<direction>[a-z]++) (?P<method>[A-Z]++) connection"
         rb" \d++ for " + _FLOW),
    ("fw.closed", "unknown", _ASA + rb"30201[46]): Teardown (?P<method>[A-Z]++) connection \d++ for"
     rb" " + _FLOW.replace(b"(?:dst|to)", b"to") +
     rb"(?:.*? bytes (?P<sent>\d++))?"),
    ("vpn.login", "failure", _ASA + rb"113005|113015|113006|113016|113017): .*?(?:user (?:=|locked out.*?:)"
         rb" ?(?P<user>[^:]*?))?(?: : user IP = (?P<address>[^ ]++))?$"),
    ("vpn.login", "success", _ASA + rb"113004|113012): AAA user (?:authentication|accounting) Successful : .*?user"
         rb" = (?P<user>.*)$"),
    ("vpn.login", "success", _ASA + rb"722051): (?:.*?)User <(?P<user>[^>]*+)> IP <(?P<address>[^>]*+)> IPv4 Address"
         rb" <(?P<destination>[^>]*+)>"),
    ("vpn.login", "success", _ASA + rb"11303[39]|722022|722051|716001|734001): (?:.*?)User <(?P<user>[^>]*+)> IP"
         rb" <(?P<address>[^>]*+)>"),
    ("vpn.login", "failure", _ASA + rb"716039): .*?User <(?P<user>.*)> IP <(?P<address>[^>]*+)> Authentication:"
         rb" rejected"),
    ("vpn.down", "unknown", _ASA + rb"113019): Group = [^,]*+, Username = (?P<user>[^,]*+), IP ="
         rb" (?P<address>[^,]*+), Session disconnected.*?"
     rb"Bytes xmt: (?P<sent>\d++)"),
    ("vpn.down", "unknown", _ASA + rb"716002|722023|722037): .*?User <(?P<user>[^>]*+)> IP <(?P<address>[^>]*+)>"),
    ("device.login", "failure", _ASA + rb"605004): Login denied from (?P<address>[^/ ]++)(?:/(?P<src_port>\d++))?"
         rb" to (?:[^:]{1,40}:)?(?P<destination>[^/ ]++)"
     rb"/(?P<method>[^ ]++) for user \"?(?P<user>[^\"]*+)"),
    ("device.login", "success", _ASA + rb"605005): Login permitted from (?P<address>[^/"
         rb" ]++)(?:/(?P<src_port>\d++))? to (?:[^:]{1,40}:)?(?P<destination>[^/ ]++)"
     rb"/(?P<method>[^ ]++) for user \"?(?P<user>[^\"]*+)"),
    ("device.command", "unknown", _ASA + rb"11100[89]|111010): User '(?P<user>[^']*+)'(?:, running '[^']*+' from IP"
         rb" (?P<address>[^,]++),)? executed (?:the )?'(?P<command>.*?)'(?: command\.?)?$"),
    ("device.login", "failure", rb"%(?P<rule>SEC_LOGIN)-[0-7]-(?P<mnemonic>LOGIN_FAILED): .*?\[user:"
         rb" (?P<user>.*)\] \[Source: (?P<address>[^\]]*+)\]"
     rb"(?: \[localport: (?P<dst_port>\d++)\])?"),
    ("device.login", "success", rb"%(?P<rule>SEC_LOGIN)-[0-7]-(?P<mnemonic>LOGIN_SUCCESS): .*?\[user:"
         rb" (?P<user>[^\]]*+)\] \[Source: (?P<address>[^\]]*+)\]"),
    ("device.login", "failure", rb"%(?P<rule>SYS|LOGIN|AUTHMGR|SSH|SECURITY-SSHD|AAA)-[0-7]-(?P<mnemonic>[A-Z0-9_]*"
         rb"?FAIL[A-Z0-9_]*+): (?:.*?user (?:named )?'?(?P<user>[^' ]++)'?)?"
     rb"(?:.*from '?(?P<address>" + _IP + rb"))?"),
    ("device.config_changed", "success", rb"%(?P<rule>SYS)-5-(?P<mnemonic>CONFIG_I): Configured from [^ ]++(?: by"
         rb" (?P<user>[^ ]++))? on [^ ]++(?: \((?P<address>[^)]++)\))?"),
    ("device.command", "unknown", rb"%(?P<rule>PARSER)-5-(?P<mnemonic>CFGLOG_LOGGEDCMD): User:(?P<user>.*?) "
         rb" ?logged command:(?P<command>.*)"),
    ("fw.blocked", "failure", rb"%(?P<rule>SEC|FMANFP|IPV6_ACL)-[0-7]-(?P<mnemonic>[A-Z0-9_]++): list (?P<list>[^"
         rb" ]++) denied (?P<method>[^ ]++) (?P<address>" + _IP +
     rb")(?:\((?P<src_port>\d++)\))?.*? -> (?P<destination>" + _IP + rb")(?:\((?P<dst_port>\d++)\))?"),
    ("fw.allowed", "success", rb"%(?P<rule>SEC|FMANFP|IPV6_ACL)-[0-7]-(?P<mnemonic>[A-Z0-9_]++): list (?P<list>[^"
         rb" ]++) permitted (?P<method>[^ ]++) (?P<address>" + _IP +
     rb")(?:\((?P<src_port>\d++)\))?.*? -> (?P<destination>" + _IP + rb")(?:\((?P<dst_port>\d++)\))?"),
    ("link.up", "unknown", rb"%(?P<rule>LINK|LINEPROTO)-[0-7]-(?P<mnemonic>UPDOWN): .*? changed state to up"),
    ("link.down", "unknown", rb"%(?P<rule>LINK|LINEPROTO)-[0-7]-(?P<mnemonic>UPDOWN): .*? changed state to down"),
    ("device.message", "unknown", _ID),
)  # fmt: skip
_SPEECH = Speech(
    "cisco",
    _RULES,
    source="cisco",
    otherwise="device.message",
    sources=(
        *(LogSource("cisco", "", service) for service in ("aaa", "syslog", "bgp", "ldp", "asa")),
        LogSource("", "firewall", ""),
    ),
    also={
        "address": ("src_ip",),
        "destination": ("dst_ip",),
        "src_port": ("src_port", "source.port"),
        "dst_port": ("dst_port", "destination.port"),
        "method": ("protocol",),
        "rule": ("rule.category",),
        "mnemonic": ("rule.name", "event.code"),
        "command": ("CmdSet", "process.command_line"),
    },
)


def understands(line: bytes) -> bool:
    match = _LINE.match(line[:2000])
    return match is not None and match[1] in MONTHS


def understands_message(message: bytes) -> bool:
    return _HEAD.match(message[:300]) is not None


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    match = _LINE.match(line[:2000])
    month = MONTHS.get(match[1]) if match else None
    if match is None or month is None:
        return None
    year = int(match[3]) if match[3] else context.years.of(month, int(match[2]))
    time = local_time(year, month, int(match[2]), match[4], context.zone, match[5])
    return None if time is None else (Frame(time, b"", b"cisco", b"", context.zone_name), line[match.start(6) :])


read = _SPEECH.lines(_cut)


def read_messages(messages: Sequence[bytes], rows: Sequence[int], frames: Sequence[Frame], context: Context) -> Table:
    """What came by syslog; IOS puts a number and its own time before the sentence."""
    bare = [message[match.end() :] if (match := _HEAD.match(message[:300])) else message for message in messages]
    return _SPEECH.read(bare, rows, frames, context)
