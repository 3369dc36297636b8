"""What an intrusion detection (Suricata, FortiGate, CrowdSec, fail2ban …) took for an attack, and whom it shut out."""

from __future__ import annotations

from collections.abc import Iterable

from ...report import Finding
from ...table import Event
from ...tally import Judgement, Tally, Trace, split

GRAVE = "1"  # the severity that such products give to what may have worked
MANY = 3


class Alarmed(Trace):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.grave = 0
        self.passed = 0
        self.banned = 0


class Finder:
    LISTENS = ("ids.alert",)

    def __init__(self) -> None:
        self._addresses: Tally[Alarmed] = Tally(Alarmed)

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten

    def see(self, event: Event) -> None:
        if not event.address:
            return
        alarmed = self._addresses.of(event.address)
        alarmed.add(event)
        alarmed.grave += event.method == GRAVE
        alarmed.banned += event.action.endswith("banned")
        alarmed.passed += event.outcome != "failure" and not event.action.endswith("banned")

    def found(self) -> Iterable[Finding]:
        return split("ids_alert", (a for a in self._addresses if a.grave or a.banned or a.events >= MANY), _judge)


def _judge(alarmed: Alarmed) -> Judgement:
    if alarmed.banned:
        # Another product has judged this address already, and keeps it out.
        return "banned", "low", "no", "medium", ["other_logs"]
    if alarmed.passed:
        return "passed", "medium" if alarmed.grave else "low", "unknown", "medium", ["other_logs"]
    return "blocked", "low", "no", "high", []
