"""Dictionary-encoded columns: each distinct value is held once, each row is a number. What rules and shards work on."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from ..common.mynumber import masked, might_hold
from .lines import Chunk
from .table import Columns, LogSource, Same, Table, Value, all_columns

ROWS = 1 << 16
BYTES = 64 << 20
CELLS = 1 << 19
"""So many values are numbered together."""
WRITTEN = (b"{", b"<Event", b"<?xml")
"""A record of JSON or XML has all it says in columns; its text would only add how it is written."""
Text = str | tuple[str, ...] | None
Codes = NDArray[np.int32]


@dataclass(slots=True)
class Column:
    """`values[codes[row]]` is the row's value. `values[0]` is None: the record has no such field."""

    values: list[Text]
    codes: Codes
    _filled: NDArray[np.int64] | None = field(default=None, repr=False, compare=False)

    @property
    def filled(self) -> NDArray[np.int64]:
        """The rows that have a value, ascending."""
        if self._filled is None:
            self._filled = np.flatnonzero(self.codes)
        return self._filled


@dataclass(slots=True)
class Batch:
    """Some events of any formats. `times`: seconds since 1970 UTC; `sources[source_of[row]]`: a row's log sources."""

    times: NDArray[np.float64]
    columns: dict[str, Column]
    sources: list[tuple[LogSource, ...]]
    source_of: Codes
    formats: Column
    files: Column
    records: NDArray[np.int64]
    offsets: NDArray[np.int64]
    raw: list[bytes] = field(repr=False)

    def __len__(self) -> int:
        return len(self.times)

    def column(self, name: str) -> Column:
        """A column; all missing where no record has such a field."""
        known = self.columns.get(name)
        return known or Column([None], np.zeros(len(self), np.int32))


class _Numbers(dict[Value, int]):
    """Values and their numbers; one that is new gets the next."""

    def __missing__(self, value: Value) -> int:
        number = self[value] = len(self)
        return number


class _Growing:
    """One column while rows are added. Values are numbered at once, while they are at hand; made text once each."""

    def __init__(self) -> None:
        self.known = _Numbers({None: 0})
        self._counted = 1
        self._starts: list[int] = []
        self._sizes: list[int] = []
        self._codes = array("i")

    def add(self, start: int, values: Sequence[Value]) -> None:
        """Takes the values of rows from `start`."""
        self._starts.append(start)
        self._sizes.append(len(values))
        if type(values) is Same:
            value = values.value if type(values.value) in _EXACT else text_of(values.value)
            self._codes += array("i", (self.known[value],)) * len(values)
            return
        if not _EXACT.issuperset(map(type, values)):
            values = [value if type(value) in _EXACT else text_of(value) for value in values]
        self._codes.extend(map(self.known.__getitem__, values))

    def grown(self) -> int:
        """About how many bytes the values are that are new since this was asked last."""
        new = islice(self.known, self._counted, None)
        self._counted = len(self.known)
        return sum(60 + (len(one) if type(one) is str or type(one) is bytes else 0) for one in new)

    def done(self, size: int) -> Column:
        part: Codes = np.frombuffer(self._codes, np.int32)
        sizes = np.array(self._sizes, np.int32)
        firsts = np.cumsum(sizes, dtype=np.int32) - sizes
        rows = np.repeat(np.array(self._starts, np.int32) - firsts, sizes) + np.arange(len(part), dtype=np.int32)
        codes = np.zeros(size, np.int32)
        codes[rows] = part
        filled = rows[part > 0].astype(np.int64)
        texts = _texts(self.known)
        if len(set(texts)) < len(texts):  # 7 and "7", b"x" and "x"
            distinct = {text: number for number, text in enumerate(dict.fromkeys(texts))}
            codes = np.array([distinct[text] for text in texts], np.int32)[codes]
            texts = list(distinct)
        return Column(texts, codes, filled)


# Types whose equal values are the same text: True == 1 == 1.0 would be one key, in a tuple, too; such are made text.
_EXACT = {str, bytes, int, type(None)}


class Encoder:
    """Gathers tables into a batch within bounds of rows and bytes."""

    def __init__(self, rows: int = ROWS, size: int = BYTES) -> None:
        self._rows, self._size = rows, size
        self._of: Chunk | None = None
        self._places = np.zeros(0, np.int64)
        self._reset()

    def _reset(self) -> None:
        self._count, self._bytes, self._cells = 0, 0, 0
        self._columns: dict[str, _Growing] = {}
        self._formats, self._files, self._sources = _Growing(), _Growing(), _Growing()
        self._source_list: dict[tuple[LogSource, ...], int] = {(): 0}
        self._source_parts: list[Codes] = []
        self._times: list[Sequence[float]] = []
        self._records: list[NDArray[np.int64]] = []
        self._offsets: list[NDArray[np.int64]] = []
        self._raw: list[bytes] = []

    @property
    def full(self) -> bool:
        return self._count >= self._rows or self._bytes >= self._size

    def __len__(self) -> int:
        return self._count

    def add(self, chunk: Chunk, table: Table, shown: str) -> None:
        """All rows of a table. Which of them are wanted is the caller's to say, by `chosen`."""
        size = len(table)
        if not size:
            return
        columns: Columns = all_columns(table)
        for name, values in columns.items():
            growing = self._columns.get(name)
            if growing is None:
                growing = self._columns[name] = _Growing()
            growing.add(self._count, values)
        self._cells += size * len(columns)
        if self._cells > CELLS:
            self._bytes += sum(growing.grown() for growing in self._columns.values())
            self._cells = 0
        self._formats.add(self._count, Same(table.format, size))
        self._files.add(self._count, Same(shown, size))
        code = self._source_list.setdefault(table.sources, len(self._source_list))
        self._source_parts.append(np.full(size, code, np.int32))
        self._times.append(table.times)
        rows = np.array(table.rows, np.int64)
        self._records.append(rows + chunk.first)
        if self._of is not chunk:
            self._of, self._places = chunk, np.array(chunk.every_offset(), np.int64)
        self._offsets.append(self._places[rows])
        raw = [*map(chunk.lines.__getitem__, table.rows)]
        self._raw += raw
        self._bytes += sum(map(len, raw))
        self._count += size

    def take(self) -> Batch:
        """What was gathered; the encoder begins anew."""
        size = self._count
        times = np.fromiter(chain.from_iterable(self._times), np.float64, size)
        empty = np.zeros(0, np.int64)
        batch = Batch(
            times=times,
            columns={name: growing.done(size) for name, growing in self._columns.items()},
            sources=list(self._source_list),
            source_of=np.concatenate(self._source_parts) if self._source_parts else np.zeros(0, np.int32),
            formats=self._formats.done(size),
            files=self._files.done(size),
            records=np.concatenate(self._records) if self._records else empty,
            offsets=np.concatenate(self._offsets) if self._offsets else empty,
            raw=self._raw,
        )
        self._reset()
        return batch


def _texts(values: Iterable[Value]) -> list[Text]:
    """Each value as text, My Numbers masked."""
    return [
        (masked(one)[0] if might_hold(one) else one) if type(one) is str else _without_my_number(text_of(one))
        for one in values
    ]


def _without_my_number(text: Text) -> Text:
    """A My Number stands in no table and no answer of a rule; only in the log itself."""
    if isinstance(text, tuple):
        return tuple(masked(one)[0] for one in text)
    return text and masked(text)[0]


def text_of(value: Value) -> Text:
    """One value as text; a list of them as several texts."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, tuple | list):
        inner = [text_of(one) for one in value]
        return tuple(t for one in inner if one is not None for t in ((one,) if isinstance(one, str) else one))
    return str(value)
