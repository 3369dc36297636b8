"""Whole columns at once: each different cell is looked at once, its keyed hash then stands for it in every row.

The answer is the same as that of Table.one_by_one, which makes a record of each row and stays for what is rare.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat, zip_longest

import numpy as np

from . import members, normal
from .linking import COLUMNS
from .members import STAFF
from .record import Record, hashes, sketches

LONGEST_CELL = 1 << 16
LONGEST_PART = 200
REMEMBERED = 1 << 16
"""Different cells of one column that are remembered; then it begins anew, so that memory stays bounded."""
PREFIX = {"name": "n", "kana": "k", "email": "e", "phone": "p", "postal": "z", "address": "a", "birth": "b"}
PREFIX |= {"identity": "i", "card": "c", "bank": "t", "member": "m", "secret": "s"}
Numbers = np.ndarray


@dataclass(slots=True)
class Block:
    """What some rows say: for each record its row (`at`), its hashes in the order of COLUMNS, and which kinds of data
    it holds; `others` are records that were made one by one, each with its row."""

    at: Numbers
    values: Numbers
    kinds: list[tuple[str, Numbers]] = field(default_factory=list)
    others: list[tuple[int, Record]] = field(default_factory=list)


class Cells:
    """The cells of one column → a number, under which stand the hash, the sketch and whether it is a value at all."""

    def __init__(self, kind: str, field_name: str, longest: int) -> None:
        self._how, self._longest = members.how(kind), longest
        self._field, self._prefix = field_name, PREFIX.get(field_name, "")
        self.forget()

    def forget(self) -> None:
        self._numbers = {"": 0}
        self._hashes, self._sketches, self._hits = array("Q", [0]), array("Q", [0]), bytearray(1)

    def of(self, cells: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
        """(hashes, sketches, hits) of these cells."""
        if len(self._hits) > REMEMBERED:
            self.forget()
        numbers = np.fromiter(map(self._numbers.get, cells, repeat(-1)), dtype=np.int64, count=len(cells))
        unknown = np.nonzero(numbers < 0)[0]
        if len(unknown):
            new = [cells[n] for n in unknown.tolist()]
            self._learn(list(dict.fromkeys(new)))
            numbers[unknown] = list(map(self._numbers.__getitem__, new))
        hashes, sketches = (np.frombuffer(column, dtype=np.uint64) for column in (self._hashes, self._sketches))
        hits = np.frombuffer(self._hits, dtype=np.bool_)
        # Copies: the arrays behind these views must be free to grow.
        return hashes[numbers], sketches[numbers], hits[numbers]

    def _learn(self, new: list[str]) -> None:
        """Cells that were not seen before, all at once."""
        start = len(self._hits)
        cut = [cell[: self._longest] if len(cell) > self._longest else cell for cell in new]
        values = self._how.values(cut) if self._how.values else [self._how.value(cell) for cell in cut]
        self._numbers.update(zip(new, range(start, start + len(new)), strict=True))
        self._hits += bytes(value is not None for value in values)
        self._hashes.frombytes(self._hashed(values).tobytes())
        self._sketches.frombytes(self._sketched(values).tobytes())

    def _hashed(self, values: list[str | None]) -> Numbers:
        made = np.zeros(len(values), np.uint64)
        if not self._prefix:
            return made
        # A family name, a desk's address: it was found, and is nobody.
        person = self._how.person if self._field in ("name", "email") else None
        said = [(n, value) for n, value in enumerate(values) if value is not None and (not person or person(value))]
        if said:
            read = normal.reading if self._field == "kana" else str
            made[[n for n, _ in said]] = hashes([f"{self._prefix}{read(value)}" for _, value in said])
        return made

    def _sketched(self, values: list[str | None]) -> Numbers:
        if self._field != "name" or not values:
            return np.zeros(len(values), np.uint64)
        return sketches([value or "" for value in values])


@dataclass(slots=True)
class _Group:
    """The columns of one person in a row; each source is the columns whose cells are joined, and their cells."""

    sources: list[tuple[str, str, tuple[int, ...], Cells]] = field(default_factory=list)


class Bulk:
    """A table's columns, settled. `fits` is False where a row may name several people in one record's place."""

    def __init__(self, known: Sequence[tuple[int, str, str, str, bool]]) -> None:
        """`known`: (number, kind, field, person, part) of each column that is looked at."""
        self._groups: dict[str, _Group] = {}
        parts: dict[tuple[str, str], list[int]] = {}
        for number, kind, field_name, person, part in known:
            group = self._groups.setdefault(person, _Group())
            if part:
                parts.setdefault((person, field_name), []).append(number)
            else:
                group.sources.append((kind, field_name, (number,), Cells(kind, field_name, LONGEST_CELL)))
        for (person, field_name), numbers in parts.items():
            kind = "address" if field_name == "address" else "name"
            cells = Cells(kind, field_name, LONGEST_PART * len(numbers))
            self._groups[person].sources.append((kind, field_name, tuple(numbers), cells))
        names = [[one for one in group.sources if one[1] == "name"] for group in self._groups.values()]
        self.fits = all(len(them) < 2 for them in names)

    def block(self, rows: Sequence[Sequence[str]], counts: dict[str, int]) -> Block:
        """The records of these rows; `counts` grows by what was found."""
        columns = list(zip_longest(*rows, fillvalue=""))
        made = [one for person in self._groups for one in self._of(person, columns, len(rows), counts)]
        if not made:
            return Block(np.zeros(0, np.int64), np.zeros((0, len(COLUMNS)), np.uint64))
        names = dict.fromkeys(kind for one in made for kind, _there in one.kinds)
        there = {name: [_kind(one, name) for one in made] for name in names}
        at = np.concatenate([one.at for one in made])
        order = np.argsort(at, kind="stable")
        joined = [(name, np.concatenate(them)[order]) for name, them in there.items()]
        return Block(at[order], np.concatenate([one.values for one in made])[order], joined)

    def _of(self, person: str, columns: list[tuple[str, ...]], size: int, counts: dict[str, int]) -> Iterator[Block]:
        values = np.zeros((size, len(COLUMNS)), np.uint64)
        there: dict[str, Numbers] = {}
        member = False
        named = any(one[1] == "name" for one in self._groups[person].sources)
        for kind, field_name, numbers, cells in self._groups[person].sources:
            hashes, sketches, hits = cells.of(_joined(columns, numbers, size))
            if field_name == "member":
                member = member or bool(hits.any())
                _put(values, field_name, hashes, sketches)
                continue
            if field_name != "kana" or not named:
                counts[kind] = counts.get(kind, 0) + int(hits.sum())
            there[kind] = there[kind] | hits if kind in there else hits
            if field_name in PREFIX:
                _put(values, field_name, hashes, sketches)
        if person == STAFF:
            _nobody(values)
        if member or any(hits.any() for hits in there.values()):
            yield Block(np.arange(size), values, list(there.items()))


def _kind(block: Block, name: str) -> Numbers:
    return next((hits for kind, hits in block.kinds if kind == name), np.zeros(len(block.at), np.bool_))


def _joined(columns: list[tuple[str, ...]], numbers: tuple[int, ...], size: int) -> Sequence[str]:
    """The cells of one column, or of several put together (family and given name; prefecture, town and number)."""
    chosen: list[Sequence[str]] = [columns[n] for n in numbers if n < len(columns)]
    if not chosen:
        return [""] * size
    if len(chosen) == 1:
        return chosen[0]
    return ["".join([cell[:LONGEST_PART] for cell in cells]) for cells in zip(*chosen, strict=True)]


def _put(values: Numbers, field_name: str, hashes: Numbers, sketches: Numbers) -> None:
    """The first value of a field counts; of e-mail and telephone a second one, too."""
    first = COLUMNS.index(field_name)
    empty = values[:, first] == 0
    if field_name in ("email", "phone"):
        second = ~empty & (values[:, first + 1] == 0) & (hashes != values[:, first])
        values[second, first + 1] = hashes[second]
    if field_name == "name":
        values[:, first + 1] = sketches
    values[empty, first] = hashes[empty]


def _nobody(values: Numbers) -> None:
    """The family name of who is in charge, in every row, says nothing about whose row it is."""
    sketch = COLUMNS.index("sketch")
    alone = ~np.delete(values, sketch, axis=1).any(axis=1)
    values[alone, sketch] = 0
