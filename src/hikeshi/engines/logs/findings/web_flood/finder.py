"""Too many requests at once: past caches, under changing names, or page after page; and what nginx held back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ...report import Finding
from ...table import Event, Table
from ...tags import bit
from ...tally import Burst, Judgement, Tally, Trace, split
from ...webtrace import is_part

MANY, AT_ONCE = 40, 10
PAGES, A_WHILE = 40, 20
NAMES = 12
LIMITED, A_MINUTE = 5, 60
_QUERY, _VERSION, _LIMITED = bit("flood.query"), bit("flood.version"), bit("flood.limited")
_NAMES, _PAGES = bit("flood.names"), bit("flood.pages")


class Flooder(Trace):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.queries = Burst(MANY, AT_ONCE)
        self.versions = Burst(LIMITED, A_MINUTE)
        self.limited = Burst(LIMITED, A_MINUTE)
        self.names = Burst(NAMES, AT_ONCE)
        self.pages = Burst(PAGES, A_WHILE)

    @property
    def guilty(self) -> bool:
        return any(b.reached for b in (self.queries, self.versions, self.limited, self.names, self.pages))


class Finder:
    LISTENS = ("flood.query", "flood.version", "flood.limited", "flood.names", "flood.pages")

    def __init__(self) -> None:
        self._addresses: Tally[Flooder] = Tally(Flooder)

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten

    def skim(self, table: Table) -> dict[int, int]:
        """Rows of addresses that ask without pause: for each the tags under which it is to be seen.

        Browsers say from which page a part or a call comes; so only requests that come from nowhere are counted.
        """
        if not table.groups:
            return {}
        chosen: dict[int, int] = {}
        busy = {group for group, n in Counter(table.groups).items() if n >= PAGES}
        for group in busy:
            rows = [i for i, one in enumerate(table.groups) if one == group]
            alone = [i for i in rows if table.texts["referer"][i] in (b"-", b"")]
            if _within(table, rows, "agent", NAMES, AT_ONCE):
                chosen.update(dict.fromkeys(rows, _NAMES))
            elif _within(table, alone, "request", PAGES, A_WHILE):
                chosen.update(dict.fromkeys(alone, _PAGES))
        return chosen

    def see(self, event: Event) -> None:
        # Numbers after the parts of a page are versions.
        if not event.address or (event.tags & (_QUERY | _PAGES) and is_part(event.target)):
            return
        flooder = self._addresses.of(event.address)
        flooder.add(event)
        for tag, burst, key in (
            (_QUERY, flooder.queries, event.target),
            (_VERSION, flooder.versions, None),
            (_LIMITED, flooder.limited, None),
            (_NAMES, flooder.names, event.agent),
            (_PAGES, flooder.pages, event.target),
        ):
            if event.tags & tag:
                burst.add(event.time, key)

    def found(self) -> Iterable[Finding]:
        return split("web_flood", (f for f in self._addresses if f.guilty), _judge)


def _within(table: Table, rows: list[int], column: str, many: int, span: float) -> bool:
    """Whether there are so many values, and so many rows within the span. Coarse: the bursts count exactly."""
    if len(rows) < many or len({table.texts[column][i] for i in rows}) < many:
        return False
    times = [table.times[i] for i in rows]
    return any(times[i + many - 1] - times[i] <= span for i in range(len(times) - many + 1))


def _judge(flooder: Flooder) -> Judgement:
    failing = any(status >= 500 for status in flooder.statuses)
    if flooder.queries.reached or flooder.names.reached or flooder.versions.reached:
        return "failing" if failing else "flood", "medium", "unknown", "medium", ["was_it_down"]
    if flooder.limited.reached:
        return "limited", "low", "unknown", "medium", ["was_it_down"]
    return "pages", "low", "unknown", "low", ["was_it_down"]
