"""The log formats: each a folder under parsers/, found by being there. See docs/kinds/parser.md."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

PLACE = Path(__file__).parent / "parsers"
_ENOUGH = 0.2


@cache
def all_formats() -> dict[str, ModuleType]:
    """Name to parser module, in the order of names."""
    found = sorted(folder.name for folder in PLACE.iterdir() if (folder / "parser.py").is_file())
    return {name: importlib.import_module(f"{__package__}.parsers.{name}.parser") for name in found}


@cache
def bodies() -> dict[bytes, list[ModuleType]]:
    """Which parsers read the messages that a program sends to syslog."""
    known: dict[bytes, list[ModuleType]] = {}
    for module in all_formats().values():
        for program in getattr(module, "PROGRAMS", ()):
            known.setdefault(program, []).append(module)
    return known


def recognise(sample: Sequence[bytes]) -> str | None:
    """The format that understands most of these lines; None when all together do not understand a fifth of them."""
    lines = [line for line in sample if line.strip(b" \t\0")]
    if not lines:
        return None
    best, share = None, 0.0
    understood: set[int] = set()
    for name, module in all_formats().items():
        if not hasattr(module, "understands"):
            continue  # a format of records that are no lines
        mine = {i for i, line in enumerate(lines) if module.understands(line)}
        understood |= mine
        claim = getattr(module, "claims", None)
        found = claim(lines) if claim else len(mine) / len(lines)
        if found > share:
            best, share = name, found
    return best if len(understood) >= _ENOUGH * len(lines) else None
