"""A second reader of EVTX files, for the tests: slow, plain, and written from the format's description alone.

It shares nothing with the library that the product reads with. A record comes out as the leaves of its XML: where each
stands (`System/Execution@ProcessID`, `EventData/TargetUserName`) and what it says.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

CHUNK, HEADER = 1 << 16, 4096
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
Leaf = tuple[str, str]


class Element(NamedTuple):
    name: str
    attributes: dict[str, list[Any]]
    inside: list[Any]  # elements, texts, and (in a template) places to fill in


class Place(NamedTuple):
    """Where a template takes a value of its record."""

    number: int
    optional: bool


def records(data: bytes) -> Iterator[tuple[int, list[Leaf]]]:
    """The number of each record of a file, and what is said in it; what is empty says nothing."""
    for at in range(HEADER, len(data) - CHUNK + 1, CHUNK):
        chunk = data[at : at + CHUNK]
        if not chunk.startswith(b"ElfChnk\0"):
            continue
        (end,) = struct.unpack_from("<I", chunk, 48)
        place = 512
        while place < end and chunk.startswith(b"**\0\0", place):
            size, number = struct.unpack_from("<IQ", chunk, place + 4)
            (root,) = _Reader(chunk, place + 24).fragment()
            leaves = (leaf for part in root.inside for leaf in _leaves(part, ""))
            yield number, [leaf for leaf in leaves if leaf[1]]
            place += size


def _leaves(one: Element, above: str) -> Iterator[Leaf]:
    """What an element says itself, in its attributes and within; a field of EventData stands under its own name."""
    named = "".join(map(str, one.attributes.get("Name", []))) if one.name == "Data" else ""
    place = f"{above}/{named or one.name}".lstrip("/")
    for key, value in one.attributes.items():
        if not (named and key == "Name"):
            yield f"{place}@{key}", "".join(map(str, value))
    said = ""
    for part in one.inside:
        if isinstance(part, Element):
            yield from _leaves(part, place)
        elif isinstance(part, list):
            yield from ((place, text) for text in part)
        else:
            said += part
    yield place, said


class _Reader:
    """Reads BinXML at a place of a chunk; elements of a template have two bytes more than others."""

    def __init__(self, chunk: bytes, at: int, template: bool = False) -> None:
        self.chunk, self.at, self.template = chunk, at, template

    def take(self, form: str) -> Any:
        values = struct.unpack_from("<" + form, self.chunk, self.at)
        self.at += struct.calcsize("<" + form)
        return values[0] if len(values) == 1 else values

    def name(self) -> str:
        """Names stand where they were first used, and elsewhere are pointed at."""
        place = self.take("I")
        length = struct.unpack_from("<H", self.chunk, place + 6)[0]
        if place == self.at:
            self.at += 8 + 2 * length + 2
        return self.chunk[place + 8 : place + 8 + 2 * length].decode("utf-16-le")

    def fragment(self) -> list[Any]:
        found: list[Any] = []
        while True:
            token = self.take("B")
            if token == 0x00:
                return found
            if token == 0x0F:
                self.at += 3
            elif token == 0x0C:
                found += self.instance()
            elif token & 0xBF == 0x01:
                found.append(self.element(token))
            else:
                raise AssertionError(f"token {token:#x} at {self.at}")

    def element(self, token: int) -> Element:
        if self.template:
            self.at += 2
        self.at += 4
        made = Element(self.name(), {}, [])
        if token & 0x40:
            self.at += 4
            while self.chunk[self.at] & 0xBF == 0x06:
                self.at += 1
                key = self.name()
                made.attributes[key] = self.content()
        if self.take("B") == 0x02:
            made.inside.extend(self.content())
            assert self.take("B") == 0x04
        return made

    def content(self) -> list[Any]:
        """Texts, elements and places, up to what ends them."""
        found: list[Any] = []
        while True:
            token = self.chunk[self.at]
            if token & 0xBF in (0x02, 0x03, 0x04, 0x06) or token == 0:
                return found
            self.at += 1
            if token & 0xBF == 0x01:
                found.append(self.element(token))
            elif token & 0xBF == 0x05:
                assert self.take("B") == 0x01
                found.append(self.text())
            elif token in (0x0D, 0x0E):
                number, _ = self.take("HB")
                found.append(Place(number, token == 0x0E))
            elif token & 0xBF == 0x08:
                found.append(chr(self.take("H")))
            elif token & 0xBF == 0x09:
                found.append({"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}[self.name()])
            elif token & 0xBF == 0x07:
                found.append(self.text())
            else:
                raise AssertionError(f"token {token:#x} at {self.at}")

    def text(self) -> str:
        length = self.take("H")
        self.at += 2 * length
        return self.chunk[self.at - 2 * length : self.at].decode("utf-16-le", "surrogatepass")

    def instance(self) -> list[Any]:
        _, _, place = self.take("BII")
        if place == self.at:
            (size,) = struct.unpack_from("<I", self.chunk, place + 20)
            self.at += 24 + size
        kinds = [self.take("HBB")[:2] for _ in range(self.take("I"))]
        values = []
        for size, kind in kinds:
            values.append(_value(self.chunk, self.at, size, kind))
            self.at += size
        return [_filled(one, values) for one in _Reader(self.chunk, place + 24, True).fragment()]


def _filled(one: Element, values: list[Any]) -> Element:
    """A template's element with its places filled."""

    def fill(parts: list[Any]) -> list[Any]:
        out: list[Any] = []
        for part in parts:
            if isinstance(part, Place):
                value = values[part.number] if part.number < len(values) else None
                if isinstance(value, list) and value and isinstance(value[0], Element):
                    out += value
                elif value is not None:
                    out.append(value)
            else:
                out.append(_filled(part, values) if isinstance(part, Element) else part)
        return out

    return Element(one.name, {key: fill(value) for key, value in one.attributes.items()}, fill(one.inside))


WHOLE = {3: "b", 4: "B", 5: "h", 6: "H", 7: "i", 8: "I", 9: "q", 10: "Q", 11: "f", 12: "d"}


def _value(chunk: bytes, at: int, size: int, kind: int) -> Any:
    """As text; None where there is none; a list of texts, or of elements where BinXML stands within."""
    raw = chunk[at : at + size]
    if kind == 0 or not size:
        return None
    if kind == 0x21:
        return _Reader(chunk, at, True).fragment()
    if kind == 0x81:
        return raw.decode("utf-16-le", "surrogatepass").rstrip("\0").split("\0")
    if kind & 0x80:
        width = struct.calcsize(WHOLE[kind & 0x7F])
        return [str(_value(raw, n, width, kind & 0x7F)) for n in range(0, size, width)]
    if kind == 1:
        return raw.decode("utf-16-le", "surrogatepass").rstrip("\0")
    if kind == 2:
        return raw.decode("cp1252").rstrip("\0")
    if kind in WHOLE:
        return str(struct.unpack("<" + WHOLE[kind], raw)[0])
    return _other(raw, kind)


def _other(raw: bytes, kind: int) -> str:
    if kind == 13:
        return "true" if any(raw) else "false"
    if kind == 14:
        return raw.hex().upper()
    if kind == 15:
        return str(UUID(bytes_le=raw)).upper()
    if kind == 17:
        moment = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=int.from_bytes(raw, "little") // 10)
        return moment.strftime(TIME)
    if kind == 18:
        year, month, _, day, hour, minute, second, part = struct.unpack("<8H", raw)
        return datetime(year, month, day, hour, minute, second, part * 1000, tzinfo=UTC).strftime(TIME)
    if kind == 19:
        parts = struct.unpack(f"<{raw[1]}I", raw[8 : 8 + 4 * raw[1]])
        return "-".join(["S", str(raw[0]), str(int.from_bytes(raw[2:8], "big")), *map(str, parts)])
    if kind in (16, 20, 21):
        return hex(int.from_bytes(raw, "little"))
    raise AssertionError(f"value of kind {kind:#x}")
