"""The batches of an event table as they were read, beside its Parquet files: rules run again without any decoding.

    DIR/encoded/00001.batch        zlib over spread/packing.py, without the records' text

Parquet is for questions in SQL; what lies here says the same (test_encoded.py) and can be deleted: then `again` reads
the Parquet files instead.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

from ..common.problem import Problem
from .columns import Batch
from .shards import parts, read
from .spread.packing import packed, unpacked

FOLDER, LEVEL = "encoded", 1
# One batch of any scan is far smaller: what unfolds to more was not written by us.
_LARGEST = 1 << 30


def keep(folder: Path, number: int, batch: Batch) -> None:
    """Writes one batch. Raises OSError."""
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    (place / f"{number:05d}.batch").write_bytes(zlib.compress(packed(batch, text=False), LEVEL))


def again(folder: Path) -> Iterator[Batch]:
    """Every event of a table, a batch at a time. Raises Problem("logs.not_shards")."""
    parts(folder)  # says whether this is an event table at all
    files = sorted((folder / FOLDER).glob("*.batch"))
    if not files:
        yield from read(folder)
    for file in files:
        try:
            batch = _read(file.read_bytes())
        except (OSError, ValueError, KeyError, TypeError, IndexError, zlib.error) as error:
            raise Problem("logs.not_shards", path=str(folder), exit=2) from error
        yield batch


def _read(data: bytes) -> Batch:
    """Raises ValueError when these are not the bytes of a batch."""
    opened = zlib.decompressobj()
    plain = opened.decompress(data, _LARGEST)
    if opened.unconsumed_tail or not opened.eof:
        raise ValueError("no batch")
    return unpacked(plain)
