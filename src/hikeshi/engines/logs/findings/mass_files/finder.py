"""Many files fetched, deleted or renamed in a short time, by FTP, shared folders or a cloud service."""

from __future__ import annotations

from collections.abc import Iterable

from ...report import Finding
from ...table import Event
from ...tags import bit
from ...tally import Judgement, Tally, Trace, split

FETCHED, AN_HOUR = 300, 3600
GONE, A_WHILE = 100, 600
_RENAMED, _DELETED = bit("files.renamed"), bit("files.deleted")


class _Window:
    """Whether so many different files came within a span; a file that comes twice counts once."""

    __slots__ = ("_known", "_start", "many", "reached", "span")

    def __init__(self, many: int, span: float) -> None:
        self.many, self.span, self.reached = many, span, False
        self._start = float("-inf")
        self._known: set[int] = set()

    def add(self, time: float, path: str) -> None:
        if self.reached:
            return
        if not self._start <= time <= self._start + self.span:
            self._start, self._known = time, set()
        self._known.add(hash(path))
        self.reached = len(self._known) >= self.many


class Mover(Trace):
    """One account at one address: many people may share an address."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.fetched = _Window(FETCHED, AN_HOUR)
        self.deleted = _Window(GONE, A_WHILE)
        self.renamed = _Window(GONE, A_WHILE)

    @property
    def guilty(self) -> bool:
        return self.fetched.reached or self.deleted.reached or self.renamed.reached


class Finder:
    LISTENS = ("files.fetched", "files.deleted", "files.renamed")

    def __init__(self) -> None:
        self._movers: Tally[Mover] = Tally(Mover)

    @property
    def forgotten(self) -> int:
        return self._movers.forgotten

    def see(self, event: Event) -> None:
        path = event.path or event.target
        if not path or not (event.address or event.user):
            return
        mover = self._movers.of(f"{event.address} {event.user}")
        mover.add(event)
        if event.tags & _DELETED:
            mover.deleted.add(event.time, path)
        elif event.tags & _RENAMED:
            mover.renamed.add(event.time, path)
        else:
            mover.fetched.add(event.time, path)

    def found(self) -> Iterable[Finding]:
        for one in split("mass_files", (m for m in self._movers if m.guilty), _judge):
            one.addresses = list(dict.fromkeys(a for a in (key.partition(" ")[0] for key in one.addresses) if a))
            one.params |= {"address": one.addresses[0] if one.addresses else "?", "addresses": len(one.addresses)}
            for actor in one.actors:
                actor.address = actor.address.partition(" ")[0]
            yield one


def _judge(mover: Mover) -> Judgement:
    settle = ["ask_account", "look_at_files"]
    if mover.renamed.reached:
        return "renamed", "medium", "unknown", "medium", settle
    if mover.deleted.reached:
        return "deleted", "medium", "unknown", "medium", settle
    return "fetched", "medium", "unknown", "low", settle
