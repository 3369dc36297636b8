"""The shapes in which Windows events come: as EVTX and XML hold them, or as winlogbeat, NXLog, Splunk … export them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from pathlib import Path as Folder
from typing import Any

from ...flatten import Record, flatten
from ...table import Columns, Same

Path = tuple[str, ...]
Key = tuple[str, str | None, int]
Facts = tuple[str, str, int]
"""Provider, channel and event id: what a group of events has in common."""


@cache
def _names() -> dict[str, tuple[Path, ...]]:
    """Where each fact may stand, the surest first; "Provider@Name" is an attribute as evtx, xmltodict … write it."""
    raw = tomllib.loads((Folder(__file__).parent / "names.toml").read_text("utf-8"))
    return {name: tuple(path for way in ways for path in _paths(way)) for name, ways in raw.items()}


def _paths(way: str) -> Iterator[Path]:
    path = tuple(way.split("/"))
    if path[0] != "System":
        yield path
        return
    *rest, last = path
    part, _, key = last.partition("@")
    ways = (
        [(part, "#attributes", key), (part, f"@{key}"), (part, key), (f"{part}_attributes", key)] if key else [(part,)]
    )
    for end in ways:
        yield ("Event", *rest, *end)
        yield (*rest, *end)


_INNER = ("winlog.event_data.", "winlog.user_data.", "event_data.", "user_data.", "EventData.", "UserData.")
_MOST_PLANS = 5_000


@dataclass(frozen=True, slots=True)
class Plan:
    """Where in records of one shape the facts stand; `nested` for {"Event": {"System": …}} and {"System": …}."""

    paths: dict[str, Path]
    nested: bool

    def facts(self, record: Record) -> Facts | None:
        """What a record is; None when it has no event id where it should be."""
        number = get(record, self.paths.get("EventID"))
        if type(number) is not int:
            number = event_id(number)
            if number is None:
                return None
        provider, channel = get(record, self.paths.get("Provider_Name")), get(record, self.paths.get("Channel"))
        return (
            provider if type(provider) is str else "",
            channel if type(channel) is str else "",
            number,
        )


OF_EVTX = Plan(
    {
        "EventID": ("Event", "System", "EventID"),
        "Provider_Name": ("Event", "System", "Provider", "#attributes", "Name"),
        "Channel": ("Event", "System", "Channel"),
        "time": ("Event", "System", "TimeCreated", "#attributes", "SystemTime"),
    },
    nested=True,
)
"""The records of EVTX files and of our own XML framing."""


def get(record: Any, path: Path | None) -> Any:
    if path is None:
        return None
    try:
        for key in path:
            record = record[key]
    except (KeyError, TypeError, IndexError):
        return None
    return record


def event_id(value: Any) -> int | None:
    """An event's number, also as {"#text": 7045, "#attributes": …} or text."""
    if type(value) is dict:
        value = value.get("#text", value.get("Value"))
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is str and len(value) < 8 and value.strip().isdecimal():
        value = int(value)
    return value if type(value) is int and 0 <= value < 1 << 32 else None


def plan(record: Record) -> Plan:
    """How to read this record and those of its shape."""
    paths = {}
    for name, ways in _names().items():
        for way in ways:
            value = get(record, way)
            if value is not None and (type(value) is not dict or name == "EventID"):
                paths[name] = way
                break
    return Plan(paths, isinstance(get(record, ("Event", "System")), dict) or isinstance(record.get("System"), dict))


class Plans:
    """Plans by shape, remembered."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], Plan] = {}

    def of(self, record: Record) -> Plan:
        shape = tuple(record)
        found = self._known.get(shape)
        if found is None:
            found = plan(record)
            if len(self._known) < _MOST_PLANS:
                self._known[shape] = found
        return found


def facts_of_evtx(records: Sequence[Record]) -> Iterator[Key] | None:
    """What each of these is, where all come the way EVTX files have them; None where one does not."""
    try:
        systems = [*map(_system, map(_event, records))]
        names = [*map(_name, map(_attributes, map(_provider, systems)))]
        channels, numbers = [*map(_channel, systems)], [*map(_number, systems)]
    except (KeyError, TypeError):
        return None
    if set(map(type, names)) != {str} or not set(map(type, channels)) <= {str, type(None)}:
        return None
    if set(map(type, numbers)) != {int}:
        numbers = [one if type(one) is int else event_id(one) for one in numbers]
        if None in numbers:
            return None
    return zip(names, channels, numbers, strict=True)


def columns(records: Sequence[Record], how: Plan, facts: Facts) -> Columns:
    """All fields of these records of one provider and event id, under Sigma's names."""
    same = constant(facts, len(records))
    if not how.nested:
        return _of_flat(records, how) | same
    return _of_nested(records, how is OF_EVTX, same)


def constant(facts: Facts, size: int) -> Columns:
    """What all events of one provider and event id have in common."""
    found = (("EventID", facts[2]), ("Provider_Name", facts[0]), ("Channel", facts[1]))
    return {name: Same(value, size) for name, value in found if value != ""}


def _of_nested(records: Sequence[Record], of_evtx: bool, same: Columns) -> Columns:
    events = [*map(_event, records)] if of_evtx else [one.get("Event", one) for one in records]
    systems = [*map(_system, events)] if of_evtx else [_dict(one.get("System")) for one in events]
    out = with_data(((system_columns(systems) if of_evtx else None) or flatten(systems, "_")) | same, events)
    return out if of_evtx else {name.replace("_@", "_"): values for name, values in out.items()}


def with_data(out: Columns, events: Sequence[Record]) -> Columns:
    """Adds what stands beside System."""
    parts = set().union(*events)
    for part in ("EventData", "UserData", "ProcessingErrorData"):
        if part in parts:
            _add(out, flatten(_data([one.get(part) for one in events], part), "_"), part)
    if "RenderingInfo" in parts:
        said = flatten([_dict(one.get("RenderingInfo")) for one in events], "_")
        if "Message" in said:
            out["Message"] = out["message"] = said.pop("Message")
        _add(out, {f"RenderingInfo_{name}": values for name, values in said.items()}, "")
    if parts - _PARTS:
        rest = [{k: v for k, v in one.items() if k not in _PARTS} for one in events]
        _add(out, flatten(rest), "Event")
    return out


_PARTS = {"System", "EventData", "UserData", "ProcessingErrorData", "RenderingInfo", "#attributes", "@xmlns"}
_SIMPLE = ("Version", "Level", "Task", "Opcode", "Keywords", "EventRecordID", "Computer")
_simple = itemgetter(*_SIMPLE)
_ATTRIBUTES = (
    (itemgetter("Execution"), (("Execution_ProcessID", "ProcessID"), ("Execution_ThreadID", "ThreadID"))),
    (itemgetter("Security"), (("Security_UserID", "UserID"),)),
    (itemgetter("Correlation"), (("Correlation_ActivityID", "ActivityID"),)),
)
_OF_PROVIDERS = {"Name", "Guid", "EventSourceName"}
_NO_ATTRIBUTES: Record = {}
_SCALARS = {str, int, float, bool, type(None)}
_event, _system, _provider = itemgetter("Event"), itemgetter("System"), itemgetter("Provider")
_channel, _number, _attributes, _name = map(itemgetter, ("Channel", "EventID", "#attributes", "Name"))


def system_columns(systems: Sequence[Record]) -> Columns | None:
    """What `flatten` makes of System, several times faster; None when some record is out of the ordinary."""
    try:
        out: Columns = dict(zip(_SIMPLE, zip(*map(_simple, systems), strict=True), strict=True))
        for part, named in _ATTRIBUTES:
            values = [*map(part, systems)]
            if any(values):
                inner = [one["#attributes"] if one else _NO_ATTRIBUTES for one in values]
                for column, name in named:
                    out[column] = [one.get(name) for one in inner]
        providers = [*map(_attributes, map(_provider, systems))]
        if not (names := set().union(*providers)) <= _OF_PROVIDERS:
            return None  # a column for each name that somebody thinks up would be endless work
        for name in sorted(names - {"Name"}):
            out[f"Provider_{name}"] = [one.get(name) for one in providers]
    except (KeyError, TypeError, AttributeError):
        return None
    return out if all(_SCALARS.issuperset(map(type, values)) for values in out.values()) else None


def _add(out: Columns, more: Columns, part: str) -> None:
    """Data fields beside those of System; one that has the same name (104 says which "Channel") keeps its part's."""
    for name, values in more.items():
        out[name if name not in out else f"{part}_{name}"] = values


def _data(members: list[Any], part: str) -> list[Record]:
    """The named fields of EventData or UserData."""
    if part == "EventData" and set(map(type, members)) == {dict}:
        names = set().union(*members)
        if "Data" not in names and "#attributes" not in names:
            return members
    return [fields_of(member, part) for member in members]


def _dict(value: Any) -> dict[str, Any]:
    return value if type(value) is dict else {}


def fields_of(value: Any, part: str) -> Record:
    """The named fields of one event's data, however the tool wrote its Data elements."""
    if type(value) is not dict:
        return {} if value is None or value == "" else {"Data": value}
    if part == "UserData" and len(value) == 1:
        (inner,) = value.values()
        if type(inner) is dict:
            value = inner
    named: Record = _named(value) if "Data" in value else value
    attributes = named.get("#attributes")
    if attributes is None:
        return named
    rest = {name: inner for name, inner in named.items() if name != "#attributes"}
    if type(attributes) is dict and "Name" in attributes:
        rest[f"{part}_Name"] = attributes["Name"]
    return rest


def _named(value: dict[str, Any]) -> dict[str, Any]:
    """{"Data": [{"@Name": "a", "#text": "b"}]} as {"a": "b"}; values without names stay in "Data"."""
    data = value["Data"]
    rest: dict[str, Any] = {}
    unnamed = []
    for one in data if type(data) is list else [data]:
        name = None
        if type(one) is dict:
            name = one.get("@Name", one.get("Name", _dict(one.get("#attributes")).get("Name")))
            text = one.get("#text", one.get("Value", one.get("text")))
        else:
            text = one
        if type(name) is str:
            rest[name] = text
        elif type(text) is list:
            unnamed += text
        elif text is not None:
            unnamed.append(text)
    if unnamed:
        rest["Data"] = unnamed if len(unnamed) > 1 else unnamed[0]
    return {**{name: inner for name, inner in value.items() if name != "Data"}, **rest}


def _of_flat(records: Sequence[Record], how: Plan) -> Columns:
    found = flatten(records)
    known = {".".join(path): name for name, path in how.paths.items() if name != "time"}
    out: Columns = {}
    for name, values in found.items():
        plain = known.get(name)
        if plain is None:
            plain = next((name[len(inner) :] for inner in _INNER if name.startswith(inner)), name)
        if plain in out:
            plain = name
        out[plain] = values
    if "message" in out:
        out["Message"] = out["message"]
    return out
