"""Formats of records that need only be told which of their fields are what: fields.toml, and a few lines of code."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from .addresses import forwarded, plain
from .flatten import Record, first_of, flatten
from .moments import moments
from .table import ECS, Columns, Context, LogSource, Table, Value
from .vocabulary import shared

_NOTHING = {"", "-"}
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """`fields`: a field of Event, and the columns that may have it, the surest first; "time" among them.

    `outcome` and `tags` look at one record. `rename` changes the columns once they are made. `sources` are Sigma's.
    `joined` says of records with these keys how their time is put together, where no field has the whole of it.
    """

    name: str
    fields: dict[str, tuple[str, ...]]
    sources: Callable[[Record], tuple[LogSource, ...]]
    outcome: Callable[[Record], str] | None = None
    action: Callable[[Record], str] | None = None
    tags: Callable[[Record], int] | None = None
    rename: Callable[[Columns, Sequence[Record]], Columns] | None = None
    zone: Callable[[Record], str] | None = None
    joined: Callable[[Keys], Callable[[Record], str | None] | None] | None = None
    paths: tuple[Keys, ...] = field(default=())

    @classmethod
    def of(
        cls, parser: str, sources: tuple[LogSource, ...] | Callable[[Record], tuple[LogSource, ...]], **more: Any
    ) -> Mapping:
        """The mapping of the format whose parser.py this is."""
        folder = Path(parser).parent
        raw = tomllib.loads((folder / "fields.toml").read_text("utf-8"))
        fields = {name: tuple(ways) for name, ways in raw.items()}
        by_record = sources if callable(sources) else lambda _: sources
        paths = tuple(_path(way) for way in fields.pop("time"))
        return cls(folder.name, fields, by_record, paths=paths, **more)

    def read(self, objects: Sequence[Record], rows: Sequence[int], context: Context) -> list[Table]:
        """The events among these records; those without a time are left out."""
        groups: dict[Any, tuple[list[int], list[Record]]] = {}
        for row, obj in zip(rows, objects, strict=True):
            group = groups.setdefault((tuple(obj), self.sources(obj)), ([], []))
            group[0].append(row)
            group[1].append(obj)
        tables = (self._table(*group, key[1], context) for key, group in groups.items())
        return [table for table in tables if len(table)]

    def _table(self, rows: list[int], records: list[Record], sources: tuple[LogSource, ...], context: Context) -> Table:
        times = self.times(records, context)
        if None in times:
            kept = [i for i, time in enumerate(times) if time is not None]
            rows, records, times = [rows[i] for i in kept], [records[i] for i in kept], [times[i] for i in kept]
        view = _View(records, self)
        tags = [self.tags(one) for one in records] if self.tags else None
        if self.action and tags is None:  # log-ins, downloads … are known by the shared vocabulary
            outcome = self.outcome or (lambda _: "unknown")
            tags = [shared(self.action(one), outcome(one)) for one in records]
        whens = [time for time in times if time is not None]
        return Table(self.name, rows, whens, view.fields, tags, columns=view.columns, sources=sources)

    def times(self, records: Sequence[Record], context: Context) -> list[float | None]:
        found: list[float | None] = [None] * len(records)
        if self.joined and records and (join := self.joined(tuple(records[0]))):
            found = moments([*map(join, records)], context.zone)
        for path in self.paths:
            more = moments([get(one, path) for one in records], context.zone)
            found = [b if a is None else a for a, b in zip(found, more, strict=True)]
            if None not in found:
                break
        return found


class _View:
    """The columns of a table, made when somebody asks for them."""

    def __init__(self, records: list[Record], mapping: Mapping) -> None:
        self._records, self._mapping = records, mapping
        self._all: Columns | None = None
        self._meant: dict[str, Sequence[Value]] = {}

    def columns(self) -> Columns:
        if self._all is None:
            mapping, records = self._mapping, self._records
            own = flatten(records)
            if mapping.rename:
                own = mapping.rename(own, records)
            for name, ways in mapping.fields.items():
                found = first_of(own, *ways)
                if found is not None:
                    self._meant[name] = list(map(_clean if name in _NUMBERS else _clean_text, found))
            if "address" in self._meant:
                self._meant["address"] = list(map(address, self._meant["address"]))
            if mapping.outcome:
                self._meant["outcome"] = list(map(mapping.outcome, records))
            if mapping.action:
                self._meant["action"] = list(map(mapping.action, records))
            base = {ECS[name]: values for name, values in self._meant.items() if name in _COLUMNS}
            base.setdefault(ECS["action"], [mapping.name] * len(records))
            base.setdefault(ECS["outcome"], ["unknown"] * len(records))
            self._all = own | base
        return self._all

    def fields(self, i: int) -> dict[str, Any]:
        self.columns()
        found: dict[str, Any] = {"action": self._mapping.name}
        for name, values in self._meant.items():
            value = values[i]
            if value is None:
                continue
            if name in _NUMBERS:
                number = as_number(value)
                if number is not None:
                    found[name] = number
            else:
                found[name] = as_text(value)
        return found


# What says how and to what stays beside the columns: ECS has other places for these than those of web requests.
_COLUMNS = set(ECS) - {"method", "target", "detail"}
_NUMBERS = {"status", "sent"}


@lru_cache(1000)
def _path(way: str) -> Keys:
    return tuple(way.split("."))


def get(record: Any, path: Keys) -> Any:
    """A value by its path; also where the record has the whole path as one name ("a.b")."""
    try:
        for key in path:
            record = record[key]
        return record
    except (KeyError, TypeError, IndexError):
        pass
    whole = ".".join(path)
    return record.get(whole) if len(path) > 1 and type(record) is dict else None


def text_at(record: Any, *paths: str) -> str:
    """The first of these values that is there, as text."""
    for path in paths:
        value = get(record, _path(path))
        if value is not None and value != "":
            return as_text(value)
    return ""


def as_text(value: Any) -> str:
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return ", ".join(map(as_text, value))
    return "" if value is None else str(value)


def as_number(value: Any) -> int | None:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number < 1 << 62 else None


def _clean(value: Value) -> Value:
    return None if type(value) is str and value in _NOTHING else value


def _clean_text(value: Value) -> Value:
    """Several values are one text, so that columns say what the fields say."""
    if type(value) is not str:
        value = None if value is None else as_text(value)
    return None if value in _NOTHING else value


def address(value: Any) -> Any:
    """An address without port or brackets; ::ffff:192.0.2.1 is 192.0.2.1. A name stays a name."""
    if isinstance(value, tuple):
        value = value[0] if value else None
    if type(value) is not str:
        return None
    text = forwarded(value)
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    if text.count(":") == 1:
        text = text.partition(":")[0]
    return plain(text) or None
