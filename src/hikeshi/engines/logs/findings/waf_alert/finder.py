"""What a web application firewall (ModSecurity) took for an attack."""

from __future__ import annotations

from collections.abc import Iterable

from ...report import Finding
from ...table import Event
from ...tally import Judgement, Tally, Trace, split


class Alarmed(Trace):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.passed = 0


class Finder:
    LISTENS = ("waf.alert",)

    def __init__(self) -> None:
        self._addresses: Tally[Alarmed] = Tally(Alarmed)

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten

    def see(self, event: Event) -> None:
        if event.address:
            alarmed = self._addresses.of(event.address)
            alarmed.add(event)
            alarmed.passed += "Access denied" not in event.message

    def found(self) -> Iterable[Finding]:
        return split("waf_alert", self._addresses, _judge)


def _judge(alarmed: Alarmed) -> Judgement:
    if alarmed.passed:
        return "warned", "low", "unknown", "medium", ["access_log"]
    return "denied", "low", "no", "high", []
