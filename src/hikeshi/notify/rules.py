"""Whom to tell what by when: the duties judged over the facts. Pure: the same facts and time give the same answer.

`evaluate(facts, now=…)` answers with three groups (required, review, not_required), each duty with its reason, the
questions that would settle it, and its deadlines. Unknown never becomes "not required" (DESIGN truth 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hikeshi.notify.days import COUNT_RULES, day_in_japan
from hikeshi.notify.kleene import Context, Fact, Verdict
from hikeshi.notify.known import facts_from
from hikeshi.notify.lawbook import Both, Duty, Lawbook, Term
from hikeshi.notify.lawfiles import shipped
from hikeshi.notify.reasons import fact_in_words, rolled, sentence

GROUPS = ("required", "review", "not_required")
STATUS = {True: "applies", None: "needs_review", False: "does_not_apply"}
GROUP = {True: "required", None: "review", False: "not_required"}
# While nobody has said when it became known, the earliest of these counts, marked 仮.
STAND_INS = ("signalled_at", "noticed_at", "opened_at")


@dataclass(frozen=True)
class Start:
    """What the clocks count from: the moment, the fact it came from, and whether it only stands in (仮)."""

    at: datetime
    fact: str
    provisional: bool


@dataclass(frozen=True)
class Deadline:
    """A guide (between two days) or a limit (by `to_date`); both days are None where no number is given."""

    stage: str
    kind: str
    from_date: date | None
    to_date: date | None
    nominal: date | None
    counted_from: datetime | None
    counted_fact: str
    provisional: bool
    days: tuple[int, ...]
    article: Both
    text: Both
    moved: Both | None

    def as_json(self) -> dict[str, Any]:
        return {
            "stage": self.stage,
            "kind": self.kind,
            "at": _iso(self.to_date),
            "target_at": _iso(self.from_date) if self.kind == "guide" else None,
            "nominal_at": _iso(self.nominal),
            "days": list(self.days),
            "counted_from": _iso(self.counted_from),
            "counted_fact": self.counted_fact,
            "provisional": self.provisional,
            "article": self.article,
            "text": self.text,
            "moved": self.moved,
        }


@dataclass(frozen=True)
class Deciding:
    """A fact that decided, in words: 「要配慮個人情報が含まれています（疑い）」."""

    fact: str
    status: str
    text: Both


@dataclass(frozen=True)
class Question:
    """A fact not known yet and the question that would settle it."""

    fact: str
    text: Both


@dataclass(frozen=True)
class DutyResult:
    """One duty judged."""

    duty: Duty
    group: str
    status: str
    reason: Both
    deciding: tuple[Deciding, ...]
    questions: tuple[Question, ...]
    deadlines: tuple[Deadline, ...]
    known_at: datetime | None
    provisional: bool
    released: bool = False

    @property
    def id(self) -> str:
        return self.duty.id

    def as_json(self) -> dict[str, Any]:
        duty = self.duty
        return {
            "id": duty.id,
            "name": duty.name,
            "kind": duty.kind,
            "filing": duty.filing,
            "group": self.group,
            "status": self.status,
            "released": self.released,
            "because": self.reason,
            "deciding": [{"fact": d.fact, "status": d.status, "text": d.text} for d in self.deciding],
            "question": self.questions[0].text if self.questions else None,
            "questions": [{"fact": q.fact, "text": q.text} for q in self.questions],
            "recipient": duty.recipient,
            "known_at": _iso(self.known_at),
            "provisional": self.provisional,
            "deadlines": [deadline.as_json() for deadline in self.deadlines],
            "contents": list(duty.contents),
            "note": duty.note,
            "source": {
                "law": duty.law,
                "article": duty.article,
                "source": duty.source,
                "valid_from": _iso(duty.valid_from),
                "valid_to": _iso(duty.valid_to),
                "checked_on": duty.checked_on,
                "confidence": duty.confidence,
            },
        }


@dataclass(frozen=True)
class Evaluation:
    """All duties judged at one moment."""

    duties: tuple[DutyResult, ...]
    start: Start | None
    evaluated_at: datetime
    ignored: tuple[str, ...] = field(default=())

    def group(self, name: str) -> list[DutyResult]:
        return [result for result in self.duties if result.group == name]

    def duty(self, duty_id: str) -> DutyResult:
        return next(result for result in self.duties if result.id == duty_id)

    def as_json(self) -> dict[str, Any]:
        return {
            "evaluated_at": _iso(self.evaluated_at),
            "known_at": _iso(self.start.at if self.start else None),
            "counted_fact": self.start.fact if self.start else None,
            "provisional": bool(self.start and self.start.provisional),
            "ignored": list(self.ignored),
            "duties": [result.as_json() for result in self.duties],
        }


def evaluate(
    facts: Mapping[str, Any], *, now: datetime, laws: Lawbook | None = None, opened_at: datetime | None = None
) -> Evaluation:
    """The duties over these facts. `facts`: key → Fact, plain value, or {"value": …, "status": …}.

    `opened_at` is when the incident was opened; it stands in when no earlier time is known. Problem
    notify.wrong_fact when a value does not fit its fact.
    """
    book = laws or shipped()
    known, ignored = facts_from(facts, book)
    start = _start(known, opened_at)
    judge = _Judge(book, known, day_in_japan(start.at if start else now))
    results = tuple(_result(judge, duty_id, start) for duty_id in book.ids())
    return Evaluation(results, start, now, tuple(ignored))


class _Judge:
    """Judges each duty once, in the version of the law in force on the day of knowing."""

    def __init__(self, book: Lawbook, facts: Mapping[str, Fact], day: date) -> None:
        self.book = book
        self.day = day
        self.seen: dict[str, Verdict] = {}
        self.context = Context(facts, book.derived, self.duty)

    def duty(self, duty_id: str) -> Verdict:
        if duty_id not in self.seen:
            version = self.book.version(duty_id, self.day)
            self.seen[duty_id] = version.trigger.judge(self.context) if version else Verdict(None)
        return self.seen[duty_id]


def _start(facts: Mapping[str, Fact], opened_at: datetime | None) -> Start | None:
    known = facts.get("known_at")
    if known and known.status == "confirmed" and isinstance(known.value, datetime):
        return Start(known.value, "known_at", False)
    moments = {key: facts[key].value for key in ("known_at", *STAND_INS) if _tells(facts.get(key))}
    if opened_at is not None:
        moments["opened_at"] = opened_at
    times = {key: moment for key, moment in moments.items() if isinstance(moment, datetime)}
    if not times:
        return None
    key = min(times, key=lambda k: times[k])
    return Start(times[key], key, True)


def _tells(fact: Fact | None) -> bool:
    return fact is not None and fact.status in ("confirmed", "suspected")


def _result(judge: _Judge, duty_id: str, start: Start | None) -> DutyResult:
    book = judge.book
    duty = book.version(duty_id, judge.day)
    if duty is None:
        return _no_version(book, duty_id, start)
    verdict = judge.duty(duty_id)
    # Only what is certain releases: judged as leading away from the duty, where suspicion does not count.
    release = duty.released.judge(judge.context, towards=False) if duty.released else Verdict(False)
    released = verdict.truth is not False and release.truth is True
    truth = False if released else verdict.truth
    deciding = release.deciding if released else verdict.deciding
    unknown = () if released else verdict.open
    shown = tuple(
        Deciding(key, judge.context.facts[key].status, fact_in_words(book, key, judge.context.facts[key]))
        for key in deciding
    )
    questions = tuple(Question(key, book.questions[key]) for key in unknown)
    return DutyResult(
        duty=duty,
        group=GROUP[truth],
        status=STATUS[truth],
        reason=sentence(book, duty, truth, released, [d.text for d in shown], [book.facts[k].name for k in unknown]),
        deciding=shown,
        questions=questions,
        deadlines=() if truth is False else tuple(_deadline(judge, term, duty, start, verdict) for term in duty.terms),
        known_at=start.at if start else None,
        provisional=bool(start and start.provisional),
        released=released,
    )


def _no_version(book: Lawbook, duty_id: str, start: Start | None) -> DutyResult:
    """No text of the law for that day is an unknown, not a "no"."""
    duty = next(d for d in book.duties if d.id == duty_id)
    provisional = bool(start and start.provisional)
    reason = book.words["no_version"]
    return DutyResult(duty, "review", "needs_review", reason, (), (), (), start.at if start else None, provisional)


def _deadline(judge: _Judge, term: Term, duty: Duty, start: Start | None, verdict: Verdict) -> Deadline:
    days, text = term.days, term.text
    if term.instead and term.instead.when.judge(judge.context).truth is True:
        days, text = term.instead.days, term.instead.text
    begin, fact, provisional = _begin(duty, start, verdict)
    span = COUNT_RULES[term.count_rule].count(day_in_japan(begin), days) if begin else None
    return Deadline(
        stage=term.stage,
        kind=term.kind,
        from_date=span.start if span else None,
        to_date=span.end if span else None,
        nominal=span.nominal if span else None,
        counted_from=begin,
        counted_fact=fact,
        provisional=provisional,
        days=days,
        article=term.article,
        text=text,
        moved=rolled(judge.book, days[-1], span.nominal) if span and span.nominal != span.end else None,
    )


def _begin(duty: Duty, start: Start | None, verdict: Verdict) -> tuple[datetime | None, str, bool]:
    """The moment of knowing, or the later one at which this duty came about (通則編 3-5-3-1(4))."""
    if start is None or duty.clock == "none":
        return None, "", False
    if verdict.truth is True and verdict.since is not None and verdict.since > start.at:
        return verdict.since, "came_about", False
    return start.at, start.fact, start.provisional


def _iso(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
