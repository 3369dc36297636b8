"""Tools that search a site for weak places: by their name, by what they ask for, by how often they miss."""

from __future__ import annotations

from collections.abc import Iterable

from ...report import Finding, Success
from ...table import Event
from ...tags import bit
from ...tally import Burst, Judgement, Tally, Trace, split
from ...webtrace import is_part

MISSES, AT_ONCE = 10, 60
SLOW_MISSES, AN_HOUR = 40, 3600
ADMIN_PAGES = 4
_AGENT, _PROBE, _CRAWLER = bit("scanner.agent"), bit("scanner.probe"), bit("crawler")
_ADMIN = bit("scanner.admin")
_MISSED = bit("status.400") | bit("status.403") | bit("status.404")


class Scanner(Trace):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.named = 0
        self.probes = 0
        self.crawler = False
        self.answered = 0
        self.quick = Burst(MISSES, AT_ONCE)
        self.slow = Burst(SLOW_MISSES, AN_HOUR)
        self.admin = Burst(ADMIN_PAGES, AN_HOUR)

    @property
    def guilty(self) -> bool:
        return bool(self.named or self.probes or self.quick.reached or self.slow.reached or self.admin.reached)


class Finder:
    LISTENS = ("scanner.agent", "scanner.probe", "scanner.admin", "status.400", "status.403", "status.404")

    def __init__(self) -> None:
        self._addresses: Tally[Scanner] = Tally(Scanner)

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten

    def see(self, event: Event) -> None:
        if not event.address:
            return
        missed = event.status >= 400
        if not missed and not event.tags & _AGENT:
            return
        scanner = self._addresses.of(event.address)
        scanner.add(event)
        scanner.named += bool(event.tags & _AGENT)
        scanner.probes += bool(event.tags & _PROBE and missed)
        scanner.answered += not missed
        if event.tags & _ADMIN and missed:
            scanner.admin.add(event.time, event.target)
        scanner.crawler |= bool(event.tags & _CRAWLER)
        # A page that has moved leaves its pictures behind: missing ones say nothing.
        if event.tags & _MISSED and not is_part(event.target):
            scanner.quick.add(event.time, event.target)
            scanner.slow.add(event.time, event.target)

    def found(self) -> Iterable[Finding]:
        return split("web_scanner", (s for s in self._addresses if s.guilty), _judge)


def _judge(scanner: Scanner) -> Judgement:
    success: Success = "unknown" if scanner.answered else "no"
    if scanner.named:
        return "tool", "low", success, "high", ["what_else"]
    if scanner.crawler:
        return "crawler", "low", success, "low", ["what_else"]
    if scanner.probes or scanner.admin.reached:
        return "probe", "low", success, "medium", ["what_else"]
    return "misses", "low", success, "medium", ["what_else"]
