"""cron, crond and anacron: what ran at set times, and who changed the table of jobs."""

from __future__ import annotations

from ...table import LogSource
from ..speech import Speech

FIELDS = (
    ("time, host", "from the syslog frame"),
    ("action", "cron.command, cron.changed (a table of jobs was replaced), cron.listed, cron.error, cron.message"),
    ("user", "whose job it is, or who changed the table"),
    ("process", "the program that ran; the whole command is in the column process.command_line"),
)
PROGRAMS = (b"CRON", b"cron", b"crond", b"CROND", b"/usr/sbin/cron", b"/USR/SBIN/CRON", b"crontab", b"anacron", b"atd")
_WHO = rb"\((?P<user>[^)]*+)\) "
_RULES = (
    ("cron.command", "unknown", _WHO + rb"CMD \( *+(?P<command>(?P<process>[^ )]++).*?) ?\)?$"),
    ("cron.changed", "success", _WHO + rb"(?:REPLACE|DELETE|RELOAD) \((?P<whose>.*)\)$"),
    ("cron.edited", "unknown", _WHO + rb"(?:BEGIN|END) EDIT \((?P<whose>.*)\)$"),
    ("cron.listed", "unknown", _WHO + rb"LIST \((?P<whose>.*)\)$"),
    ("cron.error", "failure", _WHO + rb"(?:ERROR|AUTH|FAILED|WRONG) "),
    ("cron.refused", "failure", rb"\((?P<user>[^)]*+)\) (?:PAM ERROR|You .* not allowed)"),
    ("session.opened", "success", rb"pam_unix\(cron\w*:session\): session opened for user (?P<user>[^ (]++)"),
    ("session.closed", "unknown", rb"pam_unix\(cron\w*:session\): session closed for user (?P<user>[^ (]++)"),
    ("cron.command", "unknown", rb"Job `(?P<command>[^']++)' started"),
)
_SPEECH = Speech(
    "cron",
    _RULES,
    otherwise="cron.message",
    sources=(LogSource("linux", "", "cron"), LogSource("linux", "", "syslog")),
    also={"command": ("process.command_line",), "whose": ("user.target.name",)},
)
read_messages = _SPEECH.read
