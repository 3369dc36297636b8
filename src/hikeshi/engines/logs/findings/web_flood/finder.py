"""Many requests at once, made so that no cache can answer them: an attempt to make the site stop."""

from __future__ import annotations

from collections.abc import Iterable

from ...report import Finding
from ...table import Event
from ...tally import Burst, Judgement, Tally, Trace, split
from ...webtrace import is_part

MANY, AT_ONCE = 40, 10


class Flooder(Trace):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.burst = Burst(MANY, AT_ONCE)


class Finder:
    LISTENS = ("flood.query",)

    def __init__(self) -> None:
        self._addresses: Tally[Flooder] = Tally(Flooder)

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten

    def see(self, event: Event) -> None:
        # Numbers after the parts of a page are versions.
        if event.address and not is_part(event.target):
            flooder = self._addresses.of(event.address)
            flooder.add(event)
            flooder.burst.add(event.time, event.target)

    def found(self) -> Iterable[Finding]:
        return split("web_flood", (f for f in self._addresses if f.burst.reached), _judge)


def _judge(flooder: Flooder) -> Judgement:
    failing = sum(n for status, n in flooder.statuses.items() if status >= 500)
    return "failing" if failing else "flood", "medium", "unknown", "medium", ["was_it_down"]
