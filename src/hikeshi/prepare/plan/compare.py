"""What changed between two versions of the plan, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from hikeshi.engines.paper.model import Document, Heading, KeyValues, Table, Text, block_texts, spans
from hikeshi.engines.paper.words import words_of

Mark = Literal["same", "added", "removed"]


@dataclass(frozen=True)
class Change:
    """A line of the comparison and the heading under which it stands."""

    mark: Mark
    text: str
    section: str = ""


def lines(document: Document, *, front: bool = True) -> list[tuple[str, str]]:
    """The document as (section, line); a row of a table is one line. `front`: with the day and number on top."""
    section = ""
    found: list[tuple[str, str]] = []
    for block in document.blocks:
        if not front and not section and isinstance(block, KeyValues):
            continue
        if isinstance(block, Heading):
            section = block.text
        found += [(section, line) for line in _lines(block, words_of(document.lang)["blank"]) if line]
    return found


def _lines(block: object, blank: str) -> Iterator[str]:
    if isinstance(block, Table):
        for row in block.rows:
            yield " | ".join(_said(cell, blank) for cell in row)
    elif isinstance(block, KeyValues):
        for label, value in block.rows:
            yield f"{label}: {_said(value, blank)}"
    else:
        for text in block_texts(block):  # type: ignore[arg-type]
            yield _said(text, blank)


def _said(text: Text, blank: str) -> str:
    said = "".join(blank.replace("{name}", span.text) if span.blank else span.text for span in spans(text))
    return said.replace("\n", " / ")


def compare(old: Document, new: Document) -> list[Change]:
    """Only what was added and removed, in the order of the new document."""
    front = not (old.draft or new.draft)  # a draft has no day and no number yet: that is no change
    before, after = lines(old, front=front), lines(new, front=front)
    found: list[Change] = []
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for operation, i1, i2, j1, j2 in matcher.get_opcodes():
        if operation == "equal":
            continue
        found += [Change("removed", text, section) for section, text in before[i1:i2]]
        found += [Change("added", text, section) for section, text in after[j1:j2]]
    return found
