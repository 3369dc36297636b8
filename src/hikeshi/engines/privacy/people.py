"""Records of people, kept as keyed hashes in columns, and the answer how many people they are.

Bounded: a record that says nothing new in its file is kept once; beyond MOST distinct records the rest is only
numbered, which widens the interval upwards.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from . import kinds, normal, report
from .alone import TELLING, alone, known, telling, together, unnumbered
from .columns import PREFIX, Block
from .estimating import estimated, told_apart
from .linking import COLUMNS, firsts, link
from .record import ALONE, Record, hashed, sketch

MOST = 1_000_000
GRAVE = ("special_care", "health_insurance")
"""Somebody's, though no value of theirs tells people apart."""


@dataclass(slots=True)
class Answer:
    """`by_kind`: kind -> people; `by_file`: (number in the report, kind) -> people."""

    people: report.People
    by_kind: dict[str, int] = field(default_factory=dict)
    by_file: dict[tuple[int, str], int] = field(default_factory=dict)


class People:
    """Takes records, answers with numbers."""

    def __init__(self, kind_names: Sequence[str], most: int = MOST) -> None:
        self._bits = {name: 1 << n for n, name in enumerate(kind_names)}
        self._columns = {name: array("Q") for name in COLUMNS}
        self._kinds, self._files, self._loose = array("Q"), array("I"), array("B")
        self._again = 0
        self._grave = sum(self._bits.get(name, 0) for name in GRAVE)
        self._known: dict[int, int] = {}
        self._masks: dict[frozenset[str], int] = {}
        self._most, self._beyond = most, 0
        self._numbers: dict[int, int] = {}
        self._next = 0
        self._email_of_person = kinds.detectors()["email"].person  # type: ignore[attr-defined]
        self._name_of_person = kinds.detectors()["name"].person  # type: ignore[attr-defined]

    def file(self) -> int:
        """The number of a new file."""
        self._next += 1
        return self._next

    def name(self, number: int, place: int) -> None:
        """This file stands at this place of the report."""
        self._numbers[number] = place

    def add(self, file: int, record: Record) -> None:
        """One record of text. What says nothing about anybody (a postal code alone) counts nobody."""
        row, mask = self._row(record), self._mask(record)
        if not (mask & self._grave or any(row[n] for n in TELLING)):
            return
        key = hash((file, row))
        at = self._known.get(key)
        if at is not None:
            self._kinds[at] |= mask
            return
        if len(self._known) >= self._most:
            self._beyond += 1
            return
        self._known[key] = len(self._kinds)
        for column, value in zip(self._columns.values(), row, strict=True):
            column.append(value)
        self._kinds.append(mask)
        self._files.append(file)
        self._loose.append(1)

    def add_block(self, file: int, block: Block) -> None:
        """Many records at once, in the order of their rows."""
        at, values = block.at, block.values
        masks = np.zeros(len(at), np.uint64)
        for kind, there in block.kinds:
            masks |= there.astype(np.uint64) * np.uint64(self._bits[kind])
        if block.others:
            made = [(i, self._row(one), self._mask(one)) for i, one in block.others]
            at = np.concatenate([at, np.array([i for i, _, _ in made], np.int64)])
            rows = np.array([row for _, row, _ in made], np.uint64).reshape(len(made), len(COLUMNS))
            values = np.concatenate([values, rows])
            masks = np.concatenate([masks, np.array([mask for _, _, mask in made], np.uint64)])
            order = np.argsort(at, kind="stable")
            values, masks = values[order], masks[order]
        somebody = telling(values, masks, self._grave)
        self._take(file, values[somebody], masks[somebody])

    def _take(self, file: int, values: np.ndarray, masks: np.ndarray) -> None:
        keys, first, inverse, times = np.unique(
            _keys(file, values), return_index=True, return_inverse=True, return_counts=True
        )
        whole = np.zeros(len(keys), np.uint64)
        np.bitwise_or.at(whole, inverse, masks)
        listed = keys.tolist()
        places = np.fromiter((self._known.get(key, -1) for key in listed), np.int64, len(listed))
        there = np.nonzero(places >= 0)[0]
        new = np.nonzero(places < 0)[0]
        new = new[np.argsort(first[new])]
        new, beyond = np.split(new, [max(self._most - len(self._known), 0)])
        again = times.copy()
        again[new] -= 1
        again[beyond] = 0
        self._again += int(again[unnumbered(values[first])].sum())
        self._beyond += int(times[beyond].sum())
        for place, mask in zip(places[there].tolist(), whole[there].tolist(), strict=True):
            self._kinds[place] |= mask
        start = len(self._kinds)
        self._known.update(zip([listed[n] for n in new.tolist()], range(start, start + len(new)), strict=True))
        for n, column in enumerate(self._columns.values()):
            column.frombytes(np.ascontiguousarray(values[first[new], n]).tobytes())
        self._kinds.frombytes(whole[new].tobytes())
        self._files.frombytes(np.full(len(new), file, np.uint32).tobytes())
        self._loose.frombytes(bytes(len(new)))

    def _mask(self, record: Record) -> int:
        there = frozenset(record.kinds)
        mask = self._masks.get(there)
        if mask is None:
            mask = self._masks[there] = sum(self._bits[kind] for kind in there)
        return mask

    def _row(self, record: Record) -> tuple[int, ...]:
        values = record.values
        names = values.get("name", ())
        whole = names[0] if names and self._name_of_person(names[0]) else ""
        emails = [one for one in values.get("email", ()) if self._email_of_person(one)]
        kana, phones, places = values.get("kana", ()), values.get("phone", ()), values.get("address", ())
        identity, births = values.get("identity", ()), values.get("birth", ())
        postal = values.get("postal", ())
        return (
            hashed(f"n{whole}") if whole else 0,
            sketch(names[0]) if names else 0,
            hashed(f"k{normal.reading(kana[0])}") if kana else 0,
            *(hashed(f"e{emails[n]}") if n < len(emails) else 0 for n in (0, 1)),
            *(hashed(f"p{phones[n]}") if n < len(phones) else 0 for n in (0, 1)),
            hashed(f"z{postal[0]}") if postal else 0,
            hashed(f"a{places[0]}") if places else 0,
            hashed(f"b{births[0]}") if births else 0,
            hashed(f"i{identity[0]}") if identity else 0,
            *(hashed(f"{PREFIX[name]}{them[0]}") if (them := values.get(name)) else 0 for name in ALONE),
        )

    def columns(self) -> dict[str, np.ndarray]:
        """The records as columns of numbers, 0 for what is missing."""
        table = {name: np.frombuffer(column, dtype=np.uint64) for name, column in self._columns.items() if column}
        table["file"] = np.frombuffer(self._files, dtype=np.uint32) if self._files else np.zeros(0, np.uint32)
        return table

    def count(self) -> Answer:
        if not self._kinds:
            return Answer(report.People())
        table, masks = self.columns(), np.frombuffer(self._kinds, dtype=np.uint64)
        named = known(table)
        numbers, roots = (0, 0, 0), np.zeros(0, np.int64)
        if named.any():
            theirs = {name: column[named] for name, column in table.items()}
            (least, about, most), roots = estimated(link(theirs))
            numbers = least, about, max(most, told_apart(theirs))
        share = numbers[1] / max(len(np.unique(roots)), 1)
        found = alone(table, masks, np.frombuffer(self._loose, np.uint8), named, roots, self._grave)
        low, best, high = together(numbers, found, self._again)
        if self._beyond:  # unread by the linking: nobody new at the least, all new at the most
            scale = 1 + self._beyond / len(self._kinds)
            best, high = round(best * scale), high + self._beyond
        people = report.People(low, best, high)
        return Answer(people, *self._of_kinds(found.roots, named, share, people))

    def _of_kinds(
        self, roots: np.ndarray, named: np.ndarray, share: float, people: report.People
    ) -> tuple[dict[str, int], dict[tuple[int, str], int]]:
        """How many people there are data of a kind about, over all files and in each."""
        masks, files = np.frombuffer(self._kinds, dtype=np.uint64), np.frombuffer(self._files, dtype=np.uint32)
        by_kind, by_file = {}, {}
        theirs = np.unique(roots[named])
        for kind, bit in self._bits.items():
            having = (masks & np.uint64(bit)) != 0
            if not having.any():
                continue
            them = np.unique(roots[having])
            ours = int(np.isin(them, theirs).sum())
            count = (_scaled(ours, share) if ours else 0) + len(them) - ours
            by_kind[kind] = min(count, people.at_most)
            there = files[having]
            numbers, counts = np.unique(there[firsts(there, roots[having])], return_counts=True)
            for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
                if number in self._numbers:
                    by_file[self._numbers[number], kind] = count
        return by_kind, by_file


def _scaled(count: int, share: float) -> int:
    return max(1, round(count * min(share, 1.0)))


def _keys(file: int, values: np.ndarray) -> np.ndarray:
    """One number for each whole row of a file."""
    key = np.full(len(values), file, np.uint64)
    for column in values.T:
        key = (key ^ column) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    return key
