"""The batches of an event table as they were read, beside its Parquet files: rules run again without any decoding.

    DIR/encoded/00001.batch        zlib over spread/packing.py, without the records' text
    DIR/encoded/00001.text         zlib over the text of its records, for rules that look for words in the whole line

In the text My Numbers are masked. Left out are records of JSON and XML, which have all they say in columns, and lines
that are not UTF-8, in which no number could be masked surely.

Parquet is for questions in SQL; what lies here says the same (test_encoded.py) and can be deleted: where any of it is
missing, `again` reads the Parquet files instead.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from ..common.mynumber import masked, might_hold
from ..common.problem import Problem
from .columns import WRITTEN, Batch
from .shards import DONE, parts, read
from .spread.packing import MAGIC, packed, unpacked

FOLDER, LEVEL = "encoded", 1
# One batch of any scan is far smaller: what unfolds to more was not written by us.
_LARGEST = 1 << 30
_SIZE = re.compile(re.escape(MAGIC) + rb'.{8}\{"size":(\d{1,12}),', re.DOTALL)


def keep(folder: Path, number: int, batch: Batch) -> None:
    """Writes one batch. Raises OSError."""
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    (place / f"{number:05d}.batch").write_bytes(zlib.compress(packed(batch, text=False), LEVEL))
    (place / f"{number:05d}.text").write_bytes(zlib.compress(_text(batch.raw), LEVEL))


def _text(raw: list[bytes]) -> bytes:
    """How long each text is, -1 where it is left out; then the texts."""
    kept = [b"" if one.startswith(WRITTEN) else one for one in raw]
    lengths = np.fromiter(map(len, kept), "<i8", len(kept))
    for i, one in enumerate(kept):
        try:
            text = one.decode()
        except UnicodeDecodeError:
            kept[i], lengths[i] = b"", -1
            continue
        if might_hold(text):
            kept[i] = masked(text)[0].encode()
            lengths[i] = len(kept[i])
    return b"".join([lengths.tobytes(), *kept])


def with_text(batch: Batch, file: Path) -> bool:
    """Gives a batch the text of its records as far as it was kept; whether that is all."""
    try:
        data = _opened(file.read_bytes())
        lengths = np.frombuffer(data, "<i8", len(batch))
        ends = lengths.nbytes + np.cumsum(np.maximum(lengths, 0))
        if len(ends) and ends[-1] != len(data):
            return False
    except (OSError, ValueError, zlib.error):
        return False
    batch.raw = [data[end - max(0, size) : end] for end, size in zip(ends.tolist(), lengths.tolist(), strict=True)]
    return not (lengths < 0).any()


def again(folder: Path, missing: Callable[[], object] | None = None) -> Iterator[Batch]:
    """Every event of a table, a batch at a time. Raises Problem("logs.not_shards").

    With `missing` the events have the text of their records; it is called where some of it was not kept.
    """
    parts(folder)  # says whether this is an event table at all
    files = sorted((folder / FOLDER).glob("*.batch"))
    try:
        whole = int(json.loads((folder / DONE).read_text(encoding="utf-8"))["rows"])
        if sum(map(_rows, files)) != whole:
            if missing:
                missing()
            yield from _all_of(read(folder), whole, folder)
            return
        for file in files:
            batch = _read(file.read_bytes())
            if missing and not with_text(batch, file.with_suffix(".text")):
                missing()
            yield batch
    except (OSError, ValueError, KeyError, TypeError, IndexError, zlib.error) as error:
        raise Problem("logs.not_shards", path=str(folder), exit=2) from error


def _all_of(batches: Iterable[Batch], whole: int, folder: Path) -> Iterator[Batch]:
    """These batches, and a refusal when they are not the whole table: a part of it is no answer."""
    rows = 0
    for batch in batches:
        rows += len(batch)
        yield batch
    if rows != whole:
        raise Problem("logs.not_shards", path=str(folder), exit=2)


def _rows(file: Path) -> int:
    """How many events a batch has, by its first bytes. Raises ValueError when these are not the bytes of a batch."""
    with file.open("rb") as handle:
        found = _SIZE.match(zlib.decompressobj().decompress(handle.read(1 << 16), 200))
    if not found:
        raise ValueError("no batch")
    return int(found[1])


def _read(data: bytes) -> Batch:
    """Raises ValueError when these are not the bytes of a batch."""
    return unpacked(_opened(data))


def _opened(data: bytes) -> bytes:
    opened = zlib.decompressobj()
    plain = opened.decompress(data, _LARGEST)
    if opened.unconsumed_tail or not opened.eof:
        raise ValueError("no batch")
    return plain
