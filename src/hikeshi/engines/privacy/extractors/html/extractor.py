"""HTML and other XML: text without marks, tables as tables, addresses in links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...markup import Tags, pieces
from ...pieces import Piece
from ...source import Source

TAGS = Tags(
    ends=frozenset(
        [
            "p",
            "br",
            "div",
            "li",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "dt",
            "dd",
            "tr",
            "table",
            "ul",
            "ol",
            "option",
            "label",
            "section",
            "article",
            "pre",
            "title",
        ]
    ),
    cells=frozenset({"td", "th"}),
    rows=frozenset({"tr"}),
    blank=frozenset(),
    hidden=frozenset({"script", "style"}),
)
_BEGINS = re.compile(r"\s*(?:<!doctype html|<html|<\?xml|<!--|<head|<body|<table|<div)", re.I)


def fits(source: Source) -> float:
    if not _BEGINS.match(source.beginning[:2000]):
        return 0.0
    return 0.5


def read(source: Source) -> Iterator[Piece]:
    yield from pieces(source.texts(), TAGS, "")
