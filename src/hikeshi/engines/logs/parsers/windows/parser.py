"""Windows events, from EVTX files, XML exports or JSON of any collector: who signed in, what was started or installed.

Columns: EventID, Channel, Provider_Name, Computer and every field of EventData and UserData, under their own names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import orjson

from ...flatten import Record
from ...moments import moments
from ...objects import Object
from ...table import ECS, Columns, Context, LogSource, Same, Table, Value
from ...tags import bit
from ...vocabulary import shared
from . import evtxecmd, heads, said, shapes
from .meaning import Meaning, meaning

FIELDS = (
    ("time", "when the event happened (TimeCreated)"),
    ("host", "the computer that recorded it, also in a log of forwarded events"),
    ("source", "the provider"),
    ("action", "win.logon, win.logon_failed, win.log_cleared …: see events.toml; win.event for the others"),
    ("outcome", "success or failure where the event or its audit keywords say so"),
    ("user", "the account that acted, or that signed in"),
    ("address", "from where, as the event says it"),
    ("method", "how: the log-on type (3 network, 10 remote desktop) or the like"),
    ("target", "what it was done to: a service, a task, an account, a command line"),
    ("process, path", "the program, and the file"),
    ("detail", "what else matters most: a status, a parent process, a script"),
)
SOURCES = (LogSource("windows"),)
_PLANS = "windows.plans"


def recognises(obj: Object, name: str) -> float:
    how = shapes.plan(obj)
    facts = how.facts(obj)
    if facts is None:
        return 0.0
    if how.nested:
        return 1.0
    provider, channel, _ = facts
    if not provider and not channel:
        return 0.0
    # What only has a number and a source may be anything's event.
    return 0.9 if "Computer" in how.paths or "time" in how.paths else 0.3


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    plans = context.memory.get(_PLANS)
    if plans is None:
        plans = context.memory[_PLANS] = shapes.Plans()
    groups: dict[Any, tuple[shapes.Plan, list[int], list[Record]]] = {}
    key: tuple[Any, ...]
    if (keys := shapes.facts_of_evtx(objects)) is not None:
        for key, row, obj in zip(keys, rows, objects, strict=True):
            group = groups.get(key)
            if group is None:
                group = groups[key] = (shapes.OF_EVTX, [], [])
            group[1].append(row)
            group[2].append(obj)
        rows = objects = ()
    for row, obj in zip(rows, objects, strict=True):
        try:  # the way EVTX files come, without a detour
            system = obj["Event"]["System"]
            number = system["EventID"]
            key = (
                system["Provider"]["#attributes"]["Name"],
                system["Channel"],
                number if type(number) is int else shapes.event_id(number),
            )
            group = groups.get(key)
            how = shapes.OF_EVTX
            if type(key[0]) is not str or type(key[1] or "") is not str or key[2] is None:
                raise KeyError(number)
        except (KeyError, TypeError):
            if evtxecmd.is_its(obj):
                obj = evtxecmd.unpacked(obj)
            how = plans.of(obj)
            facts = how.facts(obj)
            if facts is None or "time" not in how.paths:
                how = shapes.plan(obj)  # a record unlike the others of its shape
                facts = how.facts(obj)
                if facts is None:
                    continue
            obj, facts = said.completed(obj, how, facts)
            key = (*facts, id(how) if len(groups) < 1000 else 0, how.paths.get("time"))
            group = groups.get(key)
        if group is None:
            group = groups[key] = (how, [], [])
        group[1].append(row)
        group[2].append(obj)
    tables = (_of_whole(key, how, places, members, context) for key, (how, places, members) in groups.items())
    return [table for table in tables if len(table)]


def read_cut(parts: Sequence[heads.Part], raw: Sequence[bytes], context: Context) -> list[Table]:
    """The same of records that were cut up; a group with one out of the ordinary is read whole."""
    groups: dict[shapes.Key, list[int]] = {}
    for row, part in enumerate(parts):
        groups.setdefault(part[0].key, []).append(row)
    tables = []
    for key, rows in groups.items():
        some = [parts[row] for row in rows]
        if any(head.values is None for head in {part[0] for part in some}):
            whole = [orjson.loads(raw[row]) for row in rows]
            tables.append(_of_whole(key, shapes.OF_EVTX, rows, whole, context))
        else:
            stamps = [part[1].decode() for part in some]
            tables.append(_table(key, rows, some, stamps, heads.columns, context))
    return [table for table in tables if len(table)]


def _of_whole(key: Any, how: shapes.Plan, rows: list[int], records: list[Record], context: Context) -> Table:
    return _table(key, rows, records, _stamps(records, how), partial(shapes.columns, how=how), context)


def _table(
    key: Any, rows: list[int], records: list[Any], stamps: list[Any], columns: Callable[..., Columns], context: Context
) -> Table:
    """The events of one provider, channel and number; `columns` makes their columns of records and facts."""
    facts: shapes.Facts = (key[0], key[1] or "", key[2])
    times = moments(stamps, context.zone)
    if None in times:
        kept = [i for i, time in enumerate(times) if time is not None]
        rows, records, times = [rows[i] for i in kept], [records[i] for i in kept], [times[i] for i in kept]
    about = meaning(*facts)
    view = _View(partial(columns, records, facts=facts), len(rows), about, facts)
    tags = None
    if about.tag:
        tags = [_tag(about.tag, about.outcome)] * len(rows)
        if about.failed:
            failed = _tag(about.failed, "failure")
            tags = [failed if one == "failure" else tag for one, tag in zip(view.outcomes(), tags, strict=True)]
    whens = cast(list[float], times)
    return Table("windows", rows, whens, view.fields, tags, columns=view.columns, sources=SOURCES)


def _tag(action: str, outcome: str) -> int:
    return bit(action) | shared(action, outcome)


def _stamps(records: list[Record], how: shapes.Plan) -> list[Any]:
    if how is shapes.OF_EVTX:
        try:
            return [one["Event"]["System"]["TimeCreated"]["#attributes"]["SystemTime"] for one in records]
        except (KeyError, TypeError):
            pass
    path = how.paths.get("time")
    return [shapes.get(one, path) for one in records]


class _View:
    """The columns of a table, made when somebody asks for them."""

    def __init__(self, make: Callable[[], Columns], size: int, about: Meaning, facts: shapes.Facts) -> None:
        self._make, self._size, self._about, self._facts = make, size, about, facts
        self._own: Columns | None = None
        self._meant: dict[str, Sequence[Value] | None] = {}
        self._outcomes: Sequence[Value] | None = None
        self._actions: Sequence[Value] | None = None

    def own(self) -> Columns:
        if self._own is None:
            self._own = self._make()
        return self._own

    def meant(self, field: str) -> Sequence[Value] | None:
        if field not in self._meant:
            self._meant[field] = self._about.column(self.own(), field, self._size)
        return self._meant[field]

    def outcomes(self) -> Sequence[Value]:
        if self._outcomes is None:
            self._outcomes = self._about.outcomes(self.own(), self._size, self._facts[0])
        return self._outcomes

    def actions(self) -> Sequence[Value]:
        if self._actions is None:
            failed, tag = self._about.failed, self._about.tag or "win.event"
            outcomes = self.outcomes()
            if failed and "failure" in outcomes:
                self._actions = [failed if one == "failure" else tag for one in outcomes]
            else:
                self._actions = Same(tag, self._size)
        return self._actions

    def columns(self) -> Columns:
        own = self.own()
        base: Columns = {"event.action": self.actions(), "event.outcome": self.outcomes()}
        for field in ("user", "address", "destination", "process", "path"):
            values = self.meant(field)
            if values is not None:
                base[ECS[field]] = _addresses(values) if field == "address" else values
        if "Computer" in own:
            base["host.name"] = own["Computer"]
        if "Provider_Name" in own:
            base["event.provider"] = own["Provider_Name"]
        return own | base

    def fields(self, i: int) -> dict[str, Any]:
        own = self.own()
        found: dict[str, Any] = {"action": self.actions()[i], "outcome": self.outcomes()[i], "source": self._facts[0]}
        for field in ("user", "address", "destination", "process", "path", "target", "method", "detail"):
            values = self.meant(field)
            if values is not None and values[i] is not None:
                found[field] = _text(values[i])
        found["address"] = _address(found.get("address", "")) or ""
        for field, name in (("host", "Computer"), ("message", "message")):
            if name in own and own[name][i] is not None:
                found[field] = _text(own[name][i])
        return found


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return "\n".join(map(_text, value))
    return "" if value is None else ("true" if value else "false") if isinstance(value, bool) else str(value)


def _addresses(values: Sequence[Value]) -> list[Value]:
    known = {value: _address(value) for value in set(values)}
    return [known[value] for value in values]


def _address(value: Any) -> Any:
    """::ffff:192.0.2.1 is 192.0.2.1; a console or "local" is no address; 192.0.2.1:50000 has a port behind it."""
    if type(value) is not str:
        return None
    text = value.strip()
    if text.lower().startswith("::ffff:") and "." in text:
        text = text[7:]
    if text.count(":") == 1:
        text = text.partition(":")[0]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    return text if "." in text or ":" in text else None
