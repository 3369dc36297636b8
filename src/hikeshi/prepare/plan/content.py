"""What goes into the plan document, gathered before a word of it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hikeshi.engines.paper.model import Lang, Span, Text
from hikeshi.prepare.catalog import texts
from hikeshi.prepare.rules import Cell, Item, Preparation, cells


@dataclass(frozen=True)
class Measure:
    """A prevention measure (S5.2) that a version took up."""

    what: str
    owner: str = ""
    due: str = ""


@dataclass(frozen=True)
class Revision:
    """One line of the record of revisions."""

    version: int
    effective_on: date
    reason: str = ""
    measures: tuple[Measure, ...] = ()
    incident: str = ""


@dataclass(frozen=True)
class DutyRow:
    """A report that law or contract calls for, in words: the plan knows no law itself."""

    recipient: str
    name: str
    term: str
    basis: str


@dataclass(frozen=True)
class Content:
    """All that a plan document says. `remarks` are the texts by (subject, key); `version` None is the working draft.

    `href` makes a blank on a page a link to where it is filled in; a stored version has none.
    """

    preparation: Preparation
    lang: Lang
    business: str
    today: date
    remarks: Mapping[tuple[str, str], str] = field(default_factory=dict)
    revisions: Sequence[Revision] = ()
    duties: Sequence[DutyRow] = ()
    version: int | None = None
    effective_on: date | None = None
    drill: bool = False
    href: Callable[[str, str], str] | None = None

    @property
    def words(self) -> Mapping[str, Any]:
        return texts(self.lang)

    def cells(self, subject: str, kind: str = "") -> list[Cell]:
        return [cell for cell in cells(self.preparation) if cell.subject == subject and kind in ("", cell.kind)]

    def blank(self, name: str, subject: str, key: str) -> Span:
        """A gap that names what belongs there."""
        return Span(name, blank=True, href=self.href(subject, key) if self.href else "")

    def said(self, item: Item, name: str, label: str = "") -> Text:
        """A field of an item, or the gap where it belongs."""
        value = item.said(name)
        return value or (self.blank(label or self.words["fields"][name], item.subject, item.key),)

    def remark(self, item: Item) -> str:
        return self.remarks.get((item.subject, item.key), "")


def joined(parts: Sequence[Text]) -> Text:
    """Texts one below the other in a cell."""
    spans: list[Span] = []
    for part in parts:
        if not part:
            continue
        if spans:
            spans.append(Span("\n"))
        spans.extend((Span(part),) if isinstance(part, str) else part)
    return tuple(spans) or ""


def day(when: date | None, lang: str) -> str:
    """A day as a document writes it: with the year, and the month of its language."""
    if when is None:
        return ""
    words = texts(lang)["plan"]
    return str(words["day"].format(year=when.year, month=words["months"][when.month - 1], day=when.day))
