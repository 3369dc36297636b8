"""Extractors and detectors: each a folder, found by being there. See docs/kinds/extractor.md and detector.md."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from .pieces import Piece
from .source import Source

EXTRACTORS = Path(__file__).parent / "extractors"
DETECTORS = Path(__file__).parent / "detectors"


class Extractor(Protocol):
    """Reads one format."""

    def fits(self, source: Source) -> float: ...

    def read(self, source: Source) -> Iterator[Piece]: ...


class Detector(Protocol):
    """Finds one kind of personal data."""

    QUICK: tuple[bytes, ...]
    HEADER: re.Pattern[str] | None
    VOTE: float
    FIELD: str

    def hits(self, text: str) -> Iterable[tuple[int, int, str]]: ...

    def value(self, cell: str) -> str | None: ...


@cache
def extractor_names() -> list[str]:
    return sorted(folder.name for folder in EXTRACTORS.iterdir() if (folder / "extractor.py").is_file())


@cache
def detector_names() -> list[str]:
    return sorted(folder.name for folder in DETECTORS.iterdir() if (folder / "detector.py").is_file())


@cache
def extractors() -> dict[str, Extractor]:
    return {name: _module("extractors", name, "extractor") for name in extractor_names()}


@cache
def detectors() -> dict[str, Detector]:
    return {name: _module("detectors", name, "detector") for name in detector_names()}


def _module(group: str, name: str, file: str) -> Any:
    return importlib.import_module(f"{__package__}.{group}.{name}.{file}")


def best(source: Source) -> tuple[str, Extractor | None]:
    """The extractor that fits this content best; ("", None) when none does."""
    scores = [(extractor.fits(source), name) for name, extractor in extractors().items()]
    score, name = max(scores)
    return (name, extractors()[name]) if score > 0 else ("", None)
