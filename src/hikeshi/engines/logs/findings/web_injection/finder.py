"""Requests with database commands, scripts, shell commands, look-ups or templates in them."""

from __future__ import annotations

from collections.abc import Iterable

from ...report import Finding, Success
from ...table import Event
from ...tally import Judgement, Tally, split
from ...webtrace import WebTrace

# The gravest first: what an address did is named by its gravest kind.
KINDS = ("command", "phpcode", "log4shell", "template", "exploit", "sqli", "rfi", "xss")
_RUNS = KINDS[:5]


class Finder:
    LISTENS = (*KINDS, "sqli.weak", "xss.weak")

    def __init__(self) -> None:
        self._addresses: Tally[WebTrace] = Tally(WebTrace)

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten

    def see(self, event: Event) -> None:
        if event.address:
            self._addresses.of(event.address).see(event, self.LISTENS)

    def found(self) -> Iterable[Finding]:
        return split("web_injection", (t for t in self._addresses if t.guilty), _judge)


def _judge(trace: WebTrace) -> Judgement:
    kinds = {name.removesuffix(".weak") for name in trace.kinds}
    variant = next(kind for kind in KINDS if kind in kinds)
    # A look-up may have been made by a log writer behind a server that answered 404.
    success: Success = "unknown" if "log4shell" in kinds else trace.success()
    settle = ["log4shell"] if "log4shell" in kinds else []
    if success == "no":
        return variant, "low", "no", "high" if trace.sure else "medium", settle
    settle += ["application_log", "product_used"]
    if variant in _RUNS and trace.answered:
        return variant, "high" if trace.reached else "medium", "unknown", "medium", settle
    return variant, "medium" if trace.sure else "low", "unknown", "medium" if trace.sure else "low", settle
