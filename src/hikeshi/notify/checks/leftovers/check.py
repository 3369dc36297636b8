"""Marks of a template, and letters that nobody sees: what was not filled in, or was meant to deceive."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hikeshi.notify.checks.reading import Hit, Reading
from hikeshi.notify.documents import marks

OVERRIDE = False
_SLOT = re.compile(
    r"\{\{.{0,80}?\}\}|\{%.{0,80}?%\}|\{#.{0,80}?#\}|\$?\{[\w.\[\]!:]{1,60}\}|<%.{0,80}?%>|%\(\w{1,40}\)s|\[\[\w{1,40}\]\]"
)
_MARKUP = re.compile(
    r"</?(?:script|img|iframe|a|b|i|u|p|br|div|span|style|html|body|form|input|svg|meta)\b[^>]{0,200}>", re.I
)
_UNSEEN = re.compile(r"<U\+([0-9A-F]{4,6})>")
_MIXED = re.compile(r"\w*(?:[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z])\w*")


def hits(reading: Reading) -> Iterator[Hit]:
    """In any line: slots, marks of nobody, markup, unseen letters, and words of letters that only look Latin."""
    lines = reading.text.splitlines()
    for line in reading.lines:
        for about, pattern in (("slot", _SLOT), ("slot", _MARKUP), ("unseen", _UNSEEN)):
            for found in pattern.finditer(line.written):
                yield Hit(line, found[0], about=about)
        for found in _MIXED.finditer(line.written):
            yield Hit(line, found[0], about="mixed")
        if mark := marks.strange(line.written, reading.facts, reading.lang):
            yield Hit(line, mark, about="mark")
        elif line.written == lines[line.number - 1].strip():  # a line of its own: a mark belongs to one line
            mark, may = marks.idle(line.written, reading.facts, reading.lang, by_hand=not line.ours)
            if mark:
                yield Hit(line, mark, about="idle", override=may)
