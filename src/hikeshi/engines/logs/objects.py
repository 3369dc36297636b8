"""Records that are no lines: what a framing (EVTX, JSON, CSV, XML …) unpacks as objects, and a format makes events of.

A framing says `frames(head, name)` and yields Objects; a format says `recognises(obj, name)` and reads them. Both are
folders under parsers/, found by being there. See docs/kinds/parser.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson

from ..common.encodings import Encoding
from ..common.walk import Stream
from . import formats
from .lines import Chunk
from .table import Context, Table

Object = dict[str, Any]
_SHAPES = 5_000


@dataclass(slots=True)
class Source:
    """One file as a framing gets it: read once and in order from `stream`, whose first bytes are in `head` already.

    `path` is the file itself where it is neither packed nor in an archive, for parsers that need one on disk.
    """

    shown: str
    head: bytes
    stream: Stream
    encoding: Encoding
    context: Context
    path: Path | None = None
    reopen: Callable[[], Stream] | None = None

    def read(self, size: int) -> bytes:
        """At most `size` bytes, the head first; b"" at the end."""
        if self.head:
            given, self.head = self.head[:size], self.head[size:]
            return given
        return self.stream.read(size)

    def whole(self, most: int) -> bytes | None:
        """All bytes of a file that must be held whole; None when they are more than `most`."""
        parts, size = [], 0
        while part := self.read(1 << 20):
            size += len(part)
            if size > most:
                return None
            parts.append(part)
        return b"".join(parts)


class Objects:
    """Some records: `objects[i]` was read from `raw[i]`, which is record `first + i` and begins at byte `offsets[i]`.

    `broken` are records that could not be read, as (number, offset, raw); they are counted, and the first are kept.
    A framing that can cut all of them up for their format (see parsers/windows/heads.py) puts them into `cut` instead;
    they are read whole when somebody asks for `objects`.
    """

    __slots__ = ("_objects", "broken", "cut", "first", "offsets", "raw")

    def __init__(
        self,
        objects: list[Object],
        raw: list[bytes],
        first: int,
        offsets: Sequence[int],
        broken: list[tuple[int, int, bytes]] | None = None,
    ) -> None:
        self._objects, self.raw, self.first, self.offsets = objects, raw, first, offsets
        self.broken = [] if broken is None else broken
        self.cut: list[Any] = []

    @property
    def objects(self) -> list[Object]:
        if self.cut:
            self._objects, self.cut = [*map(orjson.loads, self.raw)], []
        return self._objects

    def chunk(self, encoding: Encoding) -> Chunk:
        return Chunk(self.raw, self.first, 0, encoding, offsets=self.offsets)


@cache
def framings() -> dict[str, ModuleType]:
    return {name: module for name, module in formats.all_formats().items() if hasattr(module, "frames")}


@cache
def object_formats() -> dict[str, ModuleType]:
    return {name: module for name, module in formats.all_formats().items() if hasattr(module, "read_objects")}


def framing_of(head: bytes, name: str) -> tuple[str, float]:
    """The framing that fits these first bytes best, and how well (0 to 1)."""
    best, share = "", 0.0
    for one, module in framings().items():
        found = module.frames(head, name)
        if found > share:
            best, share = one, found
    return best, share


class Dispatch:
    """Gives each object to the format that knows its shape; a shape is looked at once."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._of: dict[tuple[str, ...], str] = {}

    def read(self, some: Objects, context: Context) -> tuple[list[Table], list[int]]:
        """The same of a framing's records, which may be cut up."""
        if some.cut:
            whole: Object = orjson.loads(some.raw[0])
            (name,) = self._groups([whole])
            if name and hasattr(module := object_formats()[name], "read_cut"):
                tables = module.read_cut(some.cut, some.raw, context)
                return tables, _left(tables, len(some.raw))
        return self.tables(some.objects, context)

    def tables(self, objects: Sequence[Object], context: Context) -> tuple[list[Table], list[int]]:
        """The events of these objects, and the indexes of those that no format could read."""
        tables: list[Table] = []
        for name, rows in self._groups(objects).items():
            if name:
                some = objects if len(rows) == len(objects) else [objects[i] for i in rows]
                read = object_formats()[name].read_objects(some, rows, context)
                tables += read if isinstance(read, list) else [read]
        return tables, _left(tables, len(objects))

    def _groups(self, objects: Sequence[Object]) -> dict[str, list[int]]:
        """The indexes of the objects of each format."""
        shapes = [*map(tuple, objects)]
        distinct = set(shapes)
        for shape in distinct - self._of.keys() if len(distinct) < _SHAPES else ():
            if len(self._of) < _SHAPES:
                self._of[shape] = self._recognise(objects[shapes.index(shape)])
        if len(distinct) == 1 and (name := self._of.get(shapes[0])) is not None:
            return {name: list(range(len(objects)))}
        groups: dict[str, list[int]] = {}
        for i, shape in enumerate(shapes):
            name = self._of.get(shape)
            groups.setdefault(self._recognise(objects[i]) if name is None else name, []).append(i)
        return groups

    def _recognise(self, obj: Object) -> str:
        best, share = "", 0.0
        for name, module in object_formats().items():
            found = float(module.recognises(obj, self._shown))
            if found > share:
                best, share = name, found
        return best


def _left(tables: Sequence[Table], size: int) -> list[int]:
    """The indexes that are in none of these tables."""
    if sum(map(len, tables)) == size:
        return []
    done = {row for table in tables for row in table.rows}
    return [i for i in range(size) if i not in done]
