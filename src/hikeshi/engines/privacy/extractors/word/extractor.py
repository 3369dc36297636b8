"""Word documents (docx): text and tables of the body, headers, footers, notes, comments, files within."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...markup import Tags, pieces
from ...packed import inside, member_texts
from ...pieces import Piece
from ...source import Source

_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
TAGS = Tags(
    ends=frozenset({"w:p", "w:br", "w:cr"}),
    cells=frozenset({"w:tc"}),
    rows=frozenset({"w:tr"}),
    blank=frozenset({"w:tab"}),
)


def fits(source: Source) -> float:
    return 0.9 if "word/document.xml" in source.members else 0.0


def read(source: Source) -> Iterator[Piece]:
    for name, texts in member_texts(source, _PARTS):
        yield from pieces(texts, TAGS, name)
    yield from inside(source)
