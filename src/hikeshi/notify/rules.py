"""Whom to tell what by when: the duties judged over the facts. Pure: the same facts and time give the same answer.

`evaluate(facts, now=…)` answers with three groups (required, review, not_required), each duty with its reason, the
questions that would settle it, and its deadlines. Unknown never becomes "not required" (DESIGN truth 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hikeshi.notify.law.days import COUNT_RULES, day_in_japan
from hikeshi.notify.law.kleene import Context, Fact, Verdict
from hikeshi.notify.law.known import contradictions, facts_from
from hikeshi.notify.law.lawbook import Both, Duty, Lawbook, Term
from hikeshi.notify.law.lawfiles import shipped
from hikeshi.notify.law.reasons import fact_in_words, rolled, sentence

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
    moment: datetime | None
    days: tuple[int, ...]
    hours: tuple[int, ...]
    article: Both
    text: Both
    moved: Both | None


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


@dataclass(frozen=True)
class Evaluation:
    """All duties judged at one moment."""

    duties: tuple[DutyResult, ...]
    start: Start | None
    evaluated_at: datetime
    judge: Judge = field(compare=False, repr=False)
    ignored: tuple[str, ...] = ()
    warnings: tuple[Both, ...] = ()

    def group(self, name: str) -> list[DutyResult]:
        return [result for result in self.duties if result.group == name]

    def duty(self, duty_id: str) -> DutyResult:
        return next(result for result in self.duties if result.id == duty_id)


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
    judge = Judge(book, known, day_in_japan(start.at if start else now))
    results = tuple(_result(judge, duty_id, start) for duty_id in book.ids())
    warnings = [*contradictions(judge.context, book, now), *_shortened(judge, results)]
    return Evaluation(results, start, now, judge, tuple(ignored), tuple(warnings))


class Judge:
    """Judges each duty once, in the version of the law in force on the day of knowing."""

    def __init__(self, book: Lawbook, facts: Mapping[str, Fact], day: date) -> None:
        self.book = book
        self.day = day
        self.seen: dict[str, Verdict] = {}
        self.context = Context(facts, book.derived, self.duty, book.computed)

    def duty(self, duty_id: str) -> Verdict:
        if duty_id not in self.seen:
            version = self.book.version(duty_id, self.day)
            absent = Verdict(False if self.book.not_yet(duty_id, self.day) else None)
            self.seen[duty_id] = version.trigger.judge(self.context) if version else absent
        return self.seen[duty_id]

    def released(self, duty: Duty) -> Verdict:
        """Only what is certain releases: judged as leading away from the duty, where suspicion does not count."""
        released = duty.released.judge(self.context, towards=False) if duty.released else Verdict(False)
        return released if self.duty(duty.id).truth is not False else Verdict(False)

    def outcome(self, duty: Duty) -> Verdict:
        """Whether the duty is there in the end, and the facts still open."""
        release = self.released(duty)
        return Verdict(False, release.deciding) if release.truth is True else self.duty(duty.id)

    def knowing(self, key: str, fact: Fact) -> Judge:
        """The same, were this known."""
        return Judge(self.book, {**self.context.facts, key: fact}, self.day)


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


def _result(judge: Judge, duty_id: str, start: Start | None) -> DutyResult:
    book = judge.book
    duty = book.version(duty_id, judge.day)
    if duty is None:
        return _no_version(judge, duty_id, start)
    verdict = judge.duty(duty_id)
    released = judge.released(duty).truth is True
    outcome = judge.outcome(duty)
    truth, deciding, unknown = outcome.truth, outcome.deciding, outcome.open
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


def _no_version(judge: Judge, duty_id: str, start: Start | None) -> DutyResult:
    """No text of the law for that day is an unknown, not a "no"; unless the duty came into force later."""
    book = judge.book
    duty = next(d for d in book.duties if d.id == duty_id)
    not_yet = book.not_yet(duty_id, judge.day)
    truth = False if not_yet else None
    asked = (Question("known_at", book.questions["known_at"]),) if "known_at" in book.questions and not not_yet else ()
    return DutyResult(
        duty=duty,
        group=GROUP[truth],
        status=STATUS[truth],
        reason=book.words["not_yet" if not_yet else "no_version"],
        deciding=(),
        questions=asked,
        deadlines=(),
        known_at=start.at if start else None,
        provisional=bool(start and start.provisional),
    )


def _deadline(judge: Judge, term: Term, duty: Duty, start: Start | None, verdict: Verdict) -> Deadline:
    days, text = term.days, term.text
    if term.instead and term.instead.when.judge(judge.context).truth is True:
        days, text = term.instead.days, term.instead.text
    begin, fact, provisional = _begin(judge, duty, start, verdict)
    rule = COUNT_RULES[term.count_rule]
    span = rule.span(begin, days) if begin else None
    return Deadline(
        stage=term.stage,
        kind=term.kind,
        from_date=span.start if span else None,
        to_date=span.end if span else None,
        nominal=span.nominal if span else None,
        counted_from=begin,
        counted_fact=fact,
        provisional=provisional,
        moment=span.moment if span else None,
        days=days if rule.unit == "days" else (),
        hours=days if rule.unit == "hours" else (),
        article=term.article,
        text=text,
        moved=rolled(judge.book, days[-1], span.nominal) if span and span.nominal != span.end else None,
    )


def _shortened(judge: Judge, results: Iterable[DutyResult]) -> list[Both]:
    """What a person planned with and must now do sooner: a longer term that counted before and no longer does.

    Thirty days count again once the wrongful purpose that was suspected is ruled out (duties.md §7.3).
    """
    before = [
        judge.knowing(key, old) for key, fact in judge.context.facts.items() for old in fact.earlier if old != fact
    ]
    found: dict[str, Both] = {}
    for result in results:
        for term in result.duty.terms if result.status == "applies" else ():
            if term.instead is None or term.instead.when.judge(judge.context).truth is True:
                continue
            if any(term.instead.when.judge(then.context).truth is True for then in before):
                words, days = judge.book.words["shortened"], {"long": term.instead.days[-1], "short": term.days[-1]}
                found[result.duty.filing] = {lang: text.format(**days) for lang, text in words.items()}
    return list(found.values())


def _begin(judge: Judge, duty: Duty, start: Start | None, verdict: Verdict) -> tuple[datetime | None, str, bool]:
    """The moment of knowing, or the later one at which this duty came about (通則編 3-5-3-1(4))."""
    if duty.clock not in ("known_at", "none"):
        own = judge.context.facts.get(duty.clock)
        if own is not None and _tells(own) and isinstance(own.value, datetime):
            if duty.clock == "occurred_at" and start and own.value > start.at:
                return start.at, start.fact, True  # it was known by then: it had happened
            return own.value, duty.clock, own.status != "confirmed"
        if duty.clock_else != "known_at":
            return None, "", False
        # Until its own moment is answered the time of knowing stands in.
        return (start.at, start.fact, True) if start else (None, "", False)
    if start is None or duty.clock == "none":
        return None, "", False
    if verdict.truth is True and verdict.since is not None and verdict.since > start.at:
        return verdict.since, "came_about", False
    return start.at, start.fact, start.provisional
