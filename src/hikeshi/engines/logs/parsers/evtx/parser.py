"""Windows event log files (.evtx): unpacks the records of each 64 KB chunk, whatever happened to the others.

A framing: what the events say is read by the `windows` format.
"""

from __future__ import annotations

import io
import struct
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

import evtx
import orjson

from ...objects import Object, Objects, Source
from ..windows.heads import Heads

FIELDS = (("objects", "{'Event': {'System': …, 'EventData': …}}, one a record, as the file holds it"),)
HEADER, CHUNK = 4096, 1 << 16
_BLOCK = 16 * CHUNK
_FIRST = 512  # where the records of a chunk begin
_FILE, _CHUNK, _RECORD = b"ElfFile\0", b"ElfChnk\0", b"**\0\0"
_EMPTY = bytes(CHUNK)
_BUCKETS, _LINK, _HEAD = struct.Struct("<96I"), struct.Struct("<I"), struct.Struct("<4sIQ")
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
    batch, heads = Objects([], [], first, []), Heads()
    size = 0
    for chunk in _chunks(source):
        size += _read(chunk, at, batch, heads)
        at += CHUNK
        if size > _BATCH_BYTES or len(batch.raw) >= _BATCH_OBJECTS or len(batch.broken) >= _BATCH_OBJECTS:
            yield batch
            batch, size = Objects([], [], batch.first + len(batch.raw) + len(batch.broken), []), 0
    if batch.raw or batch.broken:
        yield batch


def _chunks(source: Source) -> Iterator[bytes]:
    while block := _exactly(source, _BLOCK):
        for at in range(0, len(block), CHUNK):
            yield block[at : at + CHUNK]


def _exactly(source: Source, size: int) -> bytes:
    parts = []
    while size and (part := source.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _read(chunk: bytes, at: int, batch: Objects, heads: Heads) -> int:
    """Adds a chunk's records to the batch; answers the bytes of text that they are."""
    if chunk == _EMPTY:  # the space that Windows leaves at the end
        return 0
    places = _records(chunk)
    if not places and not chunk.startswith(_CHUNK):
        if chunk.strip(b"\0"):  # neither records nor empty space
            batch.broken.append((batch.first + len(batch.raw) + len(batch.broken), at, chunk[:200]))
        return 0
    found = _parsed(chunk)
    texts = [record["data"] for record in found]
    numbers = [record["event_record_id"] for record in found]
    if numbers == [number for _, _, number in places] and len(set(numbers)) == len(numbers):
        raw = [*map(str.encode, texts)]
        try:  # the way a chunk should be
            if len(batch.cut) == len(batch.raw) and (parts := heads.cut(raw)):
                batch.cut += parts
            else:
                batch.objects.extend([*map(orjson.loads, texts)])
        except orjson.JSONDecodeError:
            pass
        else:
            batch.raw += raw
            batch.offsets += [at + place for place, _, _ in places]  # type: ignore[operator]
            return sum(map(len, texts))
    return _one_by_one(chunk, at, batch, places, zip(numbers, texts, strict=True))


def _one_by_one(
    chunk: bytes, at: int, batch: Objects, places: list[tuple[int, int, int]], found: Iterable[tuple[int, str]]
) -> int:
    """A chunk with damage: each record goes to the place that has its number; places without one are broken."""
    offsets: dict[int, deque[tuple[int, int]]] = {}
    for place, length, number in places:
        offsets.setdefault(number, deque()).append((place, length))
    assert isinstance(batch.offsets, list)
    size = 0
    for number, text in found:
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
            number = batch.first + len(batch.raw) + len(batch.broken)
            batch.broken.append((number, at + place, chunk[place : place + min(length, 400)]))
    return size


def _parsed(chunk: bytes) -> list[dict[str, Any]]:
    """The records of one chunk, as a file of its own, so that nothing in it can harm the others."""
    found: list[dict[str, Any]] = []
    whole = _HEADER + _without_cycles((_CHUNK + chunk[8:]).ljust(CHUNK, b"\0"))
    try:
        # Text that is no Unicode was written by a program in this country's code page.
        records = evtx.PyEvtxParser(io.BytesIO(whole), number_of_threads=1, ansi_codec="shift_jis").records_json()
    except (RuntimeError, ValueError, OSError):
        return found
    until, text, now = time.monotonic() + _MOST_SECONDS, 0, time.monotonic
    for _ in range(CHUNK // 24):  # more records than this do not fit
        try:
            for record in records:
                if record is None:
                    break
                text += len(record["data"])
                if text > _MOST_TEXT or now() > until or len(found) >= CHUNK // 24:
                    return found
                found.append(record)
            return found
        except (RuntimeError, ValueError, OSError):
            continue
        except BaseException as error:
            # A panic of the library is a BaseException of its own; the chunk's other records are lost with it.
            if type(error).__name__ != "PanicException":
                raise
            return found
    return found


def _without_cycles(chunk: bytes) -> bytes:
    """A chunk keeps its names and templates in 96 linked lists; one that bites its tail would be followed for ever."""
    mended = None
    follow = _LINK.unpack_from
    for bucket, start in enumerate(_BUCKETS.unpack_from(chunk, 128)):
        if not start or (start <= CHUNK - 4 and not follow(chunk, start)[0]):
            continue  # empty, or a single name: most are
        seen: set[int] = set()
        while 0 < start <= CHUNK - 4 and start not in seen:
            seen.add(start)
            (start,) = follow(chunk, start)
        if start in seen:
            mended = mended or bytearray(chunk)
            # Only the list is cut: what records point to by offset is still found.
            _LINK.pack_into(mended, 128 + 4 * bucket, 0)
    return chunk if mended is None else bytes(mended)


def _records(chunk: bytes) -> list[tuple[int, int, int]]:
    """(place, length, number) of each record as the chunk's own chain has them."""
    found: list[tuple[int, int, int]] = []
    read = _HEAD.unpack_from
    at, end = _FIRST, len(chunk)
    if chunk.startswith(_CHUNK) and len(chunk) >= 52:
        end = min(max(struct.unpack_from("<I", chunk, 48)[0], _FIRST), CHUNK)
    while at + 28 <= end and at + 16 <= len(chunk):
        magic, length, number = read(chunk, at)
        if magic != _RECORD:
            # A damaged record: the chain goes on at the next one, which begins at a multiple of eight.
            following = chunk.find(_RECORD, at + 4, end) if found else -1
            if following < 0:
                break
            at = following
            continue
        found.append((at, length, number))
        at += length if 28 <= length <= CHUNK else 8
    return found


def _header() -> bytes:
    """The header of a file of one chunk."""
    fixed = struct.pack("<8sQQQIHHHH", _FILE, 0, 0, 2, 128, 1, 3, HEADER, 1)
    return fixed.ljust(HEADER, b"\0")


_HEADER = _header()
