"""Marked-up text (HTML, the XML of Word and PowerPoint) without its marks, in one pass: text, and tables as tables."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .pieces import Piece, Rows, Text

_TOKEN = re.compile(
    r"<(/?)([A-Za-z][\w:-]*)([^<>]{0,4096}+)>|<!--.*?-->|<[!?][^>]{0,4096}>|<!\[CDATA\[(.*?)\]\]>", re.S
)
_LINK = re.compile(r"""(?:mailto|tel):([^"'?\s>]{3,254})""", re.I)
_MANY = 1 << 16
_ROWS = 500
_CELL = 1 << 16
_CARRIED = 1 << 20


@dataclass(frozen=True, slots=True)
class Tags:
    """Elements that end a line, are a cell, are a row, are a blank; the text of `hidden` ones is not shown."""

    ends: frozenset[str]
    cells: frozenset[str]
    rows: frozenset[str]
    blank: frozenset[str]
    hidden: frozenset[str] = frozenset()


def pieces(texts: Iterator[str], tags: Tags, name: str) -> Iterator[Piece]:
    """The text between the marks. A table of one cell a row is text."""
    reader = _Reader(tags, name)
    carry = ""
    for text in texts:
        text = carry + text
        cut = text.rfind(">") + 1
        if not cut and len(text) > _CARRIED:
            cut = len(text)
        carry = text[cut:]
        if len(carry) > _CARRIED:
            cut, carry = len(text), ""
        reader.take(text[:cut])
        yield from reader.made()
    reader.take(carry)
    yield from reader.made(last=True)


class _Reader:
    def __init__(self, tags: Tags, name: str) -> None:
        self._tags, self._name = tags, name
        self._out: list[str] = []
        self._size = 0
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._rows: list[list[str]] = []
        self._tables = 0
        self._hidden = ""

    def take(self, text: str) -> None:
        at = 0
        for token in _TOKEN.finditer(text):
            if token.start() > at:
                self._words(text[at : token.start()])
            at = token.end()
            if token[2]:
                self._tag(token[2].lower(), bool(token[1]), token[3])
            elif token[4]:
                self._words(token[4], raw=True)
        if at < len(text):
            self._words(text[at:])

    def _words(self, text: str, *, raw: bool = False) -> None:
        if self._hidden or (not raw and len(text) > 1 and text.isspace()):
            return
        if not raw and "&" in text:
            text = html.unescape(text)
        if self._cell is not None:
            self._cell.append(text)
        else:
            self._out.append(text)
            self._size += len(text)

    def _tag(self, tag: str, closing: bool, attributes: str) -> None:
        tags = self._tags
        if self._hidden:
            if closing and tag == self._hidden:
                self._hidden = ""
            return
        if tag in tags.hidden and not closing and not attributes.endswith("/"):
            self._hidden = tag
        elif tag in tags.rows:
            if closing:
                self._end_row()
            else:
                self._end_row()
                self._row = []
        elif tag in tags.cells and self._row is not None:
            self._end_cell()
            if not closing:
                self._cell = []
        elif tag == "table" or tag.endswith(":tbl"):
            self._end_row()
            if self._rows and closing:
                self._tables += 1
        elif tag in tags.ends or tag in tags.blank:
            if tag in tags.blank or self._cell is not None:
                self._words(" ")
            elif closing or attributes.endswith("/") or not (self._out and self._out[-1].endswith("\n")):
                self._words("\n")
        if not closing and attributes and ("mailto:" in attributes or "tel:" in attributes):
            for found in _LINK.finditer(attributes):
                self._words(f" {found[1]} ")

    def _end_cell(self) -> None:
        if self._cell is not None and self._row is not None:
            self._row.append(" ".join("".join(self._cell)[:_CELL].split()))
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row and any(self._row):
            if len(self._row) == 2 and self._row[0].endswith((":", "\uff1a")) or len(self._row) == 1:
                self._out.append(" ".join(self._row) + "\n")
                self._size += 1
            else:
                self._rows.append(self._row)
        self._row = None

    def made(self, *, last: bool = False) -> Iterator[Piece]:
        if last:
            self._end_row()
        if self._rows and (last or len(self._rows) >= _ROWS or self._out):
            yield Rows(f"{self._name} {self._tables}", None, list(self._rows))
            self._rows = []
        if self._out and (last or self._size > _MANY):
            text = "".join(self._out) + "\n"
            self._out, self._size = [], 0
            yield Text(text.encode("utf-8", "replace"))
