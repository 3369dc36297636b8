"""What changed since the text that was last sent: between the first report and the final one, or letter and letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.engines.paper.model import Document, Heading
from hikeshi.notify import letters


@dataclass(frozen=True, slots=True)
class Change:
    """One place that says something else now: under which heading, what was said, what is said."""

    place: str
    before: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """The text that went out last, and what differs from it."""

    sent_at: datetime
    receipt: str
    changes: tuple[Change, ...]


def changes(case: Any, found: letters.Paper) -> Since | None:
    """Against the newest other text of this kind that went out; None if there is none, or it was disposed of."""
    last = next((one for one in letters.earlier(case, found.kind.id, found.lang) if one.sha256 != found.sha256), None)
    if last is None or last.sent_at is None:
        return None
    before = casebook.text(case, last.text_sha256)
    return Since(last.sent_at, last.receipt, differing(before, found.text, found.document)) if before else None


def differing(before: str, now: str, document: Document) -> tuple[Change, ...]:
    """The places in which two texts of one kind differ. How to use the sheet, above the first heading, is left out."""
    headings = [block.text for block in document.blocks if isinstance(block, Heading)]
    old, new = _body(before, headings), _body(now, headings)
    found = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        said, says = _said(old[a:b], headings), _said(new[c:d], headings)
        if what != "equal" and (said or says):
            place = next((line for line in reversed(new[: min(c + 1, d)]) if line in headings), "")
            found.append(Change(place, said, says))
    return tuple(found)


def _body(text: str, headings: Sequence[str]) -> list[str]:
    lines = [line.strip() for line in text.splitlines()]
    kept = [line for line in lines if line.strip("=-")]
    start = next((at for at, line in enumerate(kept) if line in headings), 0)
    return kept[start:]


def _said(lines: Sequence[str], headings: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line not in headings)
