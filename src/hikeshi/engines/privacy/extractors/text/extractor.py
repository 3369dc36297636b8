"""Any text: whole lines of UTF-8, whatever the encoding was."""

from __future__ import annotations

from collections.abc import Iterator

from ...pieces import Piece, Text
from ...source import Source

_CONTROL = bytes(n for n in range(32) if n not in (9, 10, 12, 13, 27))
_LEAST = 0.05


def fits(source: Source) -> float:
    """Little, so that every other format goes before; nothing when there are too many control characters."""
    sample = source.head[:8192]
    if source.encoding.wide:
        return _LEAST
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    return _LEAST if controls <= len(sample) // 200 and _readable(source) else 0.0


def _readable(source: Source) -> bool:
    text = source.beginning[:4096]
    return text.count("\ufffd") <= len(text) // 20


def read(source: Source) -> Iterator[Piece]:
    for data in source.utf8():
        yield Text(data)
