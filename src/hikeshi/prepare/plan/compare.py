"""What changed between two versions of the plan, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from hikeshi.engines.paper.model import Document, Heading, KeyValues, Table, block_texts, plain

Mark = Literal["same", "added", "removed"]


@dataclass(frozen=True)
class Change:
    """A line of the comparison and the heading under which it stands."""

    mark: Mark
    text: str
    section: str = ""


def lines(document: Document) -> list[tuple[str, str]]:
    """The document as (section, line); a row of a table is one line."""
    section = ""
    found: list[tuple[str, str]] = []
    for block in document.blocks:
        if isinstance(block, Heading):
            section = block.text
        found += [(section, line) for line in _lines(block) if line]
    return found


def _lines(block: object) -> Iterator[str]:
    if isinstance(block, Table):
        for row in block.rows:
            yield " | ".join(plain(cell).replace("\n", " / ") for cell in row)
    elif isinstance(block, KeyValues):
        for label, value in block.rows:
            yield f"{label}: {plain(value)}".replace("\n", " / ")
    else:
        for text in block_texts(block):  # type: ignore[arg-type]
            yield plain(text).replace("\n", " / ")


def compare(old: Document, new: Document) -> list[Change]:
    """Only what was added and removed, in the order of the new document."""
    before, after = lines(old), lines(new)
    found: list[Change] = []
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for operation, i1, i2, j1, j2 in matcher.get_opcodes():
        if operation == "equal":
            continue
        found += [Change("removed", text, section) for section, text in before[i1:i2]]
        found += [Change("added", text, section) for section, text in after[j1:j2]]
    return found
