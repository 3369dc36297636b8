"""The compound files of old Office and of Outlook's messages: what streams lie in them, and their bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ..common.problem import Problem
from .source import Source

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE, _END = 0xFFFFFFFF, 0xFFFFFFFE
_MOST = 1 << 20
_ENTRY = 128


def is_ole(head: bytes) -> bool:
    return head.startswith(MAGIC)


def streams(source: Source) -> frozenset[str]:
    """The names of the streams at any depth; empty when it is broken."""
    try:
        return frozenset(name.rsplit("/", 1)[-1] for name in Compound(source).names())
    except Problem:
        return frozenset()


class Compound:
    """A compound file, by [MS-CFB]. Chains that run in a circle or out of the file end in Problem("privacy.broken")."""

    def __init__(self, source: Source) -> None:
        self._shown = source.shown
        self._file = source.file()
        head = self._file.read(512)
        try:
            self._shift, mini = struct.unpack_from("<HH", head, 30)
            fats, first_dir, _, self._cutoff, mini_fat, _, difat, _ = struct.unpack_from("<IIIIIIII", head, 44)
            if self._shift not in (9, 12) or mini != 6:
                raise self._broken()
            self._size = 1 << self._shift
            table = list(struct.unpack_from("<109I", head, 76))
            seen = 0
            while difat < _END and seen < 4096:
                sector = struct.unpack(f"<{self._size // 4}I", self._sector(difat))
                table += sector[:-1]
                difat, seen = sector[-1], seen + 1
            self._fat: list[int] = []
            for number in table[: min(fats, len(table))]:
                if number < _END:
                    self._fat += struct.unpack(f"<{self._size // 4}I", self._sector(number))
            self._mini_fat: list[int] = []
            if mini_fat < _END:
                data = self._chain(mini_fat)
                self._mini_fat = list(struct.unpack(f"<{len(data) // 4}I", data))
            self._entries = list(self._directory(self._chain(first_dir)))
            self._mini = self._chain(self._entries[0][2]) if self._entries and self._entries[0][2] < _END else b""
        except (struct.error, IndexError, OverflowError, MemoryError):
            raise self._broken() from None

    def names(self) -> list[str]:
        """The path of each stream."""
        return list(self._paths())

    def read(self, path: str) -> bytes:
        """The bytes of one stream."""
        start, size = self._paths()[path]
        if size < self._cutoff:
            data, seen, number = bytearray(), 0, start
            while number < _END and len(data) < size and seen < _MOST:
                data += self._mini[number * 64 : number * 64 + 64]
                number = self._mini_fat[number] if number < len(self._mini_fat) else _END
                seen += 1
            return bytes(data[:size])
        return self._chain(start)[:size]

    def _broken(self) -> Problem:
        return Problem("privacy.broken", path=self._shown)

    def _sector(self, number: int) -> bytes:
        self._file.seek((number + 1) << self._shift)
        data = self._file.read(self._size)
        if len(data) < self._size:
            data = data.ljust(self._size, b"\0")
        return data

    def _chain(self, number: int) -> bytes:
        parts, seen = [], 0
        while number < _END:
            if number >= len(self._fat) or seen > len(self._fat) or seen > _MOST:
                raise self._broken()
            parts.append(self._sector(number))
            number, seen = self._fat[number], seen + 1
        return b"".join(parts)

    def _directory(self, data: bytes) -> Iterator[tuple[str, int, int, int, tuple[int, int, int]]]:
        for at in range(0, len(data) - _ENTRY + 1, _ENTRY):
            entry = data[at : at + _ENTRY]
            length, kind = struct.unpack_from("<HB", entry, 64)
            name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            left, right, child = struct.unpack_from("<III", entry, 68)
            start, size = struct.unpack_from("<II", entry, 116)
            yield name, kind, start, size, (left, right, child)

    def _paths(self) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        todo, seen = [(self._entries[0][4][2], "")] if self._entries else [], set()
        while todo:
            number, folder = todo.pop()
            if number >= len(self._entries) or number in seen:
                continue
            seen.add(number)
            name, kind, start, size, (left, right, child) = self._entries[number]
            todo += [(left, folder), (right, folder)]
            if kind == 1:
                todo.append((child, f"{folder}{name}/"))
            elif kind == 2:
                found[f"{folder}{name}"] = (start, size)
        return found
