"""Windows event log files (.evtx): unpacks the records of each 64 KB chunk, whatever happened to the others.

A framing: what the events say is read by the `windows` format.
"""

from __future__ import annotations

import io
import struct
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import evtx
import orjson

from ...objects import Object, Objects, Source

FIELDS = (("objects", "{'Event': {'System': …, 'EventData': …}}, one a record, as the file holds it"),)
HEADER, CHUNK = 4096, 1 << 16
_FIRST = 512  # where the records of a chunk begin
_FILE, _CHUNK, _RECORD = b"ElfFile\0", b"ElfChnk\0", b"**\0\0"
_BUCKETS, _LINK = struct.Struct("<96I"), struct.Struct("<I")
_BATCH_OBJECTS, _BATCH_BYTES = 4096, 8 << 20
# Templates can be made to unfold; a chunk of 64 KB has no honest reason for more than this.
_MOST_SECONDS, _MOST_TEXT = 20.0, 64 << 20


def frames(head: bytes, name: str) -> float:
    """A file begins with its header; a chunk that was carved out of a disk, with the chunk's."""
    return 1.0 if head.startswith((_FILE, _CHUNK)) else 0.0


def objects(source: Source) -> Iterator[Objects]:
    first, at = 1, 0
    if source.head.startswith(_FILE):
        _exactly(source, HEADER)
        at = HEADER
    batch = Objects([], [], first, [])
    size = 0
    while chunk := _exactly(source, CHUNK):
        size += _read(chunk, at, batch)
        at += CHUNK
        if size > _BATCH_BYTES or len(batch.objects) >= _BATCH_OBJECTS or len(batch.broken) >= _BATCH_OBJECTS:
            yield batch
            batch, size = Objects([], [], batch.first + len(batch.objects) + len(batch.broken), []), 0
    if batch.objects or batch.broken:
        yield batch


def _exactly(source: Source, size: int) -> bytes:
    parts = []
    while size and (part := source.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _read(chunk: bytes, at: int, batch: Objects) -> int:
    """Adds a chunk's records to the batch; answers the bytes of text that they are."""
    places = _records(chunk)
    if not places and not chunk.startswith(_CHUNK):
        if chunk.strip(b"\0"):  # neither records nor the empty space that Windows leaves at the end
            batch.broken.append((batch.first + len(batch.objects) + len(batch.broken), at, chunk[:200]))
        return 0
    offsets: dict[int, deque[tuple[int, int]]] = {}
    for place, length, number in places:
        offsets.setdefault(number, deque()).append((place, length))
    assert isinstance(batch.offsets, list)
    size = 0
    for record in _parsed(chunk):
        text = record["data"]
        number = record["event_record_id"]
        try:
            obj: Object = orjson.loads(text)
        except orjson.JSONDecodeError:
            continue
        known = offsets.get(number)
        place = known.popleft()[0] if known else 0
        batch.objects.append(obj)
        batch.raw.append(text.encode())
        batch.offsets.append(at + place)
        size += len(text)
    for left in offsets.values():
        for place, length in left:
            number = batch.first + len(batch.objects) + len(batch.broken)
            batch.broken.append((number, at + place, chunk[place : place + min(length, 400)]))
    return size


def _parsed(chunk: bytes) -> Iterator[dict[str, Any]]:
    """The records of one chunk, as a file of its own, so that nothing in it can harm the others."""
    whole = _HEADER + _without_cycles((_CHUNK + chunk[8:]).ljust(CHUNK, b"\0"))
    try:
        # Text that is no Unicode was written by a program in this country's code page.
        records = evtx.PyEvtxParser(io.BytesIO(whole), number_of_threads=1, ansi_codec="shift_jis").records_json()
    except (RuntimeError, ValueError, OSError):
        return
    until, text = time.monotonic() + _MOST_SECONDS, 0
    for _ in range(CHUNK // 24):  # more records than this do not fit
        try:
            record = next(records, None)
        except (RuntimeError, ValueError, OSError):
            continue
        except BaseException as error:
            # A panic of the library is a BaseException of its own; the chunk's other records are lost with it.
            if type(error).__name__ != "PanicException":
                raise
            return
        if record is None:
            return
        text += len(record["data"])
        if text > _MOST_TEXT or time.monotonic() > until:
            return
        yield record


def _without_cycles(chunk: bytes) -> bytes:
    """A chunk keeps its names and templates in 96 linked lists; one that bites its tail would be followed for ever."""
    mended = None
    for bucket, start in enumerate(_BUCKETS.unpack_from(chunk, 128)):
        seen: set[int] = set()
        while 0 < start <= CHUNK - 4 and start not in seen:
            seen.add(start)
            (start,) = _LINK.unpack_from(chunk, start)
        if start in seen:
            mended = mended or bytearray(chunk)
            # Only the list is cut: what records point to by offset is still found.
            _LINK.pack_into(mended, 128 + 4 * bucket, 0)
    return chunk if mended is None else bytes(mended)


def _records(chunk: bytes) -> list[tuple[int, int, int]]:
    """(place, length, number) of each record as the chunk's own chain has them."""
    found: list[tuple[int, int, int]] = []
    at, end = _FIRST, len(chunk)
    if chunk.startswith(_CHUNK) and len(chunk) >= 52:
        end = min(max(struct.unpack_from("<I", chunk, 48)[0], _FIRST), CHUNK)
    while at + 28 <= end:
        if chunk[at : at + 4] != _RECORD:
            # A damaged record: the chain goes on at the next one, which begins at a multiple of eight.
            following = chunk.find(_RECORD, at + 4, end)
            if following < 0 or not found:
                break
            at = following
            continue
        length, number = struct.unpack_from("<IQ", chunk, at + 4)
        found.append((at, length, number))
        at += length if 28 <= length <= CHUNK else 8
    return found


def _header() -> bytes:
    """The header of a file of one chunk."""
    fixed = struct.pack("<8sQQQIHHHH", _FILE, 0, 0, 2, 128, 1, 3, HEADER, 1)
    return fixed.ljust(HEADER, b"\0")


_HEADER = _header()
