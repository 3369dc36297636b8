"""Corrections by hand, laid over the text that the facts give. Pure: plain data in, a document and a diff out.

A correction names the words that it replaces, not their place: when a fact changes those words, it no longer fits and
falls away visibly, instead of hiding what is known now. What was added stays under its heading.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper.model import (
    Block,
    BulletList,
    Document,
    Field,
    Heading,
    KeyValues,
    Letterhead,
    NumberedList,
    Paragraph,
    Text,
    plain,
    spans,
)

LONGEST = 5_000
MOST = 60
_SENTENCE = re.compile(r"[。！？]|[.!?](?:\s|$)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part that may be corrected: its words, the `nth` part with just these words, its heading, one line an item."""

    text: str
    nth: int
    section: str
    label: str = ""
    items: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """These words are replaced; by none, they are left out."""

    was: str
    now: str
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Added:
    """Paragraphs added at the end of a section; "" is the part before the first heading."""

    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Edits:
    """All that was corrected in one document."""

    changes: tuple[Change, ...] = ()
    added: tuple[Added, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes or self.added)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the comparison."""

    state: Literal["same", "gone", "new"]
    text: str


def editable(document: Document) -> bool:
    """A sheet of boxes is filled from facts alone: its boxes must say what the form asks for."""
    return not any(isinstance(block, Field) for block in document.blocks) and bool(pieces(document))


def pieces(document: Document) -> list[Piece]:
    """The parts that may be corrected, in the order of reading."""
    seen: dict[str, int] = {}
    found = []
    for _, section, label, words, items in _parts(document.blocks):
        nth = seen[words] = seen.get(words, -1) + 1
        found.append(Piece(words, nth, section, label, items))
    return found


def sections(document: Document) -> list[str]:
    """The headings under which something may be added; "" first, where there is a text before them."""
    return list(dict.fromkeys(section for section, _ in _sections(document.blocks)))


def apply(document: Document, edits: Edits) -> tuple[Document, tuple[Change | Added, ...]]:
    """The document with its corrections, and those that no longer fit."""
    wanted = {(one.was, one.nth): one for one in edits.changes}
    seen: dict[str, int] = {}
    blocks: dict[int, Any] = {}
    fitted: set[tuple[str, int]] = set()
    for (at, row), _, _, words, _ in _parts(document.blocks):
        nth = seen[words] = seen.get(words, -1) + 1
        one = wanted.get((words, nth))
        if one is not None:
            fitted.add((words, nth))
            blocks.setdefault(at, {})[row] = one.now
    made: list[Block] = []
    places = {at: section for section, at in _sections(document.blocks)}
    known = {one.section for one in edits.added} & set(places.values())
    for at, block in enumerate(document.blocks):
        made += _corrected(block, blocks[at]) if at in blocks else [block]
        if at in places:
            for extra in edits.added:
                if extra.section == places[at]:
                    made += [Paragraph(part) for part in _paragraphs(extra.text)]
    lost: list[Change | Added] = [change for key, change in wanted.items() if key not in fitted]
    lost += [extra for extra in edits.added if extra.section not in known]
    return replace(document, blocks=tuple(made)), tuple(lost)


def _parts(blocks: Sequence[Block]) -> Iterator[tuple[tuple[int, int], str, str, str, bool]]:
    """(place, section, label, words, whether one line an item) of everything that may be corrected."""
    section = ""
    for at, block in enumerate(blocks):
        match block:
            case Heading(text=text):
                section = text
            case Paragraph(text=text, align="left") if _whole(text):
                yield (at, -1), section, "", plain(text), False
            case BulletList(items=items) | NumberedList(items=items) if items and all(map(_whole, items)):
                yield (at, -1), section, "", "\n".join(plain(item) for item in items), True
            case KeyValues(rows=rows):
                for row, (label, value) in enumerate(rows):
                    # Rows that a fact fills and answers in sentences; names and telephones are written down elsewhere.
                    if _whole(value) and (not isinstance(value, str) or _SENTENCE.search(value)):
                        yield (at, row), section, label, plain(value), False
            case _:
                pass


def _whole(text: Text) -> bool:
    return bool(plain(text).strip()) and not any(span.blank or span.href for span in spans(text))


def _sections(blocks: Sequence[Block]) -> Iterator[tuple[str, int]]:
    """(heading, index of the block after which something is added to it): before 敬具, 記 and 以上."""
    section, last = "", None
    for at, block in enumerate(blocks):
        if isinstance(block, Heading):
            if last is not None:
                yield section, last
            section, last = block.text, at
        elif not isinstance(block, Letterhead) and not (isinstance(block, Paragraph) and block.align != "left"):
            last = at
    if last is not None:
        yield section, last


def _corrected(block: Block, now: dict[int, str]) -> list[Block]:
    match block:
        case Paragraph():
            # One paragraph stays the first, with its indent; others follow.
            return [replace(block, text=part) for part in _paragraphs(now[-1])]
        case BulletList() | NumberedList():
            items = tuple(line.strip() for line in now[-1].splitlines() if line.strip())
            return [replace(block, items=items)] if items else []
        case KeyValues(rows=rows):
            kept = tuple((label, now.get(at, value)) for at, (label, value) in enumerate(rows) if now.get(at) != "")
            return [KeyValues(kept)] if kept else []
    return [block]


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def compared(before: str, now: str) -> list[Row]:
    """Two texts line by line; of what is the same, the lines beside a difference."""
    old, new = before.splitlines(), now.splitlines()
    rows: list[Row] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            rows += [Row("same", line) for line in old[a:b]]
            continue
        rows += [Row("gone", line) for line in old[a:b] if line.strip()]
        rows += [Row("new", line) for line in new[c:d] if line.strip()]
    near = {n + beside for n, row in enumerate(rows) if row.state != "same" for beside in (-1, 0, 1)}
    return [row for n, row in enumerate(rows) if n in near and (row.text.strip() or row.state != "same")]


def tidy(text: str) -> str:
    """A text as it came from a form: line ends made one, blanks at the ends gone. Its letters stay as they are."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip("\n").strip()


def to_json(edits: Edits) -> str:
    """As it is kept."""
    return json.dumps(asdict(edits), ensure_ascii=False)


def from_json(text: str) -> Edits:
    """As it was kept; nothing of what was disposed of."""
    try:
        said = json.loads(text) if text else {}
    except ValueError:
        return Edits()
    if not isinstance(said, dict):
        return Edits()
    changes = tuple(Change(**one) for one in said.get("changes", ()))
    return Edits(changes, tuple(Added(**one) for one in said.get("added", ())))


def sized(edits: Edits) -> Edits:
    """The same, unless it is too much: Problem("notify.edit_too_long")."""
    said = [one.now for one in edits.changes] + [one.text for one in edits.added]
    if len(said) > MOST or any(len(one) > LONGEST for one in said):
        raise Problem("notify.edit_too_long", limit=LONGEST)
    return edits
