"""Writes small EVTX files for tests: records of plain BinXML, names in their places, no templates."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime
from typing import Any

Element = tuple[str, dict[str, Any], "str | int | list[Element] | None"]
CHUNK, HEADER = 1 << 16, 4096
_SECURITY = "Microsoft-Windows-Security-Auditing"


def event(
    number: int,
    data: dict[str, Any] | list[Element] | None = None,
    *,
    provider: str = _SECURITY,
    channel: str = "Security",
    computer: str = "PC-HANAKO",
    second: int = 0,
    record: int = 1,
    keywords: str = "0x8020000000000000",
    part: str = "EventData",
) -> Element:
    """An event of 2026-11-23T10:00 UTC, `second` seconds later; `data` are named fields, or elements as they are."""
    stamp = datetime(2026, 11, 23, 10, second // 60, second % 60, 250_000, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    fields = data
    if isinstance(data, dict):
        fields = [("Data", {"Name": name}, value) for name, value in data.items()]
    system: list[Element] = [
        ("Provider", {"Name": provider}, None),
        ("EventID", {}, number),
        ("Version", {}, 0),
        ("Level", {}, 0),
        ("Task", {}, 0),
        ("Opcode", {}, 0),
        ("Keywords", {}, keywords),
        ("TimeCreated", {"SystemTime": stamp}, None),
        ("EventRecordID", {}, record),
        ("Correlation", {}, None),
        ("Execution", {"ProcessID": 4, "ThreadID": 8}, None),
        ("Channel", {}, channel),
        ("Computer", {}, computer),
        ("Security", {"UserID": "S-1-5-18"}, None),
    ]
    return "Event", {}, [("System", {}, system), *([(part, {}, fields)] if fields is not None else [])]  # type: ignore[list-item]


def evtx_file(*chunks: list[Element]) -> bytes:
    """A file; each list of events is a chunk."""
    fixed = struct.pack("<8sQQQIHHHH", b"ElfFile\0", 0, len(chunks) - 1, 2, 128, 1, 3, 4096, len(chunks)).ljust(
        120, b"\0"
    )
    header = (fixed + struct.pack("<II", 0, zlib.crc32(fixed))).ljust(4096, b"\0")
    number, made = 1, []
    for events in chunks:
        made.append(chunk(events, number))
        number += len(events)
    return header + b"".join(made)


def chunk(events: list[Element], first: int = 1) -> bytes:
    out = bytearray(512)
    at = 0
    for number, one in enumerate(events, first):
        at = len(out)
        out += struct.pack("<4sIQQ", b"**\0\0", 0, number, 134_000_000_000_000_000)
        out += b"\x0f\x01\x01\x00"
        _element(out, one)
        out += b"\0"
        size = len(out) + 4 - at
        out += struct.pack("<I", size)
        struct.pack_into("<I", out, at + 4, size)
    return _closed(out, first, first + len(events) - 1, at)


def _closed(out: bytearray, first: int, last: int, at: int) -> bytes:
    """A chunk with its head; its last record begins at `at`."""
    struct.pack_into(
        "<8sQQQQIIII", out, 0, b"ElfChnk\0", first, last, first, last, 128, at, len(out), zlib.crc32(out[512:])
    )
    struct.pack_into("<I", out, 124, zlib.crc32(out[:120] + out[128:512]))
    assert len(out) <= CHUNK
    return bytes(out).ljust(CHUNK, b"\0")


def unfolding(one: Element, records: int) -> bytes:
    """A file of one chunk whose first record holds a template, and the others only where it is."""
    out, place, at = bytearray(512), 0, 0
    for number in range(1, records + 1):
        at = len(out)
        out += struct.pack("<4sIQQ", b"**\0\0", 0, number, 134_000_000_000_000_000)
        out += b"\x0f\x01\x01\x00" + struct.pack("<BBI", 0x0C, 1, 7)
        if place:
            out += struct.pack("<I", place)
        else:
            place = len(out) + 4
            out += struct.pack("<II", place, 0) + b"\7" * 16 + b"\0\0\0\0"
            begin = len(out)
            out += b"\x0f\x01\x01\x00"
            _element(out, one, b"\xff\xff")
            out += b"\0"
            struct.pack_into("<I", out, begin - 4, len(out) - begin)
        out += struct.pack("<I", 0)  # nothing to fill in
        size = len(out) + 4 - at
        out += struct.pack("<I", size)
        struct.pack_into("<I", out, at + 4, size)
    return evtx_file([])[:HEADER] + _closed(out, 1, records, at)


def _element(out: bytearray, element: Element, dependency: bytes = b"") -> None:
    """`dependency`: two bytes that elements of a template have, and others have not."""
    name, attributes, content = element
    out += struct.pack("<B", 0x41 if attributes else 0x01) + dependency + b"\0\0\0\0"
    size_at = len(out) - 4
    _name(out, name)
    if attributes:
        list_at = len(out)
        out += b"\0\0\0\0"
        for i, (key, value) in enumerate(attributes.items(), 1):
            out += b"\x06" if i == len(attributes) else b"\x46"
            _name(out, key)
            _value(out, str(value))
        struct.pack_into("<I", out, list_at, len(out) - list_at - 4)
    if content is None:
        out += b"\x03"
    else:
        out += b"\x02"
        if isinstance(content, list):
            for one in content:
                _element(out, one, dependency)
        else:
            _value(out, str(content))
        out += b"\x04"
    struct.pack_into("<I", out, size_at, len(out) - size_at - 4)


def _name(out: bytearray, name: str) -> None:
    out += struct.pack("<I", len(out) + 4)
    out += struct.pack("<IHH", 0, 0, len(name)) + name.encode("utf-16-le") + b"\0\0"


def _value(out: bytearray, text: str) -> None:
    raw = text.encode("utf-16-le")
    out += struct.pack("<BBH", 0x05, 0x01, len(raw) // 2) + raw
