"""The shelf of documents: for whom each is, how far it has come, which one is next and why.

A document is wanted when a duty that it serves is there (or not settled yet), or when a fact calls for it (`SUITS` of
its folder). What a person did not ask for stays on the shelf, below, and can be opened all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.notify import documents, letters, services
from hikeshi.notify.deadlines import standing
from hikeshi.notify.deadlines.standing import Row
from hikeshi.notify.documents import Kind, pieces
from hikeshi.notify.law import lawfiles
from hikeshi.notify.law.days import day_in_japan

# Money that moves and logs that vanish come first; then a day that is over, one within two days, one within five.
LATE, SOON, COMING, PRESSING = 91, 80, 60, 40
# What calls for nothing any more once it is known that no data got out.
OF_DATA = ("event", "data_items")


@dataclass(frozen=True)
class Item:
    """A document on the shelf. `why`: why it is wanted now ("" while nothing calls for it); `law`: its duty's words."""

    kind: Kind
    name: str
    purpose: str
    stage: str
    paper: letters.Paper
    sent: list[Any]
    progress: str
    why: str
    law: str
    haste: int

    @property
    def wanted(self) -> bool:
        return bool(self.why)

    @property
    def pressing(self) -> bool:
        """Wanted, and not merely useful (a voluntary report to an expert body can wait)."""
        return self.wanted and self.haste >= PRESSING

    @property
    def done(self) -> bool:
        """Whether exactly this text went out; with facts that changed since, another one is to be looked at."""
        return self.paper.reached["sent"]

    @property
    def open(self) -> bool:
        return self.wanted and not self.done and not (self.sent and not self.progress)


@dataclass(frozen=True)
class Group:
    """The documents for one audience: those that are wanted or were sent, and the others, which can wait."""

    id: str
    name: str
    items: list[Item]

    @property
    def now(self) -> list[Item]:
        return [item for item in self.items if item.pressing or item.sent or item.paper.reached["checked"]]

    @property
    def later(self) -> list[Item]:
        return [item for item in self.items if item not in self.now]


@dataclass(frozen=True)
class Without:
    """A duty in force that no document of ours serves, and what to do instead."""

    name: str
    why: str
    page: str


@dataclass(frozen=True)
class Shelf:
    """`next`: the document to make now, if any is wanted and open; it is in no group."""

    next: Item | None
    groups: list[Group]
    without: list[Without]


def of(case: Any) -> Shelf:
    """The shelf of a case as its facts stand."""
    found = services.groups(case)
    today = day_in_japan(casebook.now())
    facts = casebook.facts(case)
    items = [_item(case, kind, found, facts, today) for kind in documents.kinds().values()]
    first = max((item for item in items if item.open), key=lambda item: (item.haste, item.kind.haste), default=None)
    names = pieces.texts_of(documents.HERE, services.language())["audiences"]
    groups = [
        Group(audience, str(names[audience]), _sorted(items, audience, first)) for audience in documents.AUDIENCES
    ]
    return Shelf(first, [group for group in groups if group.items], _without(found["required"]))


def _sorted(items: Sequence[Item], audience: str, first: Item | None) -> list[Item]:
    mine = [item for item in items if item.kind.audience == audience and item is not first]
    return sorted(mine, key=lambda item: (not item.open, not item.wanted, -item.haste, -item.kind.haste))


def _item(case: Any, kind: Kind, found: Mapping[str, list[Row]], facts: Mapping[str, Any], today: date) -> Item:
    lang = services.language()
    served = letters.serves(kind.id)
    rows = [row for name in ("required", "review") for row in found[name] if row.target in served]
    progress = next(filter(None, (standing.progress(row, lang) for row in rows)), "")
    sent = letters.earlier(case, kind.id, lang)
    paper = _paper(case, kind, progress, sent)
    why, law, haste = _wanted(kind, rows, facts, today)
    return Item(
        kind=kind,
        name=kind.name(lang),
        purpose=kind.purpose(lang),
        stage=paper.stage,
        paper=paper,
        sent=sent,
        progress=progress,
        why=why,
        law=law,
        haste=haste,
    )


def _paper(case: Any, kind: Kind, progress: str, sent: Sequence[Any]) -> letters.Paper:
    """Where it stands: the final report once the first was made, a follow-up once what went out says too little."""
    lang, stages = services.language(), kind.stages("ja")
    if progress and "final" in stages:
        return letters.paper_of(case, kind.id, lang, "final")
    found = letters.paper_of(case, kind.id, lang, "preliminary")
    changed = bool(sent) and not found.reached["sent"]
    return letters.paper_of(case, kind.id, lang, "follow_up") if changed and "follow_up" in stages else found


def _wanted(kind: Kind, rows: Sequence[Row], facts: Mapping[str, Any], today: date) -> tuple[str, str, int]:
    """Why it is wanted, what its duty says, and how soon."""
    lang = services.language()
    watched = {name for name, filing in lawfiles.shipped().filings.items() if filing.watch}
    due = [row for row in rows if (row.group == "required" or row.target in watched) and _left(row)]
    moot = OF_DATA if _answers(facts.get("certainty"), ("ruled_out",)) else ()
    suited = any(_answers(facts.get(key), values) for key, values in kind.suits.items() if key not in moot)
    if not suited and (kind.narrow or not due):
        return "", "", kind.haste
    days = [d.deadline.to_date for row in due for d in row.dues if d.open and d.deadline.to_date]
    haste = max([kind.haste, *(_haste((day - today).days) for day in days)])
    law = next((row.duty.why[lang] for row in due if row.group == "required"), "")
    return kind.why(lang), law, haste


def _left(row: Row) -> bool:
    return row.open or (not row.dues and (row.told is None or row.told.state == "open"))


def _haste(days: int) -> int:
    return LATE if days < 0 else SOON if days <= 2 else COMING if days <= 5 else 0


def _answers(fact: Any, values: Sequence[Any]) -> bool:
    """Whether a fact, surely or perhaps, has one of these values; () asks only that something was said."""
    if fact is None or fact.status not in ("confirmed", "suspected"):
        return False
    said = fact.value if isinstance(fact.value, list) else [fact.value]
    return not values or any(value in values for value in said)


def _without(rows: Sequence[Row]) -> list[Without]:
    lang = services.language()
    book = lawfiles.shipped()
    return [
        Without(row.name[lang], row.duty.no_document[lang], book.filings[row.target].page if row.duty.filing else "")
        for row in rows
        if row.duty.no_document is not None and _left(row)
    ]
