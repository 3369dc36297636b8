"""Programs that an intruder left on the web server: searched for, present, or used."""

from __future__ import annotations

from collections.abc import Iterable

from ...report import Finding
from ...table import Event
from ...tags import bit
from ...tally import Judgement, Tally, split
from ...webtrace import WebTrace

USED = 3
_INDEX, _ENTRY = bit("shell.index"), bit("shell.entry")
_SHELLS = ("shell.name", "shell.upload", "shell.tunnel")
_SHELL_BITS = bit("shell.name") | bit("shell.upload") | bit("shell.tunnel")


class Shell(WebTrace):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.posts = 0
        self.answered_paths: set[str] = set()


class Finder:
    LISTENS = (*_SHELLS, "shell.index", "shell.entry")

    def __init__(self) -> None:
        self._addresses: Tally[Shell] = Tally(Shell)
        self._entered: dict[str, float] = {}

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten

    def see(self, event: Event) -> None:
        if not event.address:
            return
        if event.tags & _ENTRY and 200 <= event.status < 400 and len(self._entered) < 20_000:
            self._entered.setdefault(event.address, event.time)
        if not event.tags & _SHELL_BITS or event.tags & _INDEX:
            return
        trace = self._addresses.of(event.address)
        trace.see(event, self.LISTENS)
        if 200 <= event.status < 300:
            trace.posts += event.method == "POST"
            trace.answered_paths.add(event.target.partition("?")[0][:500])

    def found(self) -> Iterable[Finding]:
        return split("web_shell", self._addresses, self._judge)

    def _judge(self, trace: Shell) -> Judgement:
        if not trace.answered_paths:
            return "sought", "low", trace.success(), "high", ["is_there"]
        entered = self._entered.get(trace.key)
        if trace.kinds.get("shell.tunnel") or trace.posts >= USED:
            return "used", "high", "unknown", "high", ["is_there", "keep_file"]
        if entered is not None and entered <= trace.last:
            return "uploaded", "high", "unknown", "medium", ["is_there", "keep_file"]
        return "present", "high", "unknown", "medium", ["is_there", "keep_file"]
