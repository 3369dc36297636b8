"""Decides, without any side effect, which account comes first and why, and how each one ends.

What opens most comes first, so that nothing closed is opened again by what is still in other hands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from hikeshi.contain.accounts.accounts import OPENS, Account, Step

Reason = Literal["stop_by_phone", "opens_all", "recovers", "suspected", "opens_next"]
Answer = Literal["seen", "not_there", "cannot", "unknown", "later"]
Ending = Literal["closed_with_proof", "open"]


@dataclass(frozen=True)
class Held:
    """One account of the person. `recovered_by`: the account whose mail, or whose sign-in, opens this one again."""

    id: str
    service: str
    suspected: bool = False
    recovered_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turn:
    """An account at its turn, with the reason; `opens`: those of the person's accounts that it would open again."""

    held: Held
    reason: Reason
    opens: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """What was answered, step by step, and the proof attached to a step (names of kept evidence, never a secret)."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    attached: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How an account ends. `missing`: the steps that keep it open; `lost`: traces that could not be secured."""

    ending: Ending
    missing: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def order(held: Iterable[Held], services: Mapping[str, Account]) -> list[Turn]:
    """Every account once: money that one call stops, then mail, then what was entered, then the rest by what it opens.

    An account that opens another always comes before it, except before a call that stops money.
    """
    waiting = sorted({one.id: one for one in held}.values(), key=lambda one: _rank(one, services))
    opened: dict[str, list[str]] = {}
    for one in waiting:
        for other in one.recovered_by:
            opened.setdefault(other, []).append(one.id)
    turns: list[Turn] = []
    while waiting:
        left = {one.id for one in waiting}
        free = [one for one in waiting if _stops(one, services) or not left & (set(one.recovered_by) - {one.id})]
        # Two accounts that open each other: the rank alone decides.
        chosen = (free or waiting)[0]
        waiting.remove(chosen)
        opens = tuple(name for name in opened.get(chosen.id, []) if name != chosen.id)
        turns.append(Turn(chosen, _reason(chosen, services, opens), opens))
    return turns


def _stops(one: Held, services: Mapping[str, Account]) -> bool:
    return one.suspected and one.service in services and services[one.service].stop_first


def _group(one: Held, services: Mapping[str, Account]) -> int:
    """A service nobody described stands last, and still has its turn."""
    return OPENS.index(services[one.service].opens) if one.service in services else len(OPENS)


def _rank(one: Held, services: Mapping[str, Account]) -> tuple[bool, bool, bool, int, str]:
    group = _group(one, services)
    return (not _stops(one, services), group != 0, not one.suspected, group, one.id)


def _reason(one: Held, services: Mapping[str, Account], opens: tuple[str, ...]) -> Reason:
    if _stops(one, services):
        return "stop_by_phone"
    if _group(one, services) == 0:
        return "opens_all"
    if opens:
        return "recovers"
    return "suspected" if one.suspected else "opens_next"


def next_step(account: Account, progress: Progress) -> Step | None:
    """The first step without an answer; nothing is revoked while a trace has not been looked at."""
    return next((step for step in account.steps if step.id not in progress.answers), None)


def may_revoke(account: Account, progress: Progress) -> bool:
    """Whether each trace was secured, was not there, or could not be had: revoking destroys some of them."""
    return all(progress.answers.get(step.id, "later") != "later" for step in account.phase("proof"))


def outcome(account: Account, progress: Progress) -> Outcome:
    """Closed only when every way in was revoked or is not there, and each check was seen with a proof attached."""
    said = progress.answers
    missing = [step.id for step in account.phase("proof") if said.get(step.id, "later") == "later"]
    missing += [step.id for step in account.phase("revoke") if said.get(step.id) not in ("seen", "not_there")]
    missing += [
        step.id for step in account.phase("verify") if said.get(step.id) != "seen" or not progress.attached.get(step.id)
    ]
    lost = tuple(step.id for step in account.phase("proof") if said.get(step.id) in ("cannot", "unknown"))
    return Outcome("open" if missing else "closed_with_proof", tuple(missing), lost)
