"""An entry on its way into the record, and an entry read back. Pure data: no web, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Actor:
    """Who did it: a person's id and name at that time, and the hat worn (R1-R3: 指揮 / 技術 / 連絡)."""

    id: str
    name: str
    role: str = ""

    def to_json(self) -> dict[str, str]:
        return {"id": self.id, "name": self.name}


@dataclass(frozen=True)
class When:
    """When something happened: a moment or a range, with the source's zone and its known clock error.

    `clock_error_seconds` is how far the source's clock was ahead of the true time (negative: behind); None: not known.
    """

    start: datetime
    end: datetime | None = None
    zone: str = ""
    clock_error_seconds: int | None = None

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or (self.end is not None and self.end.tzinfo is None):
            raise ValueError("a time without a zone says nothing")

    def to_json(self) -> str | dict[str, Any]:
        """A bare RFC 3339 text for a plain moment, else an object."""
        if self.end is None and not self.zone and self.clock_error_seconds is None:
            return timestamp(self.start)
        said: dict[str, Any] = {"from": timestamp(self.start)}
        if self.end is not None:
            said["to"] = timestamp(self.end)
        if self.zone:
            said["zone"] = self.zone
        if self.clock_error_seconds is not None:
            said["clock_error_seconds"] = self.clock_error_seconds
        return said

    @classmethod
    def from_json(cls, said: str | Mapping[str, Any]) -> When:
        if isinstance(said, str):
            return cls(read_timestamp(said))
        end = said.get("to")
        return cls(
            read_timestamp(said["from"]),
            read_timestamp(end) if end else None,
            said.get("zone", ""),
            said.get("clock_error_seconds"),
        )


@dataclass(frozen=True)
class Entry:
    """An entry to be recorded: `data` is an instance of a kind's class, `corrects` the number of an earlier entry."""

    data: Any
    actor: Actor
    occurred_at: When | datetime | None = None
    step: str = ""
    corrects: int | None = None

    @property
    def when(self) -> When | None:
        return When(self.occurred_at) if isinstance(self.occurred_at, datetime) else self.occurred_at


@dataclass(frozen=True)
class Recorded:
    """An entry as it stands in the record."""

    chain: str
    number: int
    kind: str
    version: int
    recorded_at: datetime
    actor: Actor
    data: Mapping[str, Any]
    sha256: str
    occurred: When | None = None
    step: str = ""
    corrects: int | None = None
    drill: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def happened_at(self) -> datetime:
        """The time of happening where it was given, else the time of recording."""
        return self.occurred.start if self.occurred else self.recorded_at

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any], sha256: str, *, recorded_at: datetime | None = None) -> Recorded:
        """Read an entry back from the fields of its line; who has just written them knows `recorded_at`."""
        actor = fields["actor"]
        occurred = fields.get("occurred_at")
        return cls(
            chain=fields["chain"],
            number=fields["number"],
            kind=fields["kind"],
            version=fields["version"],
            recorded_at=recorded_at or read_timestamp(fields["recorded_at"]),
            actor=Actor(actor["id"], actor["name"], fields.get("role", "")),
            data=fields["data"],
            sha256=sha256,
            occurred=When.from_json(occurred) if occurred is not None else None,
            step=fields.get("step", ""),
            corrects=fields.get("corrects"),
            drill=fields.get("drill", False),
            fields=fields,
        )


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds: one spelling for one moment."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_timestamp(text: str) -> datetime:
    return datetime.fromisoformat(text)
