"""A batch, and the rows that rules found in it, as bytes: JSON and plain arrays. Data only; nothing in it is run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..columns import Batch, Column, Text
from ..table import LogSource

MAGIC = b"hikeshi.batch 1\n"
Hits = list[tuple[int, NDArray[np.int64]]]


def packed(batch: Batch) -> bytes:
    """Head (its length as 8 bytes, then JSON), then the arrays one after another, little-endian."""
    fixed = {"": batch.formats, "/": batch.files}
    columns = [*fixed.items(), *batch.columns.items()]
    arrays: list[NDArray[Any]] = [batch.times.astype("<f8"), batch.source_of.astype("<i4")]
    arrays += [batch.records.astype("<i8"), batch.offsets.astype("<i8")]
    arrays += [np.fromiter(map(len, batch.raw), "<i8", len(batch.raw))]
    arrays += [column.codes.astype("<i4") for _, column in columns]
    head = {
        "size": len(batch),
        "sources": [[list(one) for one in some] for some in batch.sources],
        "columns": [[name, column.values] for name, column in columns],
    }
    # Not orjson: a value may hold half a surrogate pair, which UTF-8 does not have.
    said = json.dumps(head, separators=(",", ":")).encode("ascii")
    parts = [MAGIC, len(said).to_bytes(8, "little"), said, *(array.tobytes() for array in arrays), *batch.raw]
    return b"".join(parts)


def unpacked(data: bytes) -> Batch:
    """Raises ValueError when these are not the bytes of a batch."""
    if not data.startswith(MAGIC):
        raise ValueError("no batch")
    at = len(MAGIC) + 8
    length = int.from_bytes(data[at - 8 : at], "little")
    head = json.loads(data[at : at + length])
    at += length
    size = head["size"]

    def array(kind: str) -> NDArray[Any]:
        nonlocal at
        found = np.frombuffer(data, kind, size, at)
        at += found.nbytes
        return found.astype(found.dtype.newbyteorder("="))

    times, source_of, records, offsets, lengths = (array(kind) for kind in ("<f8", "<i4", "<i8", "<i8", "<i8"))
    (_, formats), (_, files), *columns = [
        (name, Column([_text(value) for value in values], array("<i4"))) for name, values in head["columns"]
    ]
    ends = (at + np.cumsum(lengths)).tolist()
    starts = [at, *ends[:-1]] if ends else []
    return Batch(
        times=times,
        columns=dict(columns),
        sources=[tuple(LogSource(*one) for one in some) for some in head["sources"]],
        source_of=source_of,
        formats=formats,
        files=files,
        records=records,
        offsets=offsets,
        raw=[data[start:end] for start, end in zip(starts, ends, strict=True)],
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
