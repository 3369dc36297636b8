"""Allied Telesis' AlliedWare Plus by syslog: commands typed (IMISH), log-ins, the state of ports."""

from __future__ import annotations

from ...table import LogSource
from ..speech import Speech

FIELDS = (
    ("time, host", "from the syslog frame"),
    ("action", "device.command, device.login, link.up, link.down, device.message"),
    ("user, method", "who typed it, and at which console"),
    ("process.command_line", "the command"),
)
PROGRAMS = (b"IMISH", b"imish", b"NSM", b"IMI", b"HPI", b"VCS")
_RULES = (
    ("device.command", "unknown", rb"\[(?P<user>[^@\]]++)@(?P<method>[^\]]++)\] ?(?P<command>.*)"),
    (
        "device.login",
        "failure",
        rb"(?i:.*?(?:login|authentication) fail(?:ed|ure)).*?(?:user (?P<user>[^"
        rb" ,]++))?(?:.*? from (?P<address>[0-9A-Fa-f.:]++))?$",
    ),
    ("link.up", "unknown", rb"(?:Port up|.*? changed state to up)"),
    ("link.down", "unknown", rb"(?:Port down|.*? changed state to down)"),
)
_SPEECH = Speech(
    "allied_telesis",
    _RULES,
    source="allied_telesis",
    otherwise="device.message",
    sources=(LogSource("allied_telesis", "", "syslog"),),
    also={"command": ("process.command_line",)},
)
read_messages = _SPEECH.read
