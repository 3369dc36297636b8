"""WordPress exports (WXR): authors, those who commented, and the text of the posts. Entities are not expanded."""
# words: data throughout, headings of the tables that it makes

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from ....common.problem import Problem
from ...markup import pieces
from ...pieces import Piece, Rows
from ...source import Source
from ..html.extractor import TAGS

_AUTHOR = {
    "wp:author_email": "email",
    "wp:author_display_name": "氏名",
    "wp:author_last_name": "姓",
    "wp:author_first_name": "名",
}  # words: data
_COMMENT = {
    "wp:comment_author": "氏名",
    "wp:comment_author_email": "email",
    "wp:comment_content": "comment",
}  # words: data
_TEXTS = {"content:encoded", "excerpt:encoded", "wp:meta_value", "description", "title"}
_LONGEST = 16 << 20
_ROWS = 500


def fits(source: Source) -> float:
    return 0.9 if "<rss" in source.beginning and "wordpress.org/export/" in source.beginning else 0.0


def read(source: Source) -> Iterator[Piece]:
    export = _Export()
    try:
        for text in source.texts():
            export.feed(text)
            yield from export.made()
        export.end()
        yield from export.made()
    except expat.ExpatError:
        yield from export.made()
        yield Problem("privacy.broken", path=source.shown)


class _Export:
    """What the parser tells, gathered into pieces."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._stop
        self._parser.CharacterDataHandler = self._words
        self._parser.EntityDeclHandler = self._refuse
        self._text: list[str] = []
        self._size = 0
        self._row: dict[str, str] = {}
        self._tables: dict[tuple[str, ...], list[list[str]]] = {}
        self._texts: list[str] = []
        self._first = True

    def feed(self, text: str) -> None:
        if self._first:  # it says in which encoding it was; it is none of them any more
            start = text.find("?>")
            text = text[start + 2 :].lstrip() if text.lstrip().startswith("<?xml") and start > 0 else text
            self._first = False
        self._parser.Parse(text.encode("utf-8", "replace"), False)

    def end(self) -> None:
        self._parser.Parse(b"", True)

    def made(self) -> Iterator[Piece]:
        for header, rows in self._tables.items():
            yield Rows(" ".join(header), header, rows)
        self._tables = {}
        texts, self._texts = self._texts, []
        for text in texts:
            yield from pieces(iter([text]), TAGS, "post")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._text, self._size = [], 0
        if name in ("wp:author", "wp:comment"):
            self._row = {}

    def _words(self, text: str) -> None:
        self._size += len(text)
        if self._size <= _LONGEST:
            self._text.append(text)

    def _stop(self, name: str) -> None:
        text = "".join(self._text)
        self._text = []
        if name in _AUTHOR or name in _COMMENT:
            self._row[(_AUTHOR | _COMMENT)[name]] = text
        elif name in ("wp:author", "wp:comment"):
            wanted = tuple(_AUTHOR.values() if name == "wp:author" else _COMMENT.values())
            self._tables.setdefault(wanted, []).append([self._row.get(one, "") for one in wanted])
        elif name in _TEXTS and text.strip():
            self._texts.append(f"{text}\n\n")

    def _refuse(self, *_: Any) -> None:
        raise expat.ExpatError("entities are declared")
