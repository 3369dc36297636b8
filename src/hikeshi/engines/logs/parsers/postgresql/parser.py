"""PostgreSQL: its log with the usual prefixes (also Amazon RDS's), its CSV log and its JSON log."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from ...moments import moments
from ...objects import Object
from ...table import Context, LogSource, Table
from ...times import iso_time
from ..speech import Found, Frame, Speech, stamped

FIELDS = (
    ("time", "in the line's zone where that is UTC, GMT or JST, or an offset; else local time of the server"),
    ("action", "db.login, db.connection, db.disconnected, db.query, db.error, db.message"),
    ("outcome", "success for `connection authorized`, failure where it was refused"),
    ("user, address, target", "the account, where it came from, the database; from the prefix, else from the message"),
    ("db.statement", "the statement"),
)
PROGRAMS = (b"postgres", b"postgresql")
_LEVEL = rb"(?:LOG|FATAL|ERROR|WARNING|DETAIL|HINT|STATEMENT|NOTICE|PANIC|CONTEXT|QUERY|INFO|LOCATION|DEBUG[1-5]?)"
_LINE = re.compile(
    rb"((?:[0-9A-Fa-f.:]++ |\[local\] |< ?)?)(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) ([A-Z]{3,5}|[+-]\d\d)(["
    rb" :].{0,200}?)(" + _LEVEL + rb":  ?.*)",
    re.DOTALL,
)
_CSV = re.compile(
    rb'(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) ([A-Z]{3,5}|[+-]\d\d),("(?:[^"]|"")*+"|),("(?:[^"]|"")*+"|),'
    rb'(\d*+),("[^"]*+"|),'
)
_WHERE = re.compile(
    rb"(?:^|[ :=\[])(?:host=|client=)?"
    rb"([0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?:\((\d{1,5})\))?(?=[ :\],)]|$)"
)
_WHO = re.compile(rb"(?:^|[ :\[])([^ :@\[\]]{1,64})@([^ :@\[\]]{1,64})(?=[ :\]]|$)|user=([^, ]*+),db=([^, ]*+)")
_PID = re.compile(rb"\[(\d{1,10})(?:-\d++)?\]")
_SAYS = re.compile(_LEVEL + rb":  ?")
_ZONES = {b"UTC": b"Z", b"GMT": b"Z", b"JST": b"+09:00"}
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) ([A-Z]{3,5})$")
_BESIDE = {
    "user": "user",
    "remote_host": "address",
    "remote_port": "src_port",
    "dbname": "target",
    "statement": "statement",
}
_HEAD = rb"[A-Z]++[1-5]?:  ?"
_RULES = (
    ("db.login", "failure", _HEAD + rb'(?:password|Ident|peer|PAM|LDAP|RADIUS|GSSAPI|SSPI|certificate|MD5|SCRAM-SHA-'
     rb'256)'
     rb'[^"]*? '
     rb'authentication failed for user "(?P<user>.*)"'),
    ("db.login", "failure", _HEAD + rb'no pg_hba\.conf entry for (?:host|replication connection from host)'
     rb' "(?P<address>[^"]++)", '
     rb'user "(?P<user>.*?)"(?:, database "(?P<target>[^"]*+)")?'),
    ("db.login", "failure", _HEAD + rb'pg_hba\.conf rejects connection for host "(?P<address>[^"]++)", user'
     rb' "(?P<user>.*?)"'
     rb'(?:, database "(?P<target>[^"]*+)")?'),
    ("db.login", "failure", _HEAD + rb'role "(?P<user>.*)" (?:does not exist|is not permitted to log in)$'),
    ("db.login", "failure", _HEAD + rb'database "(?P<target>.*)" does not exist$'),
    ("db.login", "success", _HEAD + rb"connection authorized: user=(?P<user>[^ ]++)(?: database=(?P<target>[^ ]++))?"
     rb"(?: (?:application_name=|SSL |GSS |identity=|\()(?!.*FATAL:  ).*)?$"),
    ("db.connection", "unknown", _HEAD + rb"connection received: host=(?P<address>[^ ]++)(?:"
         rb" port=(?P<src_port>\d++))?"),
    ("db.disconnected", "unknown", _HEAD + rb"disconnection: session time: .*? user=(?P<user>[^ ]*+)"
         rb" database=(?P<target>[^ ]*+) "
     rb"host=(?P<address>[^ ]++)"),
    ("db.query", "unknown", rb"LOG:  ?(?:duration: [\d.]++ ms  )?(?:statement|execute [^:]*+): (?P<statement>.*)"),
    ("db.query", "failure", rb"STATEMENT:  ?(?P<statement>.*)"),
    ("db.probe", "failure", _HEAD + rb"(?:invalid length of startup packet|unsupported frontend protocol|incomplete"
         rb" startup packet)"),
    ("db.error", "failure", rb"(?:ERROR|FATAL|PANIC):  ?(?P<error>.*)"),
)  # fmt: skip
_SPEECH = Speech(
    "postgresql",
    _RULES,
    source="postgresql",
    otherwise="db.message",
    sources=(
        LogSource("postgresql", "database", ""),
        LogSource("", "database", ""),
        LogSource("sql", "application", ""),
    ),
    also={"statement": ("db.statement", "query"), "target": ("db.name",)},
)


def understands(line: bytes) -> bool:
    return _LINE.match(line) is not None or _CSV.match(line) is not None or _goes_on(line)


def claims(sample: Sequence[bytes]) -> float:
    """A line that begins with a tab goes on from the one above, and proves nothing."""
    mine = sum(_LINE.match(line) is not None or _CSV.match(line) is not None for line in sample)
    return mine and sum(map(understands, sample)) / len(sample)


def _goes_on(line: bytes) -> bool:
    return line[:1] == b"\t" and len(line) > 1


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    if _goes_on(line):
        last: Frame | None = context.memory.get("postgresql.last")
        return (last, line) if last else None
    if match := _CSV.match(line):
        message = _of_csv(line, context)
        stamp, zone, where, who, pid = match[1], match[2], match[6].strip(b'"'), match[3].strip(b'"'), match[5]
        around = b" ".join((where.rpartition(b":")[0] or where, who + b"@" + match[4].strip(b'"') if who else b""))
    elif match := _LINE.match(line):
        stamp, zone, around, message = match[2], match[3], match[1] + match[4], match[5]
        found = _PID.search(around)
        pid = found[1] if found else b""
    else:
        return None
    offset = _ZONES.get(zone, zone + b":00" if zone[:1] in b"+-" else b"")
    time = stamped(context, stamp + offset, lambda: iso_time(stamp + offset, context.zone))
    if time is None:
        return None
    named = zone.decode() if offset else context.zone_name
    frame = context.memory["postgresql.last"] = Frame(time, b"", b"postgresql", pid, named)
    context.memory["postgresql.around"] = around
    return frame, message


def _of_csv(line: bytes, context: Context) -> bytes:
    """Severity and message of a CSV line, with the statement where one failed."""
    try:
        cells = next(csv.reader([context.text(line[:16384])]))
    except (csv.Error, StopIteration):
        return b"LOG:  " + line
    if len(cells) < 14:
        return b"LOG:  " + line
    return f"{cells[11]}:  {cells[13]}".encode("utf-8", "surrogatepass")


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> Table:
    """The messages among these lines; what the message leaves out about who and where, its prefix may say."""
    kept: list[int] = []
    frames: list[Frame] = []
    messages: list[bytes] = []
    found: list[Found] = []
    for row, line in zip(rows, lines, strict=True):
        made = _cut(line, context)
        if made is None:
            continue
        frame, message = made
        rule, values = _SPEECH.recognise(message) or (_SPEECH.shape("db.message", "unknown", ()), ())
        given = {name: value for name, value in zip(rule.names, values, strict=True) if value}
        prefix: bytes = context.memory.get("postgresql.around", b"")
        given = _around(prefix, given.get("user", b"")) | given
        rule = _SPEECH.shape(rule.action, rule.outcome, tuple(given), tagged=bool(rule.tag))
        kept.append(row)
        frames.append(frame)
        messages.append(message)
        found.append((rule, list(given.values())))
    return _SPEECH.table(messages, kept, frames, found, context)


def recognises(obj: Object, name: str) -> float:
    return 0.95 if "error_severity" in obj and "session_id" in obj and "timestamp" in obj else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> Table:
    """The records of log_destination = jsonlog: what the message leaves out, the fields beside it say."""
    kept: list[int] = []
    frames: list[Frame] = []
    messages: list[bytes] = []
    found: list[Found] = []
    times = moments([_utc(one.get("timestamp")) for one in objects], context.zone)
    for row, time, one in zip(rows, times, objects, strict=True):
        if time is None:
            continue
        message = f"{one['error_severity']}:  {one.get('message', '')}".encode("utf-8", "surrogatepass")
        rule, values = _SPEECH.recognise(message) or (_SPEECH.shape("db.message", "unknown", ()), ())
        beside = {
            name: str(one[key]).encode() for key, name in _BESIDE.items() if one.get(key) not in (None, "[local]")
        }
        given = beside | {name: value for name, value in zip(rule.names, values, strict=True) if value}
        kept.append(row)
        frames.append(Frame(time, b"", b"postgresql", str(one.get("pid", "")).encode(), "UTC"))
        messages.append(message)
        found.append((_SPEECH.shape(rule.action, rule.outcome, tuple(given), tagged=bool(rule.tag)), [*given.values()]))
    return _SPEECH.table(messages, kept, frames, found, context)


def _utc(stamp: object) -> object:
    """The time without the name of its zone, where that is no UTC, GMT or JST: then it is the server's."""
    match = _STAMP.match(stamp) if isinstance(stamp, str) else None
    return match[1] if match and match[2] not in ("UTC", "GMT", "JST") else stamp


def _around(prefix: bytes, user: bytes) -> dict[str, bytes]:
    given: dict[str, bytes] = {}
    # The name comes from the attacker and may hold an address.
    bare = prefix.replace(b" %b@" % user, b" @").replace(b"user=%b," % user, b"user=,") if user else prefix
    if where := _WHERE.search(bare):
        given["address"] = where[1]
        if where[2]:
            given["src_port"] = where[2]
    if (who := _WHO.search(prefix)) and b"[unknown]" not in prefix:
        given["user"], given["target"] = who[1] or who[3] or b"", who[2] or who[4] or b""
    return {name: value for name, value in given.items() if value}


def read_messages(messages: Sequence[bytes], rows: Sequence[int], frames: Sequence[Frame], context: Context) -> Table:
    """What came through syslog: `[3-1] user@db LOG:  …`."""
    bare = [message[match.start() :] if (match := _SAYS.search(message[:300])) else message for message in messages]
    return _SPEECH.read(bare, rows, frames, context)
