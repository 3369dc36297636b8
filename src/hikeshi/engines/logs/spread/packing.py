"""A batch, and the rows that rules found in it, as bytes: JSON and plain arrays. Data only; nothing in it is run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..columns import Batch, Column, Text
from ..table import LogSource

MAGIC = b"hikeshi.batch 2\n"
Hits = list[tuple[int, NDArray[np.int64]]]


def packed(batch: Batch, *, text: bool = True) -> bytes:
    """Head (its length as 8 bytes, then JSON), then the arrays one after another, little-endian.

    A column that most rows lack has only the others' codes; such columns share lists of rows. Without `text` the
    records themselves are left out.
    """
    raw = batch.raw if text else [b""] * len(batch)
    arrays: list[NDArray[Any]] = [batch.times.astype("<f8"), batch.source_of.astype("<i4")]
    arrays += [batch.records.astype("<i8"), batch.offsets.astype("<i8"), np.fromiter(map(len, raw), "<i8", len(raw))]
    rows: dict[bytes, int] = {}
    columns, codes = [], []
    for name, column in (("", batch.formats), ("/", batch.files), *batch.columns.items()):
        kind = _kind(len(column.values))
        sparse = len(column.filled) < len(batch)
        where = rows.setdefault(column.filled.astype("<i4").tobytes(), len(rows)) if sparse else None
        codes.append((column.codes[column.filled] if sparse else column.codes).astype(kind))
        columns.append([name, column.values, kind, where])
    head = {
        "size": len(batch),
        "sources": [[list(one) for one in some] for some in batch.sources],
        "rows": [len(some) // 4 for some in rows],
        "columns": columns,
    }
    # Not orjson: a value may hold half a surrogate pair, which UTF-8 does not have.
    said = json.dumps(head, separators=(",", ":")).encode("ascii")
    parts = [MAGIC, len(said).to_bytes(8, "little"), said, *(array.tobytes() for array in arrays), *rows]
    return b"".join([*parts, *(some.tobytes() for some in codes), *raw])


def unpacked(data: bytes) -> Batch:
    """Raises ValueError when these are not the bytes of a batch."""
    if not data.startswith(MAGIC):
        raise ValueError("no batch")
    at = len(MAGIC) + 8
    length = int.from_bytes(data[at - 8 : at], "little")
    head = json.loads(data[at : at + length])
    at += length
    size = head["size"]

    def array(kind: str, count: int = size) -> NDArray[Any]:
        nonlocal at
        found = np.frombuffer(data, kind, count, at)
        at += found.nbytes
        return found.astype(found.dtype.newbyteorder("="))

    times, source_of, records, offsets, lengths = (array(kind) for kind in ("<f8", "<i4", "<i8", "<i8", "<i8"))
    rows = [array("<i4", count).astype(np.int64) for count in head["rows"]]

    def column(values: list[Any], kind: str, where: int | None) -> Column:
        if where is None:
            return Column([_text(value) for value in values], array(kind).astype(np.int32))
        codes = np.zeros(size, np.int32)
        codes[rows[where]] = array(kind, len(rows[where]))
        return Column([_text(value) for value in values], codes, rows[where])

    (_, formats), (_, files), *columns = [(name, column(*rest)) for name, *rest in head["columns"]]
    if lengths.any():
        ends = (at + np.cumsum(lengths)).tolist()
        raw = [data[start:end] for start, end in zip([at, *ends[:-1]], ends, strict=True)]
    else:
        raw = [b""] * size
    return Batch(
        times=times,
        columns=dict(columns),
        sources=[tuple(LogSource(*one) for one in some) for some in head["sources"]],
        source_of=source_of,
        formats=formats,
        files=files,
        records=records,
        offsets=offsets,
        raw=raw,
    )


def _kind(count: int) -> str:
    """The smallest whole number for so many codes."""
    return "<u1" if count <= 1 << 8 else "<u2" if count <= 1 << 16 else "<i4"


def only(batch: Batch, rows: NDArray[np.int64]) -> Batch:
    """Some rows of a batch, with the values that occur in them."""

    def less(column: Column) -> Column:
        codes = column.codes[rows]
        used = np.union1d(codes, np.zeros(1, np.int32))  # the first value is always None
        return Column([column.values[code] for code in used.tolist()], np.searchsorted(used, codes).astype(np.int32))

    return Batch(
        times=batch.times[rows],
        columns={name: less(one) for name, one in batch.columns.items() if one.codes[rows].any()},
        sources=batch.sources,
        source_of=batch.source_of[rows],
        formats=less(batch.formats),
        files=less(batch.files),
        records=batch.records[rows],
        offsets=batch.offsets[rows],
        raw=[batch.raw[row] for row in rows.tolist()],
    )


def packed_hits(hits: Sequence[tuple[int, NDArray[np.int64]]]) -> bytes:
    head = json.dumps([[number, len(rows)] for number, rows in hits], separators=(",", ":")).encode()
    return head + b"\n" + b"".join(rows.astype("<i8").tobytes() for _, rows in hits)


def unpacked_hits(data: bytes) -> Hits:
    """Raises ValueError when these are not the bytes of hits."""
    head, _, rest = data.partition(b"\n")
    found: Hits = []
    at = 0
    for number, count in json.loads(head):
        rows = np.frombuffer(rest, "<i8", count, at)
        at += rows.nbytes
        found.append((number, rows.astype(np.int64)))
    return found


def _text(value: Any) -> Text:
    return tuple(value) if isinstance(value, list) else value
