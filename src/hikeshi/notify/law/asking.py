"""Which question would settle a duty: the unknown fact whose answers decide it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from hikeshi.notify.law.kleene import Atom, Fact, Interval, Value
from hikeshi.notify.law.lawbook import Lawbook, conditions_of, leaves
from hikeshi.notify.rules import DutyResult, Evaluation, Judge, Question


def to_ask(evaluation: Evaluation, result: DutyResult) -> list[Question]:
    """The open questions of a duty whose turn it is: what follows a yes is asked once that yes was given."""
    judge = evaluation.judge
    now = [q for q in result.questions if _its_turn(judge, q.fact)]
    return now or list(result.questions)


def _its_turn(judge: Judge, fact: str) -> bool:
    condition = judge.book.ask_if.get(fact)
    return condition is None or condition.judge(judge.context).truth is True


def settling(evaluation: Evaluation, result: DutyResult) -> Question | None:
    """The one question to ask of an open duty: most of its answers settle it; else it leaves the least open.

    Every answer that the fact can have is tried. None when the duty is settled.
    """
    best: tuple[float, float] | None = None
    chosen = None
    for question in to_ask(evaluation, result):
        score = _score(evaluation.judge, result, question.fact)
        if best is None or score > best:
            best, chosen = score, question
    return chosen


def _score(judge: Judge, result: DutyResult, fact: str) -> tuple[float, float]:
    """The share of answers that settle, and how little the others leave open."""
    tried = [judge.knowing(fact, Fact(value, "confirmed")) for value in answers(judge.book, fact)]
    if not tried:
        return 0.0, -99.0
    left = [then.outcome(result.duty) for then in tried]
    settled = sum(outcome.truth is not None for outcome in left)
    return settled / len(left), -sum(len(outcome.open) for outcome in left) / len(left)


def answers(book: Lawbook, fact: str) -> Iterator[Value]:
    """Every answer that makes a difference: yes and no, each choice and none, a number on each side of a threshold."""
    words = book.facts[fact]
    match words.type:
        case "tri":
            yield from (True, False)
        case "choice":
            yield from words.values
        case "choices":
            yield from (frozenset({code}) for code in words.values)
            yield frozenset()
        case "count" | "number":
            for number in sorted({n for threshold in _thresholds(book, fact) for n in (threshold, threshold + 1)}):
                yield Interval(number, number)


def _thresholds(book: Lawbook, fact: str) -> set[int]:
    conditions = [*book.derived.values(), *(c for duty in book.duties for c in conditions_of(duty))]
    atoms = (leaf for c in conditions for leaf in leaves(c) if isinstance(leaf, Atom) and leaf.fact == fact)
    return {atom.operand for atom in atoms if atom.op == "gt" and isinstance(atom.operand, int)}
