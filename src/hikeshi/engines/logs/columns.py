"""Dictionary-encoded columns: each distinct value is held once, each row is a number. What rules and shards work on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..common.mynumber import masked
from .lines import Chunk
from .table import Columns, LogSource, Table, Value, all_columns

ROWS = 1 << 16
BYTES = 64 << 20
Text = str | tuple[str, ...] | None
Codes = NDArray[np.int32]


@dataclass(slots=True)
class Column:
    """`values[codes[row]]` is the row's value. `values[0]` is None: the record has no such field."""

    values: list[Text]
    codes: Codes


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


class _Growing:
    """One column while rows are added. Values are made text only once each, when the batch is done."""

    def __init__(self) -> None:
        self.known: dict[Value, int] = {None: 0}
        self.parts: list[tuple[int, Codes]] = []

    def add(self, start: int, values: Sequence[Value]) -> int:
        """Takes the values of rows from `start`; answers about how many bytes those are that are new."""
        if not set(map(type, values)) <= _EXACT:
            values = [value if type(value) in _EXACT else text_of(value) for value in values]
        known = self.known
        new = [value for value in dict.fromkeys(values) if value not in known]
        known.update(zip(new, range(len(known), len(known) + len(new)), strict=True))
        self.parts.append((start, np.fromiter(map(known.__getitem__, values), np.int32, len(values))))
        return sum(len(value) for value in new if type(value) is str or type(value) is bytes) + 60 * len(new)

    def done(self, size: int) -> Column:
        codes = np.zeros(size, np.int32)
        for start, part in self.parts:
            codes[start : start + len(part)] = part
        texts = [_without_my_number(text_of(value)) for value in self.known]
        distinct: dict[Text, int] = {}
        for text in texts:
            distinct.setdefault(text, len(distinct))
        if len(distinct) < len(texts):  # 7 and "7", b"x" and "x"
            codes = np.array([distinct[text] for text in texts], np.int32)[codes]
        return Column(list(distinct), codes)


# Types whose equal values are the same text: True == 1 == 1.0 would be one key, so those are made text at once.
_EXACT = {str, bytes, int, type(None), tuple}


class Encoder:
    """Gathers tables into a batch within bounds of rows and bytes."""

    def __init__(self, rows: int = ROWS, size: int = BYTES) -> None:
        self._rows, self._size = rows, size
        self._reset()

    def _reset(self) -> None:
        self._count, self._bytes = 0, 0
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
            self._bytes += growing.add(self._count, values)
        self._formats.add(self._count, [table.format] * size)
        self._files.add(self._count, [shown] * size)
        code = self._source_list.setdefault(table.sources, len(self._source_list))
        self._source_parts.append(np.full(size, code, np.int32))
        self._times.append(table.times)
        self._records.append(np.fromiter((chunk.first + row for row in table.rows), np.int64, size))
        self._offsets.append(np.fromiter(map(chunk.offset, table.rows), np.int64, size))
        raw = [chunk.lines[row] for row in table.rows]
        self._raw += raw
        self._bytes += sum(map(len, raw))
        self._count += size

    def take(self) -> Batch:
        """What was gathered; the encoder begins anew."""
        size = self._count
        times = np.fromiter((t for part in self._times for t in part), np.float64, size)
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
