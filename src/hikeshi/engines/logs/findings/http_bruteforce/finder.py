"""Guessing passwords at web log-ins: basic authentication, and log-in pages of any program but WordPress."""

from __future__ import annotations

from collections.abc import Iterable

from ...report import Finding
from ...table import Event
from ...tags import bit
from ...tally import Burst, Judgement, Tally, Trace, split

MANY, QUICKLY = 6, 600
PAGES, AT_ONCE = 6, 60
SLOW = 30
_REFUSED, _POST, _401, _IN = bit("web.refused"), bit("login.post"), bit("status.401"), bit("web.signed_in")
_ELSEWHERE = bit("wp.login")  # WordPress has a finder of its own, which knows its answers


class Guesser(Trace):
    """One address. Counted apart: refused names (a guess for sure), and sendings of a log-in form."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.refused = 0
        self.refusals = Burst(MANY, QUICKLY)
        self.posts = 0
        self.forms = Burst(PAGES, AT_ONCE)
        self.answers: dict[tuple[int, int | None], int] = {}
        self.signed_in = 0

    @property
    def uniform(self) -> bool:
        """Nearly all answers are alike, as when each says "wrong password"; a program at work gets different ones."""
        return max(self.answers.values(), default=0) >= 0.8 * self.posts

    @property
    def by_name(self) -> bool:
        return self.refusals.reached or self.refused >= SLOW

    @property
    def guilty(self) -> bool:
        return self.by_name or ((self.forms.reached or self.posts >= SLOW) and self.uniform)


class Finder:
    LISTENS = ("web.refused", "login.post", "status.401", "web.signed_in")

    def __init__(self) -> None:
        self._addresses: Tally[Guesser] = Tally(Guesser)

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten

    def see(self, event: Event) -> None:
        if not event.address:
            return
        if event.tags & _IN:
            guesser = self._addresses.get(event.address)
            if guesser and guesser.by_name:
                guesser.signed_in += 1
                guesser.prove(event)
        elif event.tags & _REFUSED or (event.tags & _401 and event.user):
            # Without a name a 401 is only the question; every program's first request gets one.
            guesser = self._addresses.of(event.address)
            guesser.add(event)
            guesser.refused += 1
            guesser.refusals.add(event.time)
        elif event.tags & _POST and not event.tags & _ELSEWHERE and event.status not in (301, 308):
            guesser = self._addresses.of(event.address)
            guesser.add(event)
            guesser.posts += 1
            guesser.forms.add(event.time)
            key = (event.status, event.sent)
            if key in guesser.answers or len(guesser.answers) < 100:
                guesser.answers[key] = guesser.answers.get(key, 0) + 1
            if guesser.posts > 1 and len(guesser.answers) > 1 and event.status in (200, 302, 303):
                guesser.prove(event)

    def found(self) -> Iterable[Finding]:
        guilty = (g for g in self._addresses if g.guilty)
        return split("http_bruteforce", guilty, _judge, attempts=lambda g: max(g.refused, g.posts))


def _judge(guesser: Guesser) -> Judgement:
    if guesser.by_name and guesser.signed_in:
        return "success", "high", "yes", "medium", ["ask_account", "what_done"]
    if guesser.by_name:
        return "failed", "low", "no", "high", []
    if len(guesser.answers) == 1 and min(guesser.answers)[0] >= 400:
        return "form_refused", "low", "no", "medium", []
    if len(guesser.answers) == 1:
        return "form", "low", "unknown", "medium", ["application_log"]
    return "form_mixed", "medium", "unknown", "low", ["application_log", "ask_account"]
