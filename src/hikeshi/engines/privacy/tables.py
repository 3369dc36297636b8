"""Tables: which column holds what, by its heading or by the vote of its cells, and one record a row."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from . import kinds, members, normal
from .columns import LONGEST_CELL, Block, Bulk
from .headings import FAMILIAR, Column, column_of, is_holder, is_words, joined, other_person, paired, tidy
from .linking import COLUMNS
from .record import Record
from .texts import Scanner
from .upright import laid_down

_VOTERS = 400
_LEAST = 5
_LOOK_FOR_HEADER = 8
_KANJI = re.compile(r"[一-龥]")
_WEAK = re.compile(r"name|名前|名|display_?name|full_?name|customer_?name|カナ|kana")
_WEAK_SHARE = 0.3
_OF_PEOPLE = ("email", "phone", "address", "birth_date", "my_number", "password", "postal_code")
_VOTED = ("email", "my_number", "card_number", "postal_code", "phone", "address", "name")
_CHECKED = ("my_number", "card_number")
"""Numbers with a check digit: their vote is heard under any heading, since orders and codes pass it by chance only."""


class Table:
    """One table as it is read, block by block. The first block settles what its columns are."""

    def __init__(self, header: tuple[str, ...] | None, scanner: Scanner, found: Counter[str], name: str = "") -> None:
        self._header, self._owner, self._name = header, members.role_of_table(name), name
        self._below_it: Table | None = None
        self._columns: list[Column | None] = []
        self._settled = False
        self._named: set[str] = set()
        self._silenced: set[int] = set()
        self._bulk: Bulk | None = None
        self._scanner = scanner
        self.found = found
        self._counts: dict[str, int] = {}
        self._values: dict[str, Callable[[str], str | None]] = {
            name: detector.value for name, detector in kinds.detectors().items()
        }

    def blocks(self, rows: Sequence[Sequence[str]]) -> Iterator[Block]:
        """The records of these rows; a second table, which stands below the first one, is read by its own headings."""
        mine, theirs = self._parted(rows)
        if mine:
            yield self.block(mine)
        if theirs and self._below_it:
            yield from self._below_it.blocks(theirs)

    def block(self, rows: Sequence[Sequence[str]]) -> Block:
        """The records of these rows, whole columns at once; row by row only where something stands in other cells."""
        rows = self._below(rows)
        known = self._known()
        free = self._free(rows, {n for n, one in known if one.field != "member"} | self._silenced)
        if self._bulk is None:
            self._bulk = Bulk([(n, one.kind, one.field, one.person, one.part) for n, one in known])
        if not self._bulk.fits:
            others = [(i, one) for i, row in enumerate(rows) for one in self._row(row, known, free.get(i))]
            block = Block(np.zeros(0, np.int64), np.zeros((0, len(COLUMNS)), np.uint64), others=others)
        else:
            plain = [row for i, row in enumerate(rows) if i not in free] if free else rows
            block = self._bulk.block(plain, self._counts)
            if free:
                block.at = np.array([i for i in range(len(rows)) if i not in free], np.int64)[block.at]
                block.others = [(i, one) for i, record in free.items() for one in self._row(rows[i], known, record)]
        self._tell()
        return block

    def records(self, rows: Sequence[Sequence[str]]) -> Iterator[Record]:
        """The same as records, one by one: what `block` must agree with."""
        rows = self._below(rows)
        known = self._known()
        free = self._free(rows, {n for n, one in known if one.field != "member"} | self._silenced)
        for i, row in enumerate(rows):
            yield from self._row(row, known, free.get(i))
        self._tell()

    def _parted(self, rows: Sequence[Sequence[str]]) -> tuple[Sequence[Sequence[str]], Sequence[Sequence[str]]]:
        """(the rows of this table, those from the headings of a second one on)."""
        if self._below_it:
            return (), rows
        first = 0 if self._settled else _LOOK_FOR_HEADER
        for n in range(first, len(rows)):
            if not FAMILIAR.isdisjoint(rows[n]) and self._heads_another(rows[n]):
                self._below_it = Table(tuple(rows[n]), self._scanner, self.found, self._name)
                return rows[:n], rows[n + 1 :]
        return rows, ()

    def _heads_another(self, row: Sequence[str]) -> bool:
        """Whether a row is the headings of another table: all of it words, two of them known, and they are not
        those that stand above already."""
        filled = [cell for cell in row if cell.strip()]
        if [cell for cell in self._header or () if cell.strip()] == filled or len(filled) < 2:
            return False
        known = sum(len(cell) <= 40 and (column_of(cell) is not None or bool(members.role(cell))) for cell in filled)
        return known >= 2 and not any(map(self._is_data, filled)) and _wordy(filled)

    def _below(self, rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
        """The rows without the headings, which a file put together of several, or a page that begins, says again."""
        if not self._settled:
            rows = self._settle(rows)
        again = list(self._header or ())
        return [row for row in rows if row != again] if again and any(row == again for row in rows) else rows

    def _known(self) -> list[tuple[int, Column]]:
        return [(n, column) for n, column in enumerate(self._columns) if column]

    def _tell(self) -> None:
        self.found.update({kind: count for kind, count in self._counts.items() if count})
        self._counts.clear()

    def _settle(self, rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
        self._settled = True
        if self._header is None:
            rows = laid_down(rows) or rows
            at, columns = self._look_for_header(rows)
            if at is not None:
                self._header, rows = tuple(rows[at]), [*rows[:at], *rows[at + 1 :]]
                self._columns = columns
        else:
            self._columns = [column_of(text) for text in self._header]
        width = max((len(row) for row in rows[:_VOTERS]), default=0)
        self._columns += [None] * (width - len(self._columns))
        there = {one.person for one in self._columns if one}
        for n in range(width):
            if self._columns[n] is None:
                silent = bool(self._header and n < len(self._header) and _silent(self._header[n]))
                cells = [row[n] for row in rows[:_VOTERS] if n < len(row)]
                if self._header and n < len(self._header) and _pays_nothing(self._header[n]):
                    self._silenced.add(n)
                    continue
                elected = _elected(cells, _CHECKED if silent else _VOTED)
                whose = other_person(self._header[n]) if self._header and n < len(self._header) else ""
                self._columns[n] = replace(elected, person=whose) if elected and whose in there else elected
        if self._header is None and rows and self._headed(rows[0]):
            self._header, rows = tuple(rows[0]), rows[1:]
        if self._header:
            paired(self._header, self._columns)
        self._believe(rows)
        joined(self._columns, rows[:_VOTERS])
        self._hold(rows)
        self._number()
        self._named = {one.person for one in self._columns if one and one.field == "name"}
        return rows

    def _headed(self, row: Sequence[str]) -> bool:
        """Whether a first row that nobody took for headings is one: none of its cells is like those below it."""
        chosen = [(cell, self._columns[n]) for n, cell in enumerate(row) if n < len(self._columns) and self._columns[n]]
        detectors = kinds.detectors()
        return bool(chosen) and all(
            is_words(cell) and not (one and getattr(detectors[one.kind], "vote", detectors[one.kind].value)(cell))
            for cell, one in chosen
        )

    def _hold(self, rows: Sequence[Sequence[str]]) -> None:
        """The holder of an account is the person of the row, written in kana, or in kanji where no other name is."""
        if any(one and one.field == "name" and not one.person for one in self._columns):
            return
        for n, heading in enumerate(self._header or ()):
            if n < len(self._columns) and is_holder(heading):
                cells = [row[n] for row in rows[:_VOTERS] if n < len(row) and row[n].strip()]
                if 2 * sum(bool(_KANJI.search(cell)) for cell in cells) > len(cells):
                    self._columns[n] = Column("name", "name")
                    return

    def _number(self) -> None:
        """A column of members' numbers, where it is nothing else: whoever has no name is counted by it."""
        for n, heading in enumerate(self._header or ()):
            role = members.role(heading) or (self._owner if heading.strip().lower() == "id" else None)
            if role and n < len(self._columns) and self._columns[n] is None:
                kind = members.kind(role)
                self._columns[n] = Column(kind, "member")
                self._values[kind] = members.how(kind).value

    def _believe(self, rows: Sequence[Sequence[str]]) -> None:
        """A column called just "name" may hold goods: it is people's when the cells look so, or other columns are."""
        if any(column and column.kind in _OF_PEOPLE for column in self._columns) or not self._header:
            return
        for n, heading in enumerate(self._header):
            column = self._columns[n] if n < len(self._columns) else None
            if column and column.field == "name" and _WEAK.fullmatch(normal.plain(heading).strip().lower()):
                cells = [row[n] for row in rows[:_VOTERS] if n < len(row) and row[n].strip()]
                vote = kinds.detectors()["name"].vote  # type: ignore[attr-defined]
                if sum(map(vote, cells)) < _WEAK_SHARE * len(cells):
                    self._columns[n] = None

    def _look_for_header(self, rows: Sequence[Sequence[str]]) -> tuple[int | None, list[Column | None]]:
        """The row among the first that most looks like headings: two of them known, or else one; no data in it."""
        alone: tuple[int | None, list[Column | None]] = None, []
        for at, row in enumerate(rows[:_LOOK_FOR_HEADER]):
            columns = [column_of(cell) if len(cell) <= 40 else None for cell in row]
            known = sum(one is not None or bool(members.role(cell)) for one, cell in zip(columns, row, strict=True))
            if not known or any(self._is_data(cell) for cell in row):
                continue
            if known >= 2:
                return at, columns
            if alone[0] is None and (len(row) <= 3 or at == 0):
                alone = at, columns
        return alone

    def _is_data(self, cell: str) -> bool:
        return bool(normal.email(cell) or normal.phone(cell) or normal.birth(cell) or normal.postal(cell))

    def _free(self, rows: Sequence[Sequence[str]], taken: set[int]) -> dict[int, Record]:
        """What stands in the other cells: looked for in all of them at once, and by row only where there is some."""
        if max(map(len, rows), default=0) <= len(taken):
            return {}
        texts = [
            "\n".join([cell[:LONGEST_CELL] for n, cell in enumerate(row) if n not in taken and len(cell) > 3])
            for row in rows
        ]
        found = {}
        for i in self._scanner.which(texts):
            if len(texts[i]) > 5 and (record := self._scanner.one(texts[i], self.found)):
                found[i] = record
        return found

    def _row(self, row: Sequence[str], known: list[tuple[int, Column]], free: Record | None) -> Iterator[Record]:
        people: dict[str, Record] = {"": free} if free else {}
        parts: dict[tuple[str, str], list[str]] = {}
        width, counts = len(row), self._counts
        for n, column in known:
            if n >= width or not (cell := row[n]):
                continue
            if column.part:
                parts.setdefault((column.person, column.field), []).append(cell[:200])
                continue
            value = self._values[column.kind](cell if len(cell) <= LONGEST_CELL else cell[:LONGEST_CELL])
            if value is None:
                continue
            record = people.get(column.person)
            if record is None:
                record = people[column.person] = Record()
            if column.field != "member":
                record.kinds.add(column.kind)
                if column.field != "kana" or column.person not in self._named:
                    counts[column.kind] = counts.get(column.kind, 0) + 1
            if column.field:
                record.add(column.field, value)
        for (person, field), cells in parts.items():
            kind = "address" if field == "address" else "name"
            if value := self._values[kind]("".join(cells)):
                record = people.setdefault(person, Record())
                if field != "kana" or person not in self._named:
                    counts[kind] = counts.get(kind, 0) + 1
                record.kinds.add(kind)
                record.add(field, value)
        for person, record in people.items():
            if person == members.STAFF and set(record.values) == {"name"} and not _whole(record.values["name"]):
                record.values.clear()
            yield from _apart(record)


def _wordy(cells: list[str]) -> bool:
    """No cell but the numbering holds digits in a row, and no cell is a sentence."""
    return not any(len(cell) > 40 or re.search(r"[0-9]{3}|@", normal.plain(cell)) for cell in cells)


def _apart(record: Record) -> Iterator[Record]:
    """A second whole name in a row is somebody else."""
    names = record.values.get("name", [])
    for other in names[1:]:
        yield Record({"name": [other]}, {"name"})
    del names[1:]
    yield record


def _whole(names: list[str]) -> bool:
    return any(map(kinds.detectors()["name"].person, names))  # type: ignore[attr-defined]


def _pays_nothing(heading: str) -> bool:
    """Whether this is the number of a point card or a member's card, which may pass the check of a credit card."""
    return bool(kinds.detectors()["card_number"].no_payment(tidy(heading)))  # type: ignore[attr-defined]


def _silent(heading: str) -> bool:
    """Whether this heading speaks of numbers that are nobody's: only a check digit is believed under it."""
    return bool(
        re.search(
            r"日時|date|time|金額|price|数量|商品|url|ip|jan|sku|_id$|^id$|番号|コード|code|no\.?$|number",
            normal.plain(heading).lower(),
        )
    )


def _elected(cells: list[str], candidates: Sequence[str]) -> Column | None:
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < _LEAST:
        return None
    different = len(set(filled))
    for kind in candidates:
        detector = kinds.detectors()[kind]
        # One number that passes its check by chance, repeated, is one vote.
        if len(filled) < getattr(detector, "LEAST", _LEAST) or (kind in _CHECKED and different < _LEAST):
            continue
        vote = getattr(detector, "vote", detector.value)
        if sum(bool(vote(cell)) for cell in filled) >= detector.VOTE * len(filled):
            return Column(kind, detector.FIELD)
    return None
