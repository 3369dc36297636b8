"""What a parser hands on: a table of columns for each piece of a log, and one row of it as an Event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from ..common.encodings import decode
from .times import Years


@dataclass(slots=True)
class Event:
    """One thing that a log says has happened. `time` is seconds since 1970 UTC; fields that a log lacks stay empty.

    `outcome` is "success", "failure" or "unknown"; never more than the line itself says.
    `sent` is the size of the answer in bytes. `count` is above 1 where the log says "message repeated N times".
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

    `groups` tells rows of different addresses apart, where that is cheap.
    `fields(i)` gives row i as keyword arguments of Event, decoded; it is called only for rows that somebody wants.
    """

    format: str
    rows: Sequence[int]
    times: Sequence[float]
    fields: Callable[[int], dict[str, Any]]
    tags: Sequence[int] | None = None
    texts: Mapping[str, Sequence[bytes]] = field(default_factory=dict)
    groups: Sequence[bytes] | None = None

    def __len__(self) -> int:
        return len(self.rows)
