"""Three-valued conditions over facts: yes, no, not known. Suspicion may bring a duty about but never ends one.

A fact is confirmed, suspected, unknown or refuted. What the law calls 「おそれ」 is a suspicion, so a suspected fact
counts where it leads towards the duty and is not known where it would lead away from it (DESIGN truths 5 and 6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Status = Literal["confirmed", "suspected", "unknown", "refuted"]
STATUSES: tuple[Status, ...] = ("confirmed", "suspected", "unknown", "refuted")
Truth = bool | None
How = Literal["computed", "unless_stated", "none_unless"]


@dataclass(frozen=True)
class Interval:
    """At least and at most so many; None is "no bound known"."""

    at_least: int | None = None
    at_most: int | None = None


Value = bool | int | str | Interval | frozenset[str] | datetime | None


@dataclass(frozen=True)
class Fact:
    """What is known of one thing. `known_at`: when this became known, if later than the incident itself.

    `earlier` holds what was stated before, oldest first; from it follows since when a condition has been open.
    """

    value: Value = None
    status: Status = "unknown"
    known_at: datetime | None = None
    stated_at: datetime | None = None
    earlier: tuple[Fact, ...] = ()


NOT_STATED = Fact()


@dataclass(frozen=True)
class Verdict:
    """A truth, the facts that decided it, the facts that would settle it, and since when it holds (None: all along)."""

    truth: Truth
    deciding: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True)
class Context:
    """What a condition is judged over. `derived` and `duties` are judged by name.

    `computed`: what follows for a fact from others, which answers while nobody stated the fact itself.
    """

    facts: Mapping[str, Fact]
    derived: Mapping[str, Condition] = field(default_factory=dict)
    duty: Callable[[str], Verdict] = lambda name: Verdict(None)
    computed: Mapping[str, Follows] = field(default_factory=dict)


@dataclass(frozen=True)
class Atom:
    """One comparison of one fact. `op`: true (yes/no), is, has (a set holds it), in (one of), gt (may exceed)."""

    fact: str
    op: Literal["true", "is", "has", "in", "gt"] = "true"
    operand: bool | int | str | tuple[str, ...] = True

    def judge(self, context: Context, towards: bool = True) -> Verdict:
        """The verdict; `towards` is False under a `not`, where this being true would lead away from the duty."""
        fact = context.facts.get(self.fact, NOT_STATED)
        truth = self._settled(fact, towards)
        follows = context.computed.get(self.fact)
        if follows is not None:
            other = follows.condition.judge(context, towards)
            if truth is None and fact.status == "unknown":
                only_no = follows.how == "none_unless" and other.truth is True
                return Verdict(None, open=(self.fact,)) if only_no else other
            if follows.how == "computed" and None not in (truth, other.truth) and other.truth is not truth:
                # The fact and what it follows from contradict each other: neither is believed.
                return Verdict(None, open=(self.fact,))
        if truth is None:
            return Verdict(None, open=(self.fact,))
        return Verdict(truth, deciding=(self.fact,), since=self._since(fact, truth, towards))

    def _settled(self, fact: Fact, towards: bool) -> Truth:
        truth = self._compare(fact.value) if fact.status != "unknown" else None
        if fact.status == "refuted":
            return self._refuted(fact.value)
        if fact.status == "suspected" and truth is not towards:
            return None
        return truth

    def _refuted(self, value: Value) -> Truth:
        """Found not to be so: a yes/no fact is no; of a set, the named members are not there; a number says nothing."""
        if self.op == "true" and (value is True or value is None):
            return False
        if self.op in ("is", "has") and self._compare(value) is True:
            return False
        return None

    def _compare(self, value: Value) -> Truth:
        match self.op, value:
            case _, None:
                return None
            case "true", bool():
                return value
            case "is", bool() | str():
                return value == self.operand
            case "has", frozenset():
                return self.operand in value
            case "in", str() if isinstance(self.operand, tuple):
                return value in self.operand
            case "gt", Interval() if isinstance(self.operand, int):
                return self._exceeds(value, self.operand)
        return None

    @staticmethod
    def _exceeds(value: Interval, threshold: int) -> Truth:
        """The greatest possible number decides (通則編 3-5-3-1(4)); without one, only a large enough least number."""
        if value.at_most is not None:
            return value.at_most > threshold
        return True if value.at_least is not None and value.at_least > threshold else None

    def _since(self, fact: Fact, truth: bool, towards: bool) -> datetime | None:
        """Later than the incident only when the record says so, or when the answer before was settled the other way.

        What would end a duty and turned out not to be there began nothing, unless it had been believed before.
        """
        stated = (*fact.earlier, fact)
        turned = next(
            (
                after.stated_at
                for before, after in reversed(list(zip(stated, stated[1:], strict=False)))
                if self._settled(before, towards) is (not truth)
            ),
            None,
        )
        if fact.known_at is None or (not towards and not truth and turned is None):
            return turned
        return fact.known_at


@dataclass(frozen=True)
class Not:
    """The opposite; under it suspicion leads away from the duty and therefore settles nothing."""

    part: Condition

    def judge(self, context: Context, towards: bool = True) -> Verdict:
        inner = self.part.judge(context, not towards)
        truth = None if inner.truth is None else not inner.truth
        return Verdict(truth, inner.deciding, inner.open, inner.since)


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]

    def judge(self, context: Context, towards: bool = True) -> Verdict:
        return _join([part.judge(context, towards) for part in self.parts], every=True)


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def judge(self, context: Context, towards: bool = True) -> Verdict:
        return _join([part.judge(context, towards) for part in self.parts], every=False)


@dataclass(frozen=True)
class Derived:
    """A condition that several duties share, by name."""

    name: str

    def judge(self, context: Context, towards: bool = True) -> Verdict:
        return context.derived[self.name].judge(context, towards)


@dataclass(frozen=True)
class DutyApplies:
    """Whether another duty applies; its own suspicion was weighed there."""

    duty: str

    def judge(self, context: Context, towards: bool = True) -> Verdict:
        return context.duty(self.duty)


@dataclass(frozen=True)
class Follows:
    """A fact is so exactly when the condition holds, while nobody stated it.

    `computed`: a statement that differs is a contradiction. `unless_stated`: the statement wins, since the law means
    more by it than the condition says. `none_unless`: without the condition it is not so; with it, it is still open.
    """

    condition: Condition
    how: How = "computed"


Condition = Atom | Not | All | AnyOf | Derived | DutyApplies


def _join(parts: list[Verdict], *, every: bool) -> Verdict:
    """Kleene's "and" (`every`) or "or": one deciding part settles it; else one unknown part leaves it open."""
    decisive = [p for p in parts if p.truth is (not every)]
    if decisive:
        shown = decisive[:1] if every else decisive
        return Verdict(not every, _names(p.deciding for p in shown), since=_earliest(p.since for p in decisive))
    undecided = [p for p in parts if p.truth is None]
    if undecided:
        settled = _names(p.deciding for p in parts if p.truth is not None)
        return Verdict(None, settled, _names(p.open for p in undecided))
    return Verdict(every, _names(p.deciding for p in parts), since=_latest(p.since for p in parts))


def _names(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups for name in group))


def _earliest(times: Iterable[datetime | None]) -> datetime | None:
    """None ("all along") is the earliest of all."""
    known: list[datetime] = []
    for moment in times:
        if moment is None:
            return None
        known.append(moment)
    return min(known)


def _latest(times: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in times if moment is not None), default=None)
