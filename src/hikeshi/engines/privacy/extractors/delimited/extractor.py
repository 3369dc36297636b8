"""CSV and TSV in any encoding of Japan: rows of cells, the delimiter found out by trying."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice

from ...headings import column_of
from ...pieces import Piece, Rows
from ...source import Source

_SUFFIXES = (".csv", ".tsv")
_DELIMITERS = ",\t;|"
_SAMPLE = 40
_AT_ONCE = 500
_ROWS, _SIZE = 8000, 4 << 20
"""Rows and characters of a block: many rows, since cells are read whole columns at once, and little text."""
_LONGEST = 1 << 20


def fits(source: Source) -> float:
    found = _delimiter(source)
    if not found:
        return 0.0
    if source.name.endswith(_SUFFIXES):
        return 0.7
    _, first = found
    # Without such a name only headings that we know, or numbered columns of a spreadsheet, make it a table.
    known = sum(column_of(cell) is not None for cell in first)
    return 0.6 if known >= 2 or (known and len(first) <= 4) else 0.0


def _delimiter(source: Source) -> tuple[str, list[str]] | None:
    lines = [line for line in source.beginning[:65536].splitlines()[:_SAMPLE] if line.strip()]
    if not lines:
        return None
    best: tuple[float, str, list[str]] | None = None
    for delimiter in _DELIMITERS:
        if delimiter not in lines[0] and not any(delimiter in line for line in lines[:5]):
            continue
        try:
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            continue
        widths = [len(row) for row in rows]
        usual = max(set(widths), key=widths.count)
        share = widths.count(usual) / len(widths)
        if usual >= 2 and share >= 0.6 and (best is None or (share * usual) > best[0]):
            best = (share * usual, delimiter, rows[0])
    if best is None and source.name.endswith(_SUFFIXES):
        return ",", lines[:1]
    return (best[1], best[2]) if best else None


def read(source: Source) -> Iterator[Piece]:
    found = _delimiter(source)
    csv.field_size_limit(_LONGEST)
    delimiter = found[0] if found else ","
    lines = _Lines(source)
    reader = csv.reader(lines.each(), delimiter=delimiter)
    rows: list[list[str]] = []
    ended = False
    while not ended:
        before = len(rows)
        try:
            rows.extend(islice(filter(None, reader), _AT_ONCE))
        except csv.Error:  # a cell that never ends: what comes after it is read as rows again
            reader = csv.reader(lines.each(), delimiter=delimiter, quoting=csv.QUOTE_NONE)
            continue
        ended = len(rows) - before < _AT_ONCE
        if rows and (ended or len(rows) >= _ROWS or lines.taken >= _SIZE):
            yield Rows("", None, rows)
            rows, lines.taken = [], 0


class _Lines:
    """The lines of the file, and how much text was taken for them."""

    def __init__(self, source: Source) -> None:
        self._source, self.taken = source, 0

    def each(self) -> Iterator[str]:
        # A cell may hold line ends, so that lines keep theirs; NUL is what Python's reader refuses.
        return chain.from_iterable(io.StringIO(text.replace("\0", ""), newline="") for text in self._texts())

    def _texts(self) -> Iterator[str]:
        for text in self._source.texts():
            self.taken += len(text)
            yield text
