"""Zeek's own files: lines of tabs under a header of #fields and #types; a new header may come at any line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...objects import Object, Objects, Source

_BLOCK, _LONGEST, _BATCH, _BATCH_BYTES = 1 << 20, 1 << 20, 4096, 8 << 20
_MOST_FIELDS = 1_000
_NUMBERS = {"count": int, "int": int, "port": int, "time": float, "interval": float, "double": float}


class Lines:
    """One file. The header says what separates fields, and which text stands for nothing."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._tab, self._comma, self._unset, self._empty, self._path = "\t", ",", "-", "(empty)", ""
        self._names: list[str] = []
        self._types: list[str] = []

    def objects(self) -> Iterator[Objects]:
        offsets: list[int] = []
        batch, size, number = Objects([], [], 1, offsets), 0, 1
        for raw, at in self._lines():
            text = raw.decode("utf-8", "replace")
            if not text.strip() or text[:1] == "#":
                self._header(text)
                continue
            obj = self._object(text) if len(raw) < _LONGEST else None
            if obj is None:
                batch.broken.append((number, at, raw[:400]))
            else:
                batch.objects.append(obj)
                batch.raw.append(raw)
                offsets.append(at)
            number, size = number + 1, size + len(raw)
            if len(batch.objects) + len(batch.broken) >= _BATCH or size > _BATCH_BYTES:
                yield batch
                offsets = []
                batch, size = Objects([], [], number, offsets), 0
        if batch.objects or batch.broken:
            yield batch

    def _lines(self) -> Iterator[tuple[bytes, int]]:
        held, at = b"", 0
        while block := self._source.read(_BLOCK):
            *lines, held = (held + block).split(b"\n")
            for line in lines:
                yield line.rstrip(b"\r"), at
                at += len(line) + 1
            if len(held) > _LONGEST:
                yield held, at
                at, held = at + len(held), b""
        if held:
            yield held, at

    def _header(self, text: str) -> None:
        if text.startswith("#separator "):
            code = text[11:].strip()
            self._tab = chr(int(code[2:4], 16)) if code[:2] == "\\x" and _is_hex(code[2:4]) else code[:1] or "\t"
            return
        name, _, rest = text[1:].partition(self._tab)
        if name == "fields":
            self._names = rest.split(self._tab)[:_MOST_FIELDS]
        elif name == "types":
            self._types = rest.split(self._tab)[:_MOST_FIELDS]
        elif name == "path":
            self._path = rest
        elif name == "set_separator":
            self._comma = rest or ","
        elif name == "empty_field":
            self._empty = rest
        elif name == "unset_field":
            self._unset = rest

    def _object(self, text: str) -> Object | None:
        cells = text.split(self._tab)
        if not self._names or len(cells) != len(self._names):
            return None
        made: Object = {"_path": self._path} if self._path else {}
        types = self._types if len(self._types) == len(cells) else ["string"] * len(cells)
        for name, kind, cell in zip(self._names, types, cells, strict=True):
            if cell != self._unset:
                made[name] = self._value(kind, cell)
        return made

    def _value(self, kind: str, cell: str) -> Any:
        if kind.startswith(("set[", "vector[")):
            return [] if cell == self._empty else cell.split(self._comma)
        if kind == "bool":
            return cell == "T"
        try:
            return _NUMBERS[kind](cell) if kind in _NUMBERS and len(cell) < 30 else _plain(cell)
        except ValueError:
            return cell


def _is_hex(text: str) -> bool:
    return len(text) == 2 and all(letter in "0123456789abcdefABCDEF" for letter in text)


def _plain(cell: str) -> str:
    """Takes back what Zeek writes for tabs and line ends: \\x09."""
    if "\\x" not in cell:
        return cell
    first, *parts = cell.split("\\x")
    made = [chr(int(part[:2], 16)) + part[2:] if _is_hex(part[:2]) else "\\x" + part for part in parts]
    return first + "".join(made)
