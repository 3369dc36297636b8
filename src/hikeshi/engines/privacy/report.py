"""What counting answers: numbers only, never a value that was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..common.problem import Problem


@dataclass(frozen=True, slots=True)
class People:
    """How many people: the interval and the best estimate in it. See people.py for what they mean."""

    at_least: int = 0
    estimate: int = 0
    at_most: int = 0


@dataclass(slots=True)
class Kind:
    """`found` values of a kind (each mention counts), about `people` different people."""

    found: int = 0
    people: int = 0


@dataclass(slots=True)
class File:
    """`examined` is False when only a part could be read; the part that was not is in `not_examined`."""

    path: str
    format: str
    examined: bool = True
    kinds: dict[str, Kind] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    people: People = field(default_factory=People)
    kinds: dict[str, Kind] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    not_examined: list[tuple[str, Problem]] = field(default_factory=list)
    hashed: list[tuple[str, str, int]] = field(default_factory=list)
    """(path, SHA-256, bytes) of each file on the disk, when that was wished: which files the numbers are of."""
    seconds: float = 0.0
    bytes: int = 0

    def to_wire(self) -> dict[str, Any]:
        """The report as JSON, to cross from the limited process."""
        return {
            "people": [self.people.at_least, self.people.estimate, self.people.at_most],
            "kinds": _kinds(self.kinds),
            "files": [[one.path, one.format, one.examined, _kinds(one.kinds)] for one in self.files],
            "not_examined": [[path, problem.code, problem.params] for path, problem in self.not_examined],
            "hashed": [list(one) for one in self.hashed],
            "seconds": self.seconds,
            "bytes": self.bytes,
        }

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Report:
        return cls(
            People(*wire["people"]),
            _from(wire["kinds"]),
            [File(path, form, examined, _from(found)) for path, form, examined, found in wire["files"]],
            [(path, Problem(code, **params)) for path, code, params in wire["not_examined"]],
            [(path, sha256, size) for path, sha256, size in wire["hashed"]],
            wire["seconds"],
            wire["bytes"],
        )


def _kinds(kinds: dict[str, Kind]) -> dict[str, list[int]]:
    return {name: [one.found, one.people] for name, one in sorted(kinds.items())}


def _from(kinds: dict[str, list[int]]) -> dict[str, Kind]:
    return {name: Kind(*numbers) for name, numbers in kinds.items()}
