"""CSV and TSV with a header line, in any of Japan's encodings, with quoted line ends and with JSON inside of cells.

A framing: each row is a record under the names of the header; what it means is for the formats of records to say.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from ....common.encodings import detect
from ...objects import Object, Objects, Source
from ..meanings import toml

FIELDS = (("objects", "one a row: {name in the header: cell}; cells that hold a JSON object are unpacked"),)
_DELIMITERS = ",\t;|"
_BLOCK, _LONGEST_ROW, _MOST_COLUMNS = 1 << 20, 1 << 20, 2_000
_BATCH_OBJECTS, _BATCH_BYTES = 4096, 8 << 20
_NAME = re.compile(r"[^\W\d_][\w .()/#@:%\[\]&+*?'-]{0,80}$")
# Two columns are a table where one of them says that it is the time: 日時,内容.
_TIMES = frozenset(toml(Path(__file__).parent.parent / "json_records" / "fields.toml")["time"])
_TIME = re.compile(
    r"\d{4}[-/.\u5e74]\d{1,2}|\d{1,2}[/.:]\d{1,2}[/.:]\d{2}|^\d{10}(\d{3})?$"
    r"|^20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$"
    r"|^(?:\u4ee4\u548c|R)\s?(?:\d{1,2}|\u5143)[-/.\u5e74]\d{1,2}[-/.\u6708]\d{1,2}"
)


def frames(head: bytes, name: str) -> float:
    """A first line of names, and rows of as many cells with a time in one of them."""
    if not head or head[:1] in b"{[<" or b"\0\0\0" in head[:64]:
        return 0.0
    encoding = detect(head[: 1 << 16])
    text = head[encoding.mark : 1 << 16].decode(encoding.name, "replace")
    found = _header(text)
    if found is None:
        return 0.0
    names, delimiter, start = found
    rows = [row for row in _rows(text[start:], delimiter) if row][:20]
    whole = rows[:-1] or rows
    if not whole:
        return 0.0
    width = len(_with_message(names, text[start:], delimiter))
    fitting = [row for row in whole if len(row) == width and any(_TIME.search(cell[:40]) for cell in row)]
    share = len(fitting) / len(whole)
    return 0.85 if share >= 0.5 else 0.0


def _with_message(names: list[str], rows: str, delimiter: str) -> list[str]:
    """The Event Viewer gives its last column, the message, no name: its rows are longer than the header."""
    first = next(iter(_rows(rows[: 1 << 16], delimiter)), [])
    return [*names, "message"] if len(first) == len(names) + 1 and "message" not in names and first[-1] else names


def objects(source: Source) -> Iterator[Objects]:
    yield from _File(source).objects()


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return []


def _header(text: str) -> tuple[list[str], str, int] | None:
    """(names, delimiter, where the rows begin); Excel's "sep=;" and up to ten lines of a title may come before."""
    at = 0
    forced = ""
    for _ in range(10):
        end = text.find("\n", at)
        if end < 0:
            return None
        line = text[at:end].rstrip("\r")
        start, at = at, end + 1
        if line.lower().startswith("sep=") and len(line) == 5:
            forced = line[4]
            continue
        delimiter = forced or max(_DELIMITERS, key=line.count)
        rows = _rows(line, delimiter)
        names = [name.strip().strip("\ufeff") for name in rows[0]] if rows else []
        while names and not names[-1]:
            names.pop()
        least = 2 if not _TIMES.isdisjoint(names) else 3
        if least <= len(names) <= _MOST_COLUMNS and all(map(_is_name, names)) and len(set(names)) > 0.9 * len(names):
            return _told_apart(names), delimiter, at
        if start and line.strip(_DELIMITERS + " "):
            continue
    return None


def _told_apart(names: list[str]) -> list[str]:
    """Some exports (Entra's sign-ins) give two of many columns one name: the second is "name 2"."""
    seen: Counter[str] = Counter()
    for i, name in enumerate(names):
        seen[name] += 1
        if seen[name] > 1:
            names[i] = f"{name} {seen[name]}"
    return names


def _is_name(text: str) -> bool:
    """A name of a column; "key: value" and times are what lines of a log with commas hold."""
    return _NAME.match(text) is not None and ": " not in text and not _TIME.search(text)


class _File:
    """One file: text is cut into rows where quotes are even, so that only a row at a time is held."""

    def __init__(self, source: Source) -> None:
        self._source = source
        # A sample may end inside a character; the encoding of the whole is a guess that one bad byte must not end.
        self._name = source.encoding.name
        self._decoder = codecs.getincrementaldecoder(self._name)(
            "backslashreplace" if not source.encoding.wide else "replace"
        )
        self._at = source.encoding.mark
        if self._at:
            source.read(self._at)
        self._names: list[str] = []
        self._delimiter = ","
        self._json: set[str] = set()

    def objects(self) -> Iterator[Objects]:
        offsets: list[int] = []
        batch, size = Objects([], [], 1, offsets), 0
        for text, at in self._row_texts():
            cells = _rows(text, self._delimiter)
            row = cells[0] if len(cells) == 1 else []
            raw = text.encode("utf-8", "surrogatepass")
            if not row or len(row) == 1 and not row[0].strip():
                if text.strip():
                    batch.broken.append((batch.first + len(batch.objects) + len(batch.broken), at, raw[:400]))
                continue
            extra = row[len(self._names) :]
            if any(extra) or len(row) < len(self._names) // 2:
                batch.broken.append((batch.first + len(batch.objects) + len(batch.broken), at, raw[:400]))
            else:
                batch.objects.append(self._object(row))
                batch.raw.append(raw)
                offsets.append(at)
                size += len(raw)
            if size > _BATCH_BYTES or len(batch.objects) + len(batch.broken) >= _BATCH_OBJECTS:
                yield batch
                offsets = []
                batch, size = Objects([], [], batch.first + len(batch.objects) + len(batch.broken), offsets), 0
        if batch.objects or batch.broken:
            yield batch

    def _object(self, row: Sequence[str]) -> Object:
        """An empty cell is no value; a cell with a JSON object is that object."""
        found: dict[str, Any] = {}
        for name, cell in zip(self._names, row, strict=False):
            if not cell:
                continue
            if cell[0] == "{" and cell[-1] == "}":
                try:
                    found[name] = orjson.loads(cell)
                    continue
                except (orjson.JSONDecodeError, UnicodeEncodeError):
                    pass
            found[name] = cell
        return found

    def _row_texts(self) -> Iterator[tuple[str, int]]:
        buffer, ended = "", False
        while not ended or buffer:
            raw = b"" if ended else self._source.read(_BLOCK)
            ended = ended or not raw
            buffer += self._decoder.decode(raw, final=not raw)
            if not self._names:
                if len(buffer) < 1 << 16 and not ended:
                    continue
                found = _header(buffer)
                if found is None:
                    return
                self._names, self._delimiter, start = found
                self._at += self._width(buffer[:start])
                buffer = buffer[start:]
                self._names = _with_message(self._names, buffer, self._delimiter)
            *lines, rest = buffer.split("\n")
            if ended:
                lines, rest = [*lines, *([rest] if rest else [])], ""
            open_row, pending = [], 0
            for line in lines:
                open_row.append(line)
                pending += line.count('"')
                size = sum(map(len, open_row)) if pending & 1 else 0
                if pending & 1 and size < _LONGEST_ROW and len(open_row) < 10_000:
                    continue
                text = "\n".join(open_row)
                yield text.rstrip("\r"), self._at
                self._at += self._width(text + "\n")
                open_row, pending = [], 0
            buffer = "\n".join([*open_row, rest]) if open_row else rest
            if ended and buffer:
                yield buffer, self._at
                return
            if len(buffer) > 2 * _LONGEST_ROW:
                yield buffer, self._at
                self._at += self._width(buffer)
                buffer = ""

    def _width(self, text: str) -> int:
        try:
            return len(text.encode(self._name))
        except UnicodeEncodeError:
            return len(text.encode(self._name, "replace"))
