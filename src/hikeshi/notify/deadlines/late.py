"""Deadlines that passed before the report was made: seen from the clock, recorded once, explained by whoever can."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.engines.ledger.entry import Actor
from hikeshi.notify.deadlines import standing
from hikeshi.notify.deadlines.standing import Due, Row
from hikeshi.notify.entries import DutyMissed

CLOCK = Actor("hikeshi", "火消し Hikeshi")
STEP = "S4.1b"
EVERY = 60.0
"""Seconds between two looks at the clocks of all cases; a day's deadline does not need more."""

_looked = float("-inf")


def passed(groups: Mapping[str, Iterable[Row]], now: datetime) -> Iterator[tuple[Row, Due]]:
    """What law or contract demands, whose time was over before it was made or waived."""
    for row in groups["required"]:
        if row.duty.kind in ("duty", "contract"):
            yield from ((row, due) for due in row.dues if due.overran(now))


def entry(row: Row, due: Due, actor: Actor, **named: Any) -> casebook.Entry:
    """That this deadline was missed. Keywords: reason (a kept text), at."""
    data = DutyMissed(
        target=row.target,
        stage=due.deadline.stage,  # type: ignore[arg-type]
        kind=due.deadline.kind,  # type: ignore[arg-type]
        due=due.at,
        provisional=due.deadline.provisional,
        reason=named.get("reason"),
    )
    return casebook.Entry(data, actor, named.get("at"), step=STEP)


def note(case: Any, now: datetime | None = None) -> int:
    """Record the deadlines of a case that passed and are not recorded yet; how many there were."""
    now = now or casebook.now()
    groups = standing.rows(standing.judged(case, now), standing.told(case), standing.missed(case))
    new = [(row, due) for row, due in passed(groups, now) if due.missed is None]
    for row, due in new:
        once = f"missed:{row.target}:{due.deadline.stage}:{due.at}"
        casebook.record(case, [entry(row, due, CLOCK)], request_id=once)
    return len(new)


def do_owed() -> int:
    """Look at the clocks of every open case, at most once a minute; how many missed deadlines were recorded."""
    global _looked
    if time.monotonic() - _looked < EVERY:
        return 0
    _looked = time.monotonic()
    return sum(note(case) for case in casebook.Case.objects.filter(closed_at=None, drill=False))
