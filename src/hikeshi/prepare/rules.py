"""What is still blank in the plan, what to do next, what has grown old. Pure: no Django, no files, no clock.

A *cell* is a place in the plan that somebody must fill. It is filled, or answered 「ない」 (none), or answered
「わからない」 (unknown, which stays a blank and is asked for again later: unknown never turns into none), or open.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

STALE_DAYS = 180
ROLES = ("leader", "technical", "liaison")
SUBJECTS = ("role", "contact", "insurance", "device", "holding", "backup")
INSURANCE_KEY = "cyber"
CLAUSES = {"leader": "R1", "technical": "R2", "liaison": "R3"}
CHECKED = ("contact", "insurance", "backup")
"""Subjects with a "last verified" day."""

LISTS = {"device": 70, "holding": 80, "backup": 90}
"""Lists that need at least one line, and how soon each is asked for."""

# Whom to call first comes first; then what there is to lose; then the details.
INSURANCE_RANK = 10
ROLE_RANK = {"leader": 50, "technical": 52, "liaison": 54}
DETAIL_RANK = 200
PLAN_RANK = 300
VERIFY_RANK = 400
UNKNOWN_RANK = 500

State = Literal["filled", "none", "unknown", "open"]


@dataclass(frozen=True)
class Kind:
    """What the rules must know of a kind of contact."""

    id: str
    rank: int
    needs: str
    clause: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Item:
    """One line that somebody wrote: `data` are the fields of its entry, `number` the entry's number."""

    subject: str
    key: str
    kind: str
    data: Mapping[str, Any]
    number: int = 0
    verified_on: date | None = None

    def said(self, name: str) -> str:
        """A text field without spaces around it; empty when it is not there."""
        return str(self.data.get(name) or "").strip()


@dataclass(frozen=True)
class Preparation:
    """All that is prepared: the items, the answered blanks, the versions of the plan."""

    kinds: Sequence[Kind] = ()
    items: Sequence[Item] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    versions: int = 0

    def of(self, subject: str, kind: str | None = None) -> list[Item]:
        return [item for item in self.items if item.subject == subject and kind in (None, item.kind)]

    def item(self, subject: str, key: str) -> Item | None:
        return next((item for item in self.items if item.subject == subject and item.key == key), None)


@dataclass(frozen=True)
class Cell:
    """A cell of the plan. `id` is stable ("contact.lawyer"); `missing` are the fields still to be written."""

    id: str
    subject: str
    key: str
    kind: str
    rank: int
    state: State
    clause: str = ""
    missing: tuple[str, ...] = ()
    name: str = ""

    @property
    def blank(self) -> bool:
        return self.state in ("open", "unknown")


@dataclass(frozen=True)
class Old:
    """Something that was not checked for more than 180 days (`days`), or never (None)."""

    subject: str
    key: str
    kind: str
    name: str
    days: int | None


@dataclass(frozen=True)
class Task:
    """The next five minutes: fill a cell, or check an old line."""

    what: Literal["fill", "verify"]
    cell: Cell | None = None
    old: Old | None = None


@dataclass(frozen=True)
class Readiness:
    blank: int
    done: int
    next: Task | None


def cells(preparation: Preparation) -> list[Cell]:
    """Every cell in the order of the plan."""
    return [
        *_roles(preparation),
        *_contacts(preparation),
        *_lists(preparation),
        _cell(preparation, "plan", "plan", PLAN_RANK, filled=preparation.versions > 0, clause="P3"),
    ]


def blanks(preparation: Preparation) -> list[Cell]:
    """The cells that are still blank, in the order of the plan."""
    return [cell for cell in cells(preparation) if cell.blank]


def stale(preparation: Preparation, today: date) -> list[Old]:
    """Contacts, insurers and backups that nobody has checked for more than 180 days, never checked ones first."""
    found = []
    for item in preparation.items:
        if item.subject not in CHECKED or (item.subject != "backup" and not _reached(item, "reach")):
            continue
        days = (today - item.verified_on).days if item.verified_on else None
        if days is None or days > STALE_DAYS:
            found.append(Old(item.subject, item.key, item.kind, item.said("name"), days))
    return sorted(found, key=lambda old: (old.days is not None, -(old.days or 0)))


def next_task(preparation: Preparation, today: date) -> Task | None:
    """Exactly one thing to do, by how much it helps on the bad day; None when nothing is left."""
    order = [(UNKNOWN_RANK * (cell.state == "unknown") + cell.rank, cell) for cell in blanks(preparation)]
    old = stale(preparation, today)
    first = min(order, key=lambda ranked: ranked[0], default=None)
    if first is not None and (first[0] < VERIFY_RANK or not old):
        return Task("fill", cell=first[1])
    return Task("verify", old=old[0]) if old else None


def readiness(preparation: Preparation, today: date) -> Readiness:
    """How many cells are blank, how many are done, and the one next task."""
    every = cells(preparation)
    blank = sum(cell.blank for cell in every)
    return Readiness(blank, len(every) - blank, next_task(preparation, today))


def phone_first(items: Iterable[Item]) -> list[Item]:
    """Those with a telephone number before those without."""
    return sorted(items, key=lambda item: not item.said("phone"))


def differing(seen: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The fields in which two statements about the same thing differ, in order."""
    return [name for name in {**now, **seen} if (seen.get(name) or None) != (now.get(name) or None)]


def _roles(preparation: Preparation) -> Iterator[Cell]:
    for role in ROLES:
        item = preparation.item("role", role)
        missing = tuple(name for name in ("name", "phone") if item is None or not item.said(name))
        yield _cell(
            preparation,
            f"role.{role}",
            "role",
            ROLE_RANK[role],
            key=role,
            filled=not missing,
            clause=CLAUSES[role],
            missing=missing if item else (),
        )


def _contacts(preparation: Preparation) -> Iterator[Cell]:
    for at, kind in enumerate(preparation.kinds):
        if at == 1 or len(preparation.kinds) < 2:
            yield from _insurance(preparation)  # C2 stands between C1 and C3
        yield from _contact(preparation, kind)


def _contact(preparation: Preparation, kind: Kind) -> Iterator[Cell]:
    items = preparation.of("contact", kind.id)
    if not items:
        known = kind.id == "it" and helper(preparation) is not None
        if known or not kind.optional:
            yield _cell(
                preparation,
                f"contact.{kind.id}",
                "contact",
                kind.rank,
                key=kind.id,
                kind=kind.id,
                filled=known,
                clause=kind.clause,
            )
        return
    for item in items:
        yield _cell(
            preparation,
            f"contact.{item.key}",
            "contact",
            kind.rank,
            key=item.key,
            kind=kind.id,
            filled=_reached(item, kind.needs),
            clause=kind.clause,
            missing=() if _reached(item, kind.needs) else (kind.needs,),
            name=item.said("name"),
        )


def _insurance(preparation: Preparation) -> Iterator[Cell]:
    items = preparation.of("insurance")
    if not items:
        yield _cell(
            preparation, f"insurance.{INSURANCE_KEY}", "insurance", INSURANCE_RANK, key=INSURANCE_KEY, clause="C2"
        )
    for item in items:
        call = () if _reached(item, "phone") else ("phone",)
        details = tuple(
            name
            for name in ("policy_no", "prior_approval", "notice_clause")
            if item.said(name) in ("", "unknown") and not (name == "notice_clause" and item.data.get("notice_hours"))
        )
        yield _cell(
            preparation,
            f"insurance.{item.key}",
            "insurance",
            INSURANCE_RANK if call else DETAIL_RANK,
            key=item.key,
            filled=not call and not details,
            clause="C2",
            missing=call + details,
            name=item.said("name"),
        )


_DETAILS: Mapping[str, tuple[str, ...]] = {
    "device": ("admin", "holds", "backup"),
    "holding": ("kinds", "people_max", "place", "whose"),
    "backup": ("covers", "place", "tested_on"),
}


def _lists(preparation: Preparation) -> Iterator[Cell]:
    for at, (subject, rank) in enumerate(LISTS.items()):
        items = preparation.of(subject)
        if not items:
            yield _cell(preparation, f"{subject}.any", subject, rank)
        for item in items:
            missing = tuple(name for name in _DETAILS[subject] if _unsaid(item, name))
            yield _cell(
                preparation,
                f"{subject}.{item.key}",
                subject,
                DETAIL_RANK + 10 + at,
                key=item.key,
                kind=item.kind,
                filled=not missing,
                missing=missing,
                name=item.said("name"),
            )


def _unsaid(item: Item, name: str) -> bool:
    if name == "tested_on":
        return item.verified_on is None
    value = item.data.get(name)
    return value is None or value in ("", "unknown") or value == []


def _reached(item: Item, needs: str) -> bool:
    ways = ("phone",) if needs == "phone" else ("phone", "mail", "web")
    return any(item.said(way) for way in ways)


def helper(preparation: Preparation) -> Item | None:
    """The technical lead, where that is somebody else than the leader and can be called: no need for an IT person."""
    technical, leader = preparation.item("role", "technical"), preparation.item("role", "leader")
    if technical is None or not technical.said("phone"):
        return None
    return technical if leader is None or technical.said("name") != leader.said("name") else None


def _cell(
    preparation: Preparation, cell_id: str, subject: str, rank: int, *, filled: bool = False, **more: Any
) -> Cell:
    answer = preparation.answers.get(cell_id, "open")
    state: State = "filled" if filled else "none" if answer == "none" else "unknown" if answer == "unknown" else "open"
    return Cell(id=cell_id, subject=subject, rank=rank, state=state, **{"key": "", "kind": "", **more})
