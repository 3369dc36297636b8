"""Connections to SSH that never came to a log-in: scanners that speak wrongly, and addresses that the host refused."""

from __future__ import annotations

from collections.abc import Iterable

from ...report import Finding
from ...table import Event
from ...tally import Burst, Judgement, Tally, Trace, split

MANY, QUICKLY = 5, 600


class Prober(Trace):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.burst = Burst(MANY, QUICKLY)
        self.blocked = False


class Finder:
    LISTENS = ("ssh.probe", "ssh.blocked")

    def __init__(self) -> None:
        self._addresses: Tally[Prober] = Tally(Prober)

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten

    def see(self, event: Event) -> None:
        if event.address:
            prober = self._addresses.of(event.address)
            prober.add(event)
            prober.burst.add(event.time)
            # Whoever keeps a list of refused addresses has judged this one already.
            prober.blocked |= event.detail == "blocked"

    def found(self) -> Iterable[Finding]:
        return split("ssh_probe", (p for p in self._addresses if p.blocked or p.burst.reached), _judge)


def _judge(prober: Prober) -> Judgement:
    return "blocked" if prober.blocked else "probe", "low", "no", "medium", ["other_logins"]
