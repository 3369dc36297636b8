"""Wazuh's alerts.json and archives.json, and alerts.log, which OSSEC writes, too.

What an agent sent is read by the format that knows it, with Wazuh's verdict. A line of sshd becomes an event of sshd,
a Windows event one of Windows, each at Wazuh's time and with its rule.… as columns; what nobody knows is wazuh.alert,
or what the groups of Wazuh's rule say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...flatten import Record, flatten
from ...mapped import as_text, text_at
from ...moments import moments
from ...objects import Object, Objects, Source
from ...table import Columns, Context, LogSource, Table
from ..inner import tables_of
from ..meanings import Meanings
from ..windows import parser as windows
from . import alerts

FIELDS = (
    ("time", "timestamp, with its offset; in alerts.log the seconds in its first line"),
    ("host, source", "the agent; the decoder or the place of the log"),
    (
        "action",
        "as the format of the line says; else wazuh.login, wazuh.file_changed … by the rule's groups: events.toml",
    ),
    ("outcome", "as the groups say"),
    ("user, address", "data.dstuser or data.srcuser; data.srcip"),
    ("path", "the file, for changes of files"),
    ("detail, message", "what the rule says; the line"),
    ("rule.level, rule.id …", "Wazuh's own fields, each a column"),
)
_SYSTEM = {"eventID": "EventID", "channel": "Channel", "computer": "Computer", "eventRecordID": "EventRecordID"}
_SYSTEM |= {"keywords": "Keywords", "level": "Level", "task": "Task", "opcode": "Opcode", "version": "Version"}
_OWN = ("rule", "agent", "decoder", "manager", "location", "id")


def frames(head: bytes, name: str) -> float:
    return alerts.frames(head)


def objects(source: Source) -> Iterator[Objects]:
    return alerts.objects(source)


def recognises(obj: Object, name: str) -> float:
    if not isinstance(obj.get("agent"), dict) or "timestamp" not in obj:
        return 0.0
    ruled = isinstance(obj.get("rule"), dict) and "level" in obj["rule"]
    return 0.95 if (ruled or "decoder" in obj) and ("manager" in obj or "location" in obj) else 0.0


def _operation(record: Record) -> str:
    rule = record.get("rule")
    groups = rule.get("groups") if isinstance(rule, dict) else None
    names = list(map(as_text, groups)) if isinstance(groups, list) else [as_text(groups)]
    return next((name for name in names if _READ.knows(name)), names[0] if names else "")


_READ = Meanings(__file__, (LogSource("wazuh", "", "alerts"),), operation=_operation)


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    by_row = dict(zip(rows, objects, strict=True))
    times = dict(zip(rows, moments([one.get("timestamp") for one in objects], context.zone), strict=True))
    events = {row: made for row, one in by_row.items() if times[row] is not None and (made := _windows(one))}
    lines = {
        row: text_at(one, "full_log") for row, one in by_row.items() if row not in events and times[row] is not None
    }
    tables = windows.read_objects(list(events.values()), list(events), context) if events else []
    tables += [one for one in tables_of(lines, context, "wazuh") if one.format not in ("syslog", "json_records")]
    for table in tables:
        table.times = [time for row in table.rows if (time := times[row]) is not None]
    done = {row for table in tables for row in table.rows}
    left = [row for row in rows if row not in done]
    return [_with_verdict(one, by_row) for one in tables if len(one)] + _READ.read(
        [by_row[row] for row in left], left, context
    )


def _windows(obj: Object) -> Object | None:
    """A Windows event as EVTX files hold it: Wazuh writes its names with a small first letter."""
    data = obj.get("data")
    event = data.get("win") if isinstance(data, dict) else None
    system = event.get("system") if isinstance(event, dict) else None
    if not isinstance(event, dict) or not isinstance(system, dict) or "eventID" not in system:
        return None
    number = as_text(system["eventID"])
    if not number.isdecimal() or len(number) > 9:
        return None
    inner = event.get("eventdata")
    named = {_SYSTEM[name]: as_text(value) for name, value in system.items() if name in _SYSTEM}
    head = named | {
        "EventID": int(number),
        "Provider": {"#attributes": {"Name": as_text(system.get("providerName"))}},
        "TimeCreated": {"#attributes": {"SystemTime": as_text(system.get("systemTime") or obj.get("timestamp"))}},
    }
    given = {name[:1].upper() + name[1:]: value for name, value in inner.items()} if isinstance(inner, dict) else {}
    return {"Event": {"System": head, "EventData": given}} if "Channel" in head else None


def _with_verdict(table: Table, by_row: dict[int, Object]) -> Table:
    inner = table.columns

    def columns() -> Columns:
        own = flatten(
            [{name: one[name] for name in _OWN if name in one} for one in map(by_row.__getitem__, table.rows)]
        )
        return own | (inner() if inner else {})

    table.columns = columns
    return table
