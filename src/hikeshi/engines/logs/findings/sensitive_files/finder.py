"""Requests for settings, keys, histories, backups and other files that no visitor needs."""

from __future__ import annotations

from collections.abc import Iterable

from ...report import Finding
from ...table import Event
from ...tally import Burst, Judgement, Tally, Trace, split

DIFFERENT, A_DAY = 3, 86_400


class Seeker(Trace):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.different = Burst(DIFFERENT, A_DAY)
        self.refused = 0
        self.sizes: set[int] = set()
        self.handed: set[str] = set()


class Finder:
    LISTENS = ("secret.file",)

    def __init__(self) -> None:
        self._addresses: Tally[Seeker] = Tally(Seeker)

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten

    def see(self, event: Event) -> None:
        if not event.address:
            return
        seeker = self._addresses.of(event.address)
        seeker.add(event)
        seeker.different.add(event.time, event.target)
        if 400 <= event.status < 500:
            seeker.refused += 1
        elif event.status in (200, 206) and event.sent and event.method != "HEAD":
            if len(seeker.sizes) < 100:
                seeker.sizes.add(event.sent)
            if len(seeker.handed) < 100:
                seeker.handed.add(event.target[:500])
            seeker.prove(event)

    def found(self) -> Iterable[Finding]:
        return split("sensitive_files", (s for s in self._addresses if s.different.reached or s.handed), _judge)


def _judge(seeker: Seeker) -> Judgement:
    if not seeker.handed:
        return "sought", "low", "no", "high", []
    if len(seeker.handed) > 1 and len(seeker.sizes) == 1:
        # A site that answers everything with one page gives all of these the same size.
        return "same_page", "low", "unknown", "low", ["ask_again"]
    if seeker.refused >= DIFFERENT:
        return "handed", "high", "yes", "medium", ["what_inside", "change_secrets"]
    return "perhaps", "medium", "unknown", "medium", ["ask_again", "what_inside"]
