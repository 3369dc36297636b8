"""What a parser hands on: a table of columns for each piece of a log, and one row of it as an Event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import repeat
from typing import Any, NamedTuple

from ..common.encodings import decode
from .times import Years

Value = str | bytes | int | float | bool | None | tuple[Any, ...]
"""What a cell may hold; None is a field that the record lacks, a tuple a field with several values."""


class Same(Sequence[Value]):
    """A column that has one value in every row."""

    __slots__ = ("_size", "value")

    def __init__(self, value: Value, size: int) -> None:
        self.value, self._size = value, size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, i: Any) -> Any:
        places = range(self._size)[i]
        return [self.value] * len(places) if isinstance(places, range) else self.value

    def __iter__(self) -> Iterator[Value]:
        return repeat(self.value, self._size)

    def __contains__(self, value: object) -> bool:
        return self._size > 0 and value == self.value


Columns = dict[str, Sequence[Value]]


class LogSource(NamedTuple):
    """What kind of log an event comes from, in the words of Sigma's `logsource`."""

    product: str = ""
    category: str = ""
    service: str = ""


@dataclass(slots=True)
class Event:
    """One thing that a log says has happened. `time` is seconds since 1970 UTC; fields that a log lacks stay empty.

    `outcome` is "success", "failure" or "unknown"; never more than the line itself says.
    `sent` is the size of the answer in bytes. `count` is above 1 where the log says "message repeated N times".
    `address` is who came, `destination` where to; `path` is the file that the event is about, `file` the log itself.
    """

    time: float
    format: str
    action: str
    zone: str = ""
    outcome: str = "unknown"
    tags: int = 0
    host: str = ""
    source: str = ""
    user: str = ""
    address: str = ""
    method: str = ""
    target: str = ""
    status: int = 0
    sent: int | None = None
    agent: str = ""
    referer: str = ""
    message: str = ""
    detail: str = ""
    destination: str = ""
    process: str = ""
    path: str = ""
    count: int = 1
    file: str = ""
    line: int = 0
    offset: int = 0
    raw: bytes = b""

    def when(self) -> datetime:
        return datetime.fromtimestamp(self.time, UTC)


@dataclass(slots=True)
class Context:
    """What a parser must be told, since the lines do not say it."""

    zone: tzinfo
    zone_name: str
    years: Years
    encoding: str = "utf-8"
    memory: dict[str, Any] = field(default_factory=dict)

    def text(self, raw: bytes) -> str:
        return decode(raw, self.encoding)


@dataclass(slots=True)
class Table:
    """Columns of equal length. `rows` are indexes into the chunk's lines; `texts` are what patterns are matched on.

    `groups` tells rows of different addresses apart, where that is cheap; `packets` has the address, destination and
    port of a firewall's rows.
    `fields(i)` gives row i as keyword arguments of Event, decoded; it is called only for rows that somebody wants.
    `columns()` gives the record's own fields under the names that Sigma rules expect (and, where that is cheap, those
    of ECS); it is called only when rules or an event table are wanted. `sources` are the log sources it answers for.
    """

    format: str
    rows: Sequence[int]
    times: Sequence[float]
    fields: Callable[[int], dict[str, Any]]
    tags: Sequence[int] | None = None
    texts: Mapping[str, Sequence[bytes]] = field(default_factory=dict)
    groups: Sequence[bytes] | None = None
    columns: Callable[[], Columns] | None = None
    sources: tuple[LogSource, ...] = ()
    packets: Mapping[str, Sequence[bytes]] | None = None

    def __len__(self) -> int:
        return len(self.rows)


ECS = {
    "host": "host.name",
    "source": "event.provider",
    "action": "event.action",
    "outcome": "event.outcome",
    "zone": "event.timezone",
    "user": "user.name",
    "address": "source.ip",
    "destination": "destination.ip",
    "process": "process.name",
    "path": "file.path",
    "method": "http.request.method",
    "target": "url.original",
    "status": "http.response.status_code",
    "sent": "network.bytes",
    "agent": "user_agent.original",
    "referer": "http.request.referrer",
    "message": "message",
    "detail": "event.reason",
}
"""The fields of an Event and their names in the Elastic Common Schema: the columns of the one event table."""


def all_columns(table: Table) -> Columns:
    """Every column of a table: the record's own fields, and the event's under their ECS names.

    A parser that gives "event.action" itself gives all ECS columns; else they are read off `fields`, a row at a time.
    """
    given = table.columns() if table.columns else {}
    if "event.action" in given or not len(table):
        return given
    rows = [table.fields(i) for i in range(len(table))]
    base: Columns = {name: [row.get(key) or None for row in rows] for key, name in ECS.items()}
    return {name: values for name, values in base.items() if any(v is not None for v in values)} | given


def of_columns(
    name: str,
    rows: Sequence[int],
    times: Sequence[float],
    columns: Columns,
    *,
    sources: tuple[LogSource, ...] = (),
    tags: Sequence[int] | None = None,
    texts: Mapping[str, Sequence[bytes]] | None = None,
) -> Table:
    """A table whose columns are at hand anyway (records of JSON, CSV, EVTX): `fields` follows from the ECS columns."""
    mine = [(key, columns[name]) for key, name in ECS.items() if name in columns]

    def fields(i: int) -> dict[str, Any]:
        found = {key: values[i] for key, values in mine if values[i] is not None}
        for number in ("status", "sent"):
            if number in found:
                found[number] = int(str(found[number])) if str(found[number]).isdecimal() else 0
        return {"action": ""} | {k: v if isinstance(v, int) else _text(v) for k, v in found.items()}

    return Table(name, rows, times, fields, tags, texts or {}, columns=lambda: columns, sources=sources)


def _text(value: Value) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return ", ".join(map(_text, value)) if isinstance(value, tuple) else str(value)
