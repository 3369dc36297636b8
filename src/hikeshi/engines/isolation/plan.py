"""What is to be done, before anything is done: the same for every system."""

from __future__ import annotations

from dataclasses import dataclass, field

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.isolation.allow import Allowed

VERBS = ("on", "confirm", "off", "status")
REMOTE_TIMER = 60
# Long enough to type the confirmation; a day is the longest that a person is expected to think about it.
SHORTEST, LONGEST = 5, 86400


@dataclass(frozen=True)
class Plan:
    """`timer` in seconds (0: none). `escape`: the address from which the host is being led stays allowed by itself."""

    allow: list[Allowed] = field(default_factory=list)
    timer: int = 0
    escape: bool = True


def make(allow: list[Allowed], *, timer: int | None, over_link: bool) -> Plan:
    """The plan with its timer: 60 s over a link, none at the machine, unless one is given.

    Raises isolation.timer_needed (a link without a timer) and isolation.bad_timer, exit 2 both.
    """
    if timer is None:
        timer = REMOTE_TIMER if over_link else 0
    if timer == 0 and over_link:
        raise Problem("isolation.timer_needed", exit=2)
    if timer and not SHORTEST <= timer <= LONGEST:
        raise Problem("isolation.bad_timer", seconds=timer, least=SHORTEST, most=LONGEST, exit=2)
    return Plan(allow, timer)
