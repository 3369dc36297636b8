"""Text: Hyperscan says which pieces hold anything at all, exact rules what, and what stands together is one record.

Pieces of 16 KiB; in each only those detectors work one of whose quick expressions fired. What stands in one block of
lines (a form, a signature) with at most one name is one person; else what stands in one line; else each for itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import hyperscan

from . import kinds, normal
from .record import Record

PIECE = 1 << 14
_BLOCK_LINES = 14
_SEVERAL = 2


@cache
def _database() -> tuple[Any, list[str]]:
    """One machine of all quick expressions; each fires once a piece."""
    expressions, owners = [], []
    for name, detector in kinds.detectors().items():
        for expression in detector.QUICK:
            expressions.append(expression)
            owners.append(name)
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_MULTILINE
    count = len(expressions)
    database.compile(expressions=expressions, ids=list(range(count)), elements=count, flags=[flags] * count)
    return database, owners


class Scanner:
    """Looks through text. Keeps nothing of it."""

    def __init__(self) -> None:
        self._database, self._owners = _database()

    def fired(self, data: bytes) -> set[str]:
        """The detectors that have something to look at in these bytes."""
        numbers: list[int] = []
        self._database.scan(data, match_event_handler=lambda number, *_: numbers.append(number))
        return {self._owners[number] for number in numbers}

    def any(self, data: bytes) -> bool:
        return bool(self.fired(data))

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
            if fired := self.fired(piece):
                yield from self._exact(normal.plain(piece.decode("utf-8", "replace")), fired, found)

    def one(self, text: str, found: Counter[str]) -> Record | None:
        """All that a short text holds as one record: the free cells of one row."""
        fired = self.fired(text.encode("utf-8", "surrogatepass"))
        if not fired:
            return None
        record = Record()
        for _, _, kind, value in _hits(normal.plain(text), fired):
            found[kind] += 1
            record.kinds.add(kind)
            _put(record, kind, value)
        return record if record.kinds else None

    def _exact(self, text: str, fired: set[str], found: Counter[str]) -> Iterator[Record]:
        hits = _hits(text, fired)
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


def _hits(text: str, fired: set[str]) -> list[tuple[int, int, str, str]]:
    """(start, end, kind, value) in the order of the text; of what overlaps the longer holds."""
    hits: list[tuple[int, int, str, str]] = []
    for kind in fired:
        hits += [(start, end, kind, value) for start, end, value in kinds.detectors()[kind].hits(text)]
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
