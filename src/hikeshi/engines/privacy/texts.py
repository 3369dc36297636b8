"""Text: Hyperscan says in which lines something may stand, exact rules what, and what stands together is one record.

Pieces of 64 KiB; each detector looks only at the lines in which one of its quick expressions fired (and AROUND lines
beside them). What stands in one block of lines (a form, a signature) with at most one name is one person; else what
stands in one line; else each for itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import Any

import hyperscan

from . import kinds, normal
from .record import Record

PIECE = 1 << 16
_BLOCK_LINES = 14
_SEVERAL = 2


@cache
def _database() -> tuple[Any, list[str]]:
    """One machine of all quick expressions."""
    expressions, owners = [], []
    for name, detector in kinds.detectors().items():
        for expression in detector.QUICK:
            expressions.append(expression)
            owners.append(name)
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_MULTILINE
    count = len(expressions)
    database.compile(expressions=expressions, ids=list(range(count)), elements=count, flags=[flags] * count)
    return database, owners


class Scanner:
    """Looks through text. Keeps nothing of it."""

    def __init__(self) -> None:
        self._database, self._owners = _database()

    def _fired(self, data: bytes) -> list[tuple[int, int]]:
        """(number of an expression, where its match ends) for these bytes."""
        fired: list[tuple[int, int]] = []
        self._database.scan(data, match_event_handler=lambda number, start, end, *_: fired.append((number, end)))
        return fired

    def which(self, texts: Sequence[str]) -> list[int]:
        """Which of these texts have anything to look at: all of them at one look."""
        fired = self._fired("\n".join(texts).encode("utf-8", "replace"))
        if not fired:
            return []
        ends = list(accumulate(len(text.encode("utf-8", "replace")) + 1 for text in texts))
        return sorted({bisect_right(ends, end - 1) for _, end in fired})

    def records(self, data: bytes, found: Counter[str]) -> Iterator[Record]:
        """The records in whole lines of UTF-8; what was found is added to `found`."""
        start, size = 0, len(data)
        while start < size:
            end = start + PIECE
            if end < size:
                cut = data.rfind(b"\n\n", start + PIECE // 2, end) + 2
                cut = cut if cut > 1 else data.rfind(b"\n", start, end) + 1
                end = cut or end
            piece = data[start:end]
            start = end
            if fired := self._fired(piece):
                yield from self._exact(*self._lines(piece, fired), found)

    def one(self, text: str, found: Counter[str]) -> Record | None:
        """All that a short text holds as one record: the free cells of one row."""
        data = text.encode("utf-8", "replace")
        fired = self._fired(data)
        if not fired:
            return None
        record = Record()
        for _, _, kind, value in _hits(*self._lines(data, fired)):
            found[kind] += 1
            record.kinds.add(kind)
            _put(record, kind, value)
        return record if record.kinds else None

    def _lines(self, piece: bytes, fired: list[tuple[int, int]]) -> tuple[str, dict[str, list[tuple[int, int]]]]:
        """The text, those lines in plain form that are looked at, and the regions that each detector looks at."""
        ends = list(accumulate(len(line) + 1 for line in piece.split(b"\n")))
        wanted: dict[str, set[int]] = {}
        for number, end in fired:
            wanted.setdefault(self._owners[number], set()).add(bisect_right(ends, end - 1))
        lines = piece.decode("utf-8", "replace").split("\n")
        for kind, numbers in wanted.items():
            if around := getattr(kinds.detectors()[kind], "AROUND", 0):
                near = {n + beside for n in numbers for beside in range(-around, around + 1)}
                wanted[kind] = {n for n in near if 0 <= n < len(lines)}
        for n in set[int]().union(*wanted.values()):
            lines[n] = normal.plain(lines[n])
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        regions: dict[str, list[tuple[int, int]]] = {}
        for kind, numbers in wanted.items():
            them = regions.setdefault(kind, [])
            for n in sorted(numbers):
                start, end = starts[n], starts[n + 1]
                if them and them[-1][1] == start:
                    them[-1] = (them[-1][0], end)
                else:
                    them.append((start, end))
        return "\n".join(lines), regions

    def _exact(self, text: str, regions: dict[str, list[tuple[int, int]]], found: Counter[str]) -> Iterator[Record]:
        hits = _hits(text, regions)
        if not hits:
            return
        found.update(hit[2] for hit in hits)
        block: list[tuple[int, int, str, str]] = []
        for hit in hits:
            if block and _parted(text, block[0][0], block[-1][1], hit[0]):
                yield from _together(text, block)
                block = []
            block.append(hit)
        yield from _together(text, block)


def _hits(text: str, regions: dict[str, list[tuple[int, int]]]) -> list[tuple[int, int, str, str]]:
    """(start, end, kind, value) in the order of the text; of what overlaps the longer holds."""
    hits: list[tuple[int, int, str, str]] = []
    for kind, them in regions.items():
        look = kinds.detectors()[kind].hits
        for begin, stop in them:
            hits += [(begin + start, begin + end, kind, value) for start, end, value in look(text[begin:stop])]
    hits.sort(key=lambda hit: (hit[0], -hit[1]))
    kept: list[tuple[int, int, str, str]] = []
    for hit in hits:
        if kept and hit[0] < kept[-1][1] and hit[2] not in ("special_care", "name"):
            if hit[1] - hit[0] > kept[-1][1] - kept[-1][0]:
                kept[-1] = hit
            continue
        kept.append(hit)
    return kept


def _parted(text: str, first: int, last: int, here: int) -> bool:
    """Whether an empty line, a rule, or too many lines part what is here from the block before it."""
    between = text[last:here]
    if "\n\n" in between or "\n\r\n" in between or "----" in between or "====" in between or len(between) > 600:
        return True
    return "\n" in between and text.count("\n", first, here) > _BLOCK_LINES


def _together(text: str, block: list[tuple[int, int, str, str]]) -> Iterator[Record]:
    if _of_one(block):
        yield _record(block)
        return
    line: list[tuple[int, int, str, str]] = []
    for hit in block:
        if line and "\n" in text[line[-1][1] : hit[0]]:
            yield from _line(line)
            line = []
        line.append(hit)
    yield from _line(line)


def _line(line: list[tuple[int, int, str, str]]) -> Iterator[Record]:
    if _of_one(line):
        yield _record(line)
        return
    for hit in line:
        yield _record([hit])


def _of_one(hits: list[tuple[int, int, str, str]]) -> bool:
    """Whether all this can be about one person: one name, one birthday, two e-mails and phones at most."""
    values: dict[str, set[str]] = {}
    for _, _, kind, value in hits:
        values.setdefault(kind, set()).add(value)
    several = {"email", "phone", "address", "postal_code"}
    single = {"name", "birth_date", "my_number"}
    return all(
        len(them) <= (_SEVERAL if kind in several else 1) for kind, them in values.items() if kind in several | single
    )


def _record(hits: list[tuple[int, int, str, str]]) -> Record:
    record = Record()
    for _, _, kind, value in hits:
        record.kinds.add(kind)
        _put(record, kind, value)
    return record


def _put(record: Record, kind: str, value: str) -> None:
    field = kinds.detectors()[kind].FIELD
    if field:
        record.add(field, value)
