"""MySQL and MariaDB: the error log of each, the general and the slow query log, and what goes to syslog."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...table import Context, LogSource, Table
from ...times import iso_time, local_time
from ..speech import Found, Frame, Speech, stamped
from . import slow

FIELDS = (
    ("time", "UTC where the line ends it with Z, else local time of the server"),
    ("action", "db.login, db.query, db.command, db.started, db.stopped, db.error, db.message"),
    (
        "outcome",
        "failure where access was denied; a Connect of the general log is unknown: it is written before the check",
    ),
    ("user, address", "the account and where it came from"),
    ("target", "the database"),
    ("db.statement", "the statement, in the general and in the slow log"),
    ("seconds, rows_sent, rows_examined", "what a slow query cost"),
)
PROGRAMS = (b"mysqld", b"mysql", b"mariadbd", b"mysqld_safe", b"mariadb")
_STAMP = rb"(\d{4}-\d\d-\d\d[T ][ \d]\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?|\d{6} [ \d]\d:\d\d:\d\d)"
_ERROR = re.compile(
    _STAMP + rb"(?: (\d++|0x[0-9a-f]++))? (\[(?:Note|Warning|ERROR|System|Error)\] .*|mysqld_safe .*)", re.DOTALL
)
_GENERAL = re.compile(
    rb"(?:" + _STAMP + rb")?[\t ]++(\d++) ((?:Connect|Query|Quit|Init DB|Prepare|Execute|Close stmt|Field"
    rb" List|Statistics|"
    rb"Create DB|Drop DB|Change user|Shutdown|Refresh|Ping|Kill|Binlog Dump|Reset"
    rb" stmt|Fetch|Processlist|Daemon)(?:[\t ].*)?)$",
    re.DOTALL,
)
_TAGS = rb"\[[A-Za-z]++\] (?:\[MY-\d++\] )?(?:\[[A-Za-z]++\] )?"
# The name comes from the attacker and may hold "'@'192.0.2.1' (using password: YES)"; the database does, too.
_HOST = rb"'(?P<user>.*)'@'(?P<address>[^']*+)' \(using password: (?:YES|NO)\)$"
_TO_BASE = rb"'(?P<user>.*?)'@'(?P<address>[^']*+)'(?: to database '(?P<target>.*)'$)?"
_RULES = (
    ("db.login", "failure", rb"(?:" + _TAGS + rb")?Access denied for user " + _HOST),
    ("db.login", "failure", rb"(?:" + _TAGS + rb")?Access denied for user " + _TO_BASE),
    ("db.login", "failure", rb"(?:" + _TAGS + rb")?Aborted connection \d++ to db: '(?P<target>[^']*+)' user:"
         rb" '(?P<user>[^']*+)' "
     rb"host: '(?P<address>[^']*+)' \((?:This connection closed normally without authentication|Got an error"
     rb" reading communication"
     rb" packets during authentication)"),
    ("db.disconnected", "unknown", rb"(?:" + _TAGS + rb")?Aborted connection \d++ to db: '(?P<target>[^']*+)' user:"
         rb" '(?P<user>[^']*+)' "
     rb"host: '(?P<address>[^']*+)'"),
    ("db.refused", "failure", rb"(?:" + _TAGS + rb")?Host '?(?P<address>[^' ]++)'? is (?:not allowed to"
         rb" connect|blocked)"),
    ("db.started", "unknown", rb"(?:" + _TAGS + rb")?(?:[^ ]*(?:mysqld|mariadbd): ready for connections|[^ ]*mysqld"
         rb" \(mysqld .*starting)"),
    ("db.stopped", "unknown", rb"(?:" + _TAGS + rb")?(?:[^ ]*(?:mysqld|mariadbd): (?:Normal shutdown|Shutdown"
         rb" complete)|Received SHUTDOWN)"),
    ("db.error", "failure", rb"\[(?:ERROR|Error)\] "),
    ("db.login", "failure", rb"Connect[\t ]++Access denied for user " + _HOST),
    ("db.connection", "unknown", rb"Connect[\t ]++(?P<user>[^@]*+)@(?P<address>[^ ]++)(?: (?:as (?P<proxy>[^ ]*+)"
         rb" )?on (?P<target>[^ ]*+))?"),
    ("db.query", "unknown", rb"(?:Query|Execute|Prepare)[\t ]++(?P<statement>.*)"),
    ("db.command", "unknown", rb"Init DB[\t ]++(?P<target>.*)"),
    ("db.command", "unknown", rb"(?:Quit|Close stmt|Field List|Statistics|Create DB|Drop DB|Change"
         rb" user|Shutdown|Refresh|Ping|Kill|Binlog Dump)"),
)  # fmt: skip
_SPEECH = Speech(
    "mysql",
    _RULES,
    source="mysql",
    otherwise="db.message",
    sources=(LogSource("mysql", "database", ""), LogSource("", "database", ""), LogSource("sql", "application", "")),
    also={"statement": ("db.statement", "query"), "target": ("db.name",)},
)


def understands(line: bytes) -> bool:
    return _ERROR.match(line) is not None or _GENERAL.match(line) is not None or slow.understands(line)


def claims(sample: Sequence[bytes]) -> float:
    """The general log leaves the time out where it is the one above: such lines alone prove nothing."""
    if slow.begins(sample):
        return 0.9  # the statements between the heads of the slow log may be anything
    if not any(_ERROR.match(line) or ((match := _GENERAL.match(line)) and match[1]) for line in sample):
        return 0.0
    return sum(map(understands, sample)) / len(sample)


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    match = _ERROR.match(line) or _GENERAL.match(line)
    if not match:
        return None
    stamp: bytes | None = match[1]
    if stamp is None:
        time = context.memory.get("mysql.time")
    else:
        time = context.memory["mysql.time"] = stamped(context, stamp, lambda: _time(stamp, context))
    if time is None:
        return None
    zone = "UTC" if stamp and stamp.endswith(b"Z") else context.zone_name
    return Frame(time, b"", b"mysql", match[2] or b"", zone), match[3]


def _time(stamp: bytes, context: Context) -> float | None:
    if stamp[6:7] == b" ":  # 261123 10:00:00
        year, month, day = 2000 + int(stamp[:2]), int(stamp[2:4]), int(stamp[4:6])
        return local_time(year, month, day, stamp[7:].strip(), context.zone)
    return iso_time(stamp[:11] + stamp[11:].replace(b" ", b"0", 1), context.zone)


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> Table:
    """The events among these lines, of whichever of its logs."""
    kept: list[int] = []
    frames: list[Frame] = []
    messages: list[bytes] = []
    found: list[Found] = []
    for row, line in zip(rows, lines, strict=True):
        if made := _cut(line, context):
            frame, message = made
            told = _SPEECH.recognise(message)
        elif asked := slow.cut(line, row, context, _SPEECH):
            message, (frame, told) = line, asked
        else:
            continue
        if told:
            kept.append(row)
            frames.append(frame)
            messages.append(message)
            found.append(told)
    return _SPEECH.table(messages, kept, frames, found, context)


def read_messages(messages: Sequence[bytes], rows: Sequence[int], frames: Sequence[Frame], context: Context) -> Table:
    """What came through syslog: the server's own time and number stand before its words once more."""
    bare = [match[3] if (match := _ERROR.match(message)) else message for message in messages]
    return _SPEECH.read(bare, rows, frames, context)
