"""Requests that try to read outside the site's folder."""

from __future__ import annotations

from collections.abc import Iterable

from ...report import Finding, Level
from ...table import Event
from ...tally import Judgement, Tally, split
from ...webtrace import WebTrace


class Finder:
    LISTENS = ("traversal", "traversal.weak")

    def __init__(self) -> None:
        self._addresses: Tally[WebTrace] = Tally(WebTrace)

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten

    def see(self, event: Event) -> None:
        if event.address:
            self._addresses.of(event.address).see(event, self.LISTENS)

    def found(self) -> Iterable[Finding]:
        return split("path_traversal", (t for t in self._addresses if t.guilty), _judge)


def _judge(trace: WebTrace) -> Judgement:
    success = trace.success()
    if success == "no":
        return "refused", "low", "no", "high" if trace.sure else "medium", []
    if not trace.sure:
        return "weak", "low", "unknown", "low", ["ask_again"]
    level: Level = "high" if trace.reached and trace.sent else "medium"
    return "answered", level, "unknown", "medium", ["ask_again", "sent_size"]
