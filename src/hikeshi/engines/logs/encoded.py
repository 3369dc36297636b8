"""The batches of an event table as they were read, beside its Parquet files: rules run again without any decoding.

    DIR/encoded/00001.batch        zlib over spread/packing.py, without the records' text

Parquet is for questions in SQL; what lies here says the same (test_encoded.py) and can be deleted: where any of it is
missing, `again` reads the Parquet files instead.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..common.problem import Problem
from .columns import Batch
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


def again(folder: Path) -> Iterator[Batch]:
    """Every event of a table, a batch at a time. Raises Problem("logs.not_shards")."""
    parts(folder)  # says whether this is an event table at all
    files = sorted((folder / FOLDER).glob("*.batch"))
    try:
        whole = int(json.loads((folder / DONE).read_text(encoding="utf-8"))["rows"])
        if sum(map(_rows, files)) != whole:
            yield from _all_of(read(folder), whole, folder)
            return
        for file in files:
            yield _read(file.read_bytes())
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
    opened = zlib.decompressobj()
    plain = opened.decompress(data, _LARGEST)
    if opened.unconsumed_tail or not opened.eof:
        raise ValueError("no batch")
    return unpacked(plain)
