"""Segments: the lines of a chain cut at fixed numbers, so that database, mirror and archive are equal to the byte.

Segment ``line-000000000001.txt`` holds lines 1 to 10,000, ``line-000000010001.txt`` the next ones. Only the last may be
shorter. Laid end to end in the order of their names they are the whole chain.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

SEGMENT_LINES = 10_000
"""Part of the format: another number would cut the same chain into other files."""

_NAME = re.compile(r"line-([0-9]{12})\.txt")


def segment_name(number: int) -> str:
    """The name of the segment that holds line ``number`` (from 1)."""
    if number < 1:
        raise ValueError("lines are numbered from 1")
    return f"line-{first_line(number):012d}.txt"


def first_line(number: int) -> int:
    """The number of the first line in the segment that holds line ``number``."""
    return number - (number - 1) % SEGMENT_LINES


def parse_segment_name(name: str) -> int | None:
    """The number of a segment's first line; None when this is no segment's name."""
    found = _NAME.fullmatch(name)
    first = int(found[1]) if found else 0
    return first if first >= 1 and first == first_line(first) else None


def segments(lines: Iterable[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Cut lines (from the first one on) into named segments. Take each segment's lines before asking for the next."""
    numbered = enumerate(lines, start=1)
    for first, group in itertools.groupby(numbered, key=lambda pair: first_line(pair[0])):
        yield segment_name(first), (line for _, line in group)
