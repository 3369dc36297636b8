"""Guessing passwords of WordPress through its log-in page or XML-RPC, and listing its users."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...report import Finding
from ...table import Event
from ...tags import bit
from ...tally import Burst, Judgement, Tally, Trace, finding, split

MANY, QUICKLY = 6, 600
SLOW = 20
AUTHORS = 5
CROWD, A_DAY = 20, 86_400
_LOGIN, _XMLRPC, _OTHER = bit("wp.login"), bit("wp.xmlrpc"), bit("wp.other")
_ADMIN, _AUTHOR, _USERS = bit("wp.admin"), bit("wp.author"), bit("wp.users")
_NUMBER = re.compile(r"[?&]author=(\d{1,9})", re.IGNORECASE)
_SOON = 600


class Guesser(Trace):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.tries = 0
        self.burst = Burst(MANY, QUICKLY)
        self.redirected = 0.0
        self.led_on = 0
        self.entries = 0
        self.at_home = False
        self.through_xmlrpc = 0

    @property
    def wrong(self) -> int:
        """Tries that did not lead into the administration; those that did are an owner's day's work."""
        return self.tries - self.entries

    @property
    def guilty(self) -> bool:
        return self.burst.reached or self.wrong >= SLOW

    def enter(self, event: Event) -> None:
        """A page of the administration was given right after a log-in that led on."""
        self.redirected = 0.0
        self.entries += 1
        # Who came in before the first wrong password has a right to.
        self.at_home |= self.wrong == 0
        self.prove(event)

    def missed(self, time: float) -> None:
        self.burst.add(time)


class Lister(Trace):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.authors = Burst(AUTHORS, 3600)


class Finder:
    LISTENS = ("wp.login", "wp.xmlrpc", "wp.admin", "wp.author", "wp.users")

    def __init__(self) -> None:
        self._addresses: Tally[Guesser] = Tally(Guesser)
        self._listers: Tally[Lister] = Tally(Lister)
        self._crowd = Burst(CROWD, A_DAY)

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten + self._listers.forgotten

    def see(self, event: Event) -> None:
        if not event.address:
            return
        if event.tags & (_LOGIN | _XMLRPC) and not event.tags & _OTHER:
            self._tried(event)
        elif event.tags & _ADMIN:
            guesser = self._addresses.get(event.address)
            if guesser and guesser.redirected and event.status == 200 and event.time - guesser.redirected <= _SOON:
                guesser.enter(event)
        elif event.tags & _AUTHOR and (number := _NUMBER.search(event.target)):
            lister = self._listers.of(event.address)
            lister.add(event)
            lister.authors.add(event.time, number[1])

    def _tried(self, event: Event) -> None:
        guesser = self._addresses.of(event.address)
        guesser.add(event)
        if event.tags & _XMLRPC:
            guesser.through_xmlrpc += 1
        if event.status in (404, 410, 301, 308):
            return  # no WordPress there, or only the way to https
        guesser.tries += 1
        if guesser.redirected:  # the last answer led on, but nobody went there
            guesser.missed(guesser.redirected)
            guesser.led_on += 1
            guesser.redirected = 0.0
        if event.tags & _LOGIN and event.status in (302, 303):
            # A wrong password is answered with the page again (200), a right one with the way on.
            guesser.redirected = event.time
            if guesser.tries > 1:
                guesser.prove(event)
            return
        guesser.missed(event.time)
        self._crowd.add(event.time, event.address)

    def found(self) -> Iterable[Finding]:
        guilty = [g for g in self._addresses if g.guilty]
        yield from split("wordpress_login", guilty, _judge, attempts=lambda g: g.tries)
        yield from split("wordpress_login", (x for x in self._listers if x.authors.reached), _judge_lister)
        yield from self._together()

    def _together(self) -> Iterator[Finding]:
        quiet = [g for g in self._addresses if not g.guilty and g.wrong and not g.at_home and g.entries <= g.wrong]
        if self._crowd.reached and len(quiet) >= CROWD:
            entered = any(g.entries for g in quiet)
            yield finding(
                "wordpress_login",
                "crowd",
                quiet,
                level="medium" if entered else "low",
                success="unknown",
                confidence="medium",
                settle=["ask_account", "wp_users"],
                attempts=sum(g.tries for g in quiet),
            )


def _judge(guesser: Guesser) -> Judgement:
    if guesser.entries and guesser.at_home:
        return "redirected", "medium", "unknown", "low", ["ask_account", "wp_users"]
    if guesser.entries:
        sure = guesser.tries >= 20
        return "success", "high", "yes", "high" if sure else "medium", ["ask_account", "wp_users", "what_done"]
    if guesser.redirected or guesser.led_on:
        return "redirected", "medium", "unknown", "medium", ["ask_account", "wp_users"]
    if guesser.through_xmlrpc * 2 > guesser.events:
        # XML-RPC answers 200 to right and wrong alike, and one request may carry hundreds of passwords.
        return "xmlrpc", "medium" if guesser.tries >= SLOW else "low", "unknown", "medium", ["wp_users", "ask_account"]
    return "failed", "low", "no", "high", []


def _judge_lister(lister: Lister) -> Judgement:
    if any(200 <= status < 400 for status in lister.statuses):
        return "listed", "low", "unknown", "medium", ["wp_users"]
    return "listed", "low", "no", "high", []
