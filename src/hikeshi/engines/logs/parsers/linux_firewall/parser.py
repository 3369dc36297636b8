"""What the Linux kernel logs of packets: iptables' and nftables' LOG, ufw; and WireGuard's refusals."""

from __future__ import annotations

from ...table import LogSource
from ..speech import Speech

FIELDS = (
    ("time, host", "from the syslog frame"),
    ("action", "fw.blocked or fw.allowed where the rule's own prefix says so (BLOCK, DROP, ACCEPT …), else fw.packet"),
    ("address, destination", "from whom to whom; the ports are in src_port and dst_port"),
    ("method", "the protocol"),
    ("sent", "the length of this one packet in bytes"),
)
PROGRAMS = (b"kernel", b"ulogd")
_BOOT = rb"(?:\[ *[\d.]++\] ?)?"
_PACKET = (
    rb"IN=(?P<interface>[^ ]*+) OUT=(?P<out>[^ ]*+) .*?SRC=(?P<address>[^ ]++) DST=(?P<destination>[^ ]++) "
    rb"(?:LEN=(?P<sent>\d++))?.*? PROTO=(?P<method>[^ ]++)(?: SPT=(?P<src_port>\d++) DPT=(?P<dst_port>\d++))?"
)
_RULES = (
    ("fw.blocked", "failure", _BOOT + rb"(?P<prefix>[^=]*?(?i:block|drop|reject|deny|denied|invalid)[^=]*?)" + _PACKET),
    ("fw.allowed", "success", _BOOT + rb"(?P<prefix>[^=]*?(?i:allow|accept|pass|permit)[^=]*?)" + _PACKET),
    ("fw.packet", "unknown", _BOOT + rb"(?P<prefix>[^=]*?)" + _PACKET),
    ("vpn.refused", "failure", _BOOT + rb"wireguard: (?P<interface>[^:]++): Packet has unallowed src IP \([^)]*+\)"
         rb" from peer "
     rb"(?P<peer>\d++) \((?P<address>[^ ]*?):(?P<src_port>\d++)\)"),
    ("vpn.refused", "failure", _BOOT + rb"wireguard: (?P<interface>[^:]++): Invalid (?:handshake initiation|MAC of"
         rb" handshake)"
     rb"(?:, dropping packet)? from (?P<address>[^ ]*?):(?P<src_port>\d++)(?:,|$)"),
)  # fmt: skip
_SPEECH = Speech(
    "linux_firewall",
    _RULES,
    source="kernel",
    sources=(LogSource("linux", "firewall", ""), LogSource("", "firewall", ""), LogSource("linux", "", "syslog")),
    also={
        "address": ("src_ip",),
        "destination": ("dst_ip",),
        "src_port": ("src_port", "source.port"),
        "dst_port": ("dst_port", "destination.port"),
        "method": ("protocol", "network.transport"),
        "prefix": ("rule.name",),
    },
)
read_messages = _SPEECH.read
