"""pfSense and OPNsense by syslog: filterlog's lines of CSV, and log-ins to the administration pages."""

from __future__ import annotations

from ...table import LogSource
from ..speech import Speech

FIELDS = (
    ("time, host", "from the syslog frame"),
    ("action", "fw.blocked, fw.allowed, fw.packet; device.login, device.config_changed"),
    ("address, destination, method, sent", "from whom to whom; the protocol; the length of this one packet"),
    ("rule.id, interface, direction", "the rule's number and tracker, where it came by"),
)
PROGRAMS = (b"filterlog", b"php-fpm", b"audit", b"configd.py", b"opnsense", b"php", b"lighttpd")
_HEAD = (
    rb"(?P<number>\d*+),(?P<subrule>[^,]*+),(?P<anchor>[^,]*+),(?P<rule>[^,]*+),(?P<interface>[^,]*+),(?P<reaso"
    rb"n>[^,]*+),"
)
_V4 = rb",(?P<direction>[a-z-]++),4,[^,]*+,[^,]*+,[^,]*+,[^,]*+,[^,]*+,[^,]*+,[^,]*+,(?P<method>[^,]*+),(?P<sent>\d*+),"
_V6 = rb",(?P<direction>[a-z-]++),6,[^,]*+,[^,]*+,[^,]*+,(?P<method>[^,]*+),[^,]*+,(?P<sent>\d*+),"
_WHO = rb"(?P<address>[0-9A-Fa-f.:]++),(?P<destination>[0-9A-Fa-f.:]++)(?:,(?P<src_port>\d++),(?P<dst_port>\d++),)?"
_RULES = (
    *(
        (action, outcome, _HEAD + word + version + _WHO)
        for action, outcome, word in (
            ("fw.blocked", "failure", rb"(?:block|reject)"),
            ("fw.allowed", "success", rb"(?:pass|rdr|nat|binat)"),
            ("fw.packet", "unknown", rb"[a-z]++"),
        )
        for version in (_V4, _V6)
    ),
    ("device.login", "failure", rb"(?:/[^ :]*+: )?(?:webConfigurator|Web GUI) authentication error for (?:user"
         rb" )?'(?P<user>.*)' from:? (?P<address>[^ ]++)"),
    ("device.login", "success", rb"(?:/[^ :]*+: )?(?:Successful login for user|user) '?(?P<user>.*?)'?"
         rb" (?:from:?|authenticated successfully.*? from) "
     rb"(?P<address>[0-9A-Fa-f.:]++)"),
    ("device.config_changed", "success", rb"(?:/[^ :]*+: )?(?:Configuration Change: |user )(?P<user>[^"
         rb" @]++)@(?P<address>[0-9A-Fa-f.:]++)"
     rb"(?: \([^)]*+\))?(?:: | changed configuration to )(?P<what>.*)"),
    ("device.logout", "unknown", rb"(?:/[^ :]*+: )?User logged out for user '(?P<user>.*)' from:? (?P<address>[^ ]++)"),
)  # fmt: skip
_SPEECH = Speech(
    "pfsense",
    _RULES,
    source="pfsense",
    sources=(LogSource("pfsense", "firewall", ""), LogSource("", "firewall", "")),
    also={
        "address": ("src_ip",),
        "destination": ("dst_ip",),
        "src_port": ("src_port", "source.port"),
        "dst_port": ("dst_port", "destination.port"),
        "method": ("protocol",),
        "rule": ("rule.id",),
    },
)
read_messages = _SPEECH.read
