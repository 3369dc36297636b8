"""PowerPoint slides (pptx): text, tables, notes, comments, files within."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...markup import Tags, pieces
from ...packed import inside, member_texts
from ...pieces import Piece
from ...source import Source

_PARTS = re.compile(r"ppt/(?:slides/slide|notesSlides/notesSlide|comments/(?:modernC|c)omment)[^/]*\.xml")
TAGS = Tags(ends=frozenset({"a:p", "a:br"}), cells=frozenset({"a:tc"}), rows=frozenset({"a:tr"}), blank=frozenset())


def fits(source: Source) -> float:
    return 0.9 if "ppt/presentation.xml" in source.members else 0.0


def read(source: Source) -> Iterator[Piece]:
    for name, texts in member_texts(source, _PARTS):
        yield from pieces(texts, TAGS, name)
    yield from inside(source)
