"""What the duty files say, as data: duties with their versions, shared conditions, questions, names of contents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from hikeshi.notify.law.kleene import All, AnyOf, Atom, Condition, Derived, DutyApplies, Follows, Not

FACT_TYPES = ("tri", "datetime", "period", "count", "number", "choice", "choices", "items", "text")
KINDS = ("duty", "contract", "effort", "desirable", "voluntary")
CONFIDENCE = ("primary", "secondary", "unverified")
STAGES = ("first", "final")
Both = dict[str, str]


@dataclass(frozen=True)
class Longer:
    """A longer term that takes the place of the usual one while its condition holds for certain."""

    when: Condition
    days: tuple[int, ...]
    text: Both


@dataclass(frozen=True)
class Term:
    """A first or a final deadline: a guide (目安) or a limit (期限), counted by a rule of days.py."""

    stage: str
    kind: str
    count_rule: str
    days: tuple[int, ...]
    article: Both
    text: Both
    instead: Longer | None = None


@dataclass(frozen=True)
class Call:
    """A card of the first hour whose main button says that somebody was spoken to, and its chips that say otherwise."""

    card: str
    unless: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Duty:
    """One row: who is to be told, when it applies, by when, and how far the text of the law was checked.

    `begins`: there was no such duty before `valid_from` (else an earlier text is missing, and the answer open).
    `no_document`: why no document of ours serves it, and what to do instead.
    `rare`: the law of another country or trade, which few of us meet: asked last, and not in everybody's plan.
    """

    id: str
    kind: str
    trigger: Condition
    released: Condition | None
    recipient: Both
    clock: str
    clock_else: str
    terms: tuple[Term, ...]
    contents: tuple[str, ...]
    name: Both
    why: Both
    law: Both
    article: Both
    source: str
    valid_from: date | None
    valid_to: date | None
    checked_on: str
    confidence: str
    filing: str
    documents: tuple[str, ...]
    no_document: Both | None
    proves: str
    note: Both | None
    begun_by: tuple[Call, ...]
    rare: bool
    begins: bool
    file: str

    def in_force(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class FactWords:
    """What a fact is called, its type and the words of its values (facts.toml; meaning of types: docs/facts.md)."""

    name: Both
    type: str
    values: dict[str, Both]
    meaning: Both
    yes: Both | None = None
    no: Both | None = None
    plain: dict[str, Both] = field(default_factory=dict)


@dataclass(frozen=True)
class Filing:
    """One report that meets several duties. `watch`: its clock shows even while it is open whether it is due.

    `dates`: the fact that keeps when it was made for the first time. `page`: where its form is found. `apart`: made by
    itself, though its document serves another report as well; so sending that document does not offer it as done.
    """

    name: Both
    stages: dict[str, Both]
    watch: bool
    documents: tuple[str, ...] = ()
    dates: str = ""
    page: str = ""
    apart: bool = False


@dataclass
class Lawbook:
    """All duties, the conditions they share, the facts with their questions, and the names of contents."""

    duties: list[Duty] = field(default_factory=list)
    derived: dict[str, Condition] = field(default_factory=dict)
    computed: dict[str, Follows] = field(default_factory=dict)
    ask_if: dict[str, Condition] = field(default_factory=dict)
    facts: dict[str, FactWords] = field(default_factory=dict)
    questions: dict[str, Both] = field(default_factory=dict)
    items: dict[str, Both] = field(default_factory=dict)
    filings: dict[str, Filing] = field(default_factory=dict)
    words: dict[str, Both] = field(default_factory=dict)

    def ids(self) -> list[str]:
        return list(dict.fromkeys(duty.id for duty in self.duties))

    def version(self, duty_id: str, day: date) -> Duty | None:
        """The version of this duty in force on that day."""
        return next((d for d in self.duties if d.id == duty_id and d.in_force(day)), None)

    def not_yet(self, duty_id: str, day: date) -> bool:
        """Whether this duty had not come into force on that day."""
        first = [d for d in self.duties if d.id == duty_id and d.begins and d.valid_from]
        return any(d.valid_from is not None and day < d.valid_from for d in first)

    def proved_by(self, targets: Iterable[str]) -> list[str]:
        """The facts that are so once these duties were told (a notice that releases from others)."""
        return list(dict.fromkeys(d.proves for d in self.duties if d.id in set(targets) and d.proves))

    def dated_by(self, targets: Iterable[str]) -> list[str]:
        """The facts that keep when one of these filings was made for the first time."""
        filings = (self.filings.get(target) for target in targets)
        return list(dict.fromkeys(filing.dates for filing in filings if filing and filing.dates))

    def used_facts(self) -> list[str]:
        """Every fact that some condition asks for, in order of first use."""
        follows = (follows.condition for follows in self.computed.values())
        shared = (*self.derived.values(), *follows, *self.ask_if.values())
        conditions = [*shared, *(c for d in self.duties for c in conditions_of(d))]
        return list(dict.fromkeys(a.fact for c in conditions for a in leaves(c) if isinstance(a, Atom)))


def leaves(condition: Condition) -> Iterator[Atom | Derived | DutyApplies]:
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield condition


def conditions_of(duty: Duty) -> Iterator[Condition]:
    yield duty.trigger
    if duty.released:
        yield duty.released
    yield from (term.instead.when for term in duty.terms if term.instead)
