"""Finds the records in JSON of any length without holding it: brackets and quotes counted block by block at C speed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

_DELTA = np.zeros(256, np.int8)
_DELTA[[ord("{"), ord("[")]] = 1
_DELTA[[ord("}"), ord("]")]] = -1
_QUOTE, _OPEN_LIST = ord('"'), ord("[")


@dataclass(slots=True)
class Marks:
    """What a block holds: records that begin and end in it (offsets in the block), and where the document ended."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    closed: int | None = None


class Brackets:
    """Follows one document. Records are what stands in lists at depth `base`; with base 0 one document after another.

    `closed` is where the document ended, or where a bracket closes that was never opened.
    """

    def __init__(self, base: int) -> None:
        self._base = base
        self._depth = 0
        self._in_text = self._escaped = False
        self._in_list = base == 0

    def feed(self, block: bytes) -> Marks:
        """The next bytes; after `closed` the rest of the block was not looked at."""
        text = block
        if self._escaped:
            text = b"_" + text[1:]
            self._escaped = False
        if b"\\" in text:
            text = text.replace(b"\\\\", b"__").replace(b'\\"', b"__")
            self._escaped = text.endswith(b"\\")
        data = np.frombuffer(text, np.uint8)
        delta = _DELTA[data]
        places = np.flatnonzero(delta)
        quotes = np.flatnonzero(data == _QUOTE)
        inside = (np.searchsorted(quotes, places) + self._in_text) & 1
        places = places[inside == 0]
        self._in_text ^= bool(len(quotes) & 1)
        if not len(places):
            return Marks()
        steps = delta[places]
        depths = self._depth + np.cumsum(steps, dtype=np.int64)
        marks = Marks()
        shut = np.flatnonzero(depths < 0 if self._base == 0 else depths <= 0)
        if len(shut):
            marks.closed = int(places[shut[0]])
            places, steps, depths = (one[: shut[0] + 1] for one in (places, steps, depths))
        self._depth = int(depths[-1])
        self._find(data, places, steps, depths, marks)
        return marks

    def _find(self, data: np.ndarray, places: np.ndarray, steps: np.ndarray, depths: np.ndarray, marks: Marks) -> None:
        begins = np.flatnonzero((steps > 0) & (depths == self._base + 1))
        finishes = np.flatnonzero((steps < 0) & (depths == self._base))
        if self._base:
            opened = np.flatnonzero((steps > 0) & (depths == self._base))
            kinds = np.concatenate(([self._in_list], data[places[opened]] == _OPEN_LIST))
            begins = begins[kinds[np.searchsorted(opened, begins)]]
            finishes = finishes[kinds[np.searchsorted(opened, finishes)]]
            self._in_list = bool(kinds[-1])
        marks.starts = places[begins].tolist()
        marks.ends = places[finishes].tolist()
