"""The kinds of findings: each a folder under findings/, found by being there. See docs/kinds/finding.md."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Protocol

from .patterns import Pattern, load
from .report import Finding
from .table import Event

PLACE = Path(__file__).parent / "findings"


class Finder(Protocol):
    """Sees the events that carry a tag it listens to, in the order of the logs, and says at the end what it found."""

    LISTENS: tuple[str, ...]
    forgotten: int

    def see(self, event: Event) -> None: ...

    def found(self) -> Iterable[Finding]: ...


@cache
def names() -> list[str]:
    return sorted(folder.name for folder in PLACE.iterdir() if (folder / "finder.py").is_file())


def finders() -> list[Finder]:
    """A fresh finder of each kind."""
    return [importlib.import_module(f"{__package__}.findings.{name}.finder").Finder() for name in names()]


@cache
def patterns() -> list[Pattern]:
    """The patterns of all kinds together: they are compiled into one machine for each column."""
    return [pattern for name in names() for pattern in load(PLACE / name / "patterns.toml")]
