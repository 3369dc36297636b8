"""Guessing at log-ins of any product: what the finders windows_login, mail_login, vpn_login … share.

An address is judged by the accounts that were strange to it: those that had not logged in from there before they
failed. So an owner's telephone with an old password, or an office behind one address, is no attacker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from .newcomers import Newcomers
from .report import Finding, Level, Sample
from .table import Event
from .tags import bit
from .tally import Burst, Judgement, Tally, Trace, finding, keep, sample, split
from .vocabulary import login_tags

FEW, A_MINUTE, AN_HOUR = 4, 60, 3600
MANY, A_WHILE = 5, 600
SLOW = 10  # tries in all, however slow
SPRAY = 6  # different accounts, a few tries each
NAMES, A_DAY = 4, 86_400  # different accounts within a day
CROWD = 15  # addresses at one account within a day
# Accounts told apart at one address: the first few always, more while there is room for all addresses together.
_ALWAYS, _ACCOUNTS, _ROOM = 6, 200, 100_000
_WORD = re.compile(r"[A-Za-z][\w-]{0,23}")
ITSELF = ("127.0.0.1", "::1")


class Failed:
    """Failures of one account from one address. A try may be told by several lines, each of a kind of its own."""

    __slots__ = ("first", "kinds", "last", "name", "tries")

    def __init__(self, name: str, time: float) -> None:
        self.name, self.first, self.last, self.tries = name, time, time, 0
        self.kinds: dict[str, int] = {}

    def add(self, event: Event) -> int:
        """Counts one line; answers how many tries it adds to those known."""
        self.first, self.last = min(self.first, event.time), max(self.last, event.time)
        kind = _kind(event)
        self.kinds[kind] = self.kinds.get(kind, 0) + event.count
        more = max(0, self.kinds[kind] - self.tries)
        self.tries += more
        return more


class Worked:
    """Log-ins of one account from one address that worked."""

    __slots__ = ("count", "first", "host", "last", "name", "proof")

    def __init__(self, event: Event) -> None:
        self.name, self.first, self.last, self.count = event.user, event.time, event.time, 0
        self.host, self.proof = event.host, sample(event)

    def add(self, event: Event) -> None:
        self.count += event.count
        self.last = max(self.last, event.time)
        if event.time < self.first:
            self.first, self.proof = event.time, sample(event)


class Guesser(Trace):
    """One address that failed. What is known of its log-ins is weighed last, since files may come in any order."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.fails: dict[str, Failed] = {}
        self.bursts = (Burst(FEW, A_MINUTE), Burst(MANY, A_WHILE))
        self.hourly = Burst(FEW, AN_HOUR)
        self.names = Burst(NAMES, A_DAY)
        self.strange: list[Failed] = []
        self.won: list[Worked] = []

    @property
    def tries(self) -> int:
        return sum(one.tries for one in self.fails.values())

    @property
    def strange_tries(self) -> int:
        return sum(one.tries for one in self.strange)

    @property
    def quick(self) -> bool:
        return any(burst.reached for burst in self.bursts)

    @property
    def guilty(self) -> bool:
        # Four in an hour and then in: that is how somebody looks who searches their memory for the password.
        many = self.quick or self.strange_tries >= SLOW or (self.hourly.reached and not self.won)
        return (many or (self.names.reached and len(self.strange) >= NAMES)) and self.strange_tries >= FEW

    def fail(self, event: Event, most: int) -> None:
        self.add(event)
        key = event.user.casefold()
        one = self.fails.get(key)
        if one is None:
            if len(self.fails) >= most:
                return
            one = self.fails[key] = Failed(event.user, event.time)
        more = one.add(event)
        for _ in range(min(more, MANY)):
            for burst in (*self.bursts, self.hourly):
                burst.add(event.time)
        if key:
            self.names.add(event.time, key)

    def weigh(self, worked: dict[str, Worked]) -> None:
        """Which of its accounts were strange to it, and which of them let it in afterwards."""
        known = {key for key, one in worked.items() if key in self.fails and one.first < self.fails[key].first}
        first = min((one.first for one in self.fails.values()), default=self.first)
        at_home = any(one.first < first for one in worked.values())
        self.strange = [one for key, one in self.fails.items() if key not in known and not (at_home and not key)]
        for key, one in worked.items():
            tried = self.fails.get(key)
            if key in known or one.last < first or (tried is None and at_home):
                continue
            self.won.append(one)
            keep(self.hosts, one.host)
            self.last = max(self.last, one.last)


class Account(Trace):
    """One account: from how many addresses it was tried within a day."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.crowd = Burst(CROWD, A_DAY)
        self.addresses: set[str] = set()
        self.since = float("inf")

    def tried(self, event: Event) -> None:
        self.events += event.count
        self.since = min(self.since, event.time)
        self.crowd.add(event.time, event.address)
        keep(self.addresses, event.address)


class Visitor(Trace):
    """One address that logged in."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.worked: dict[str, Worked] = {}

    def let_in(self, event: Event, most: int) -> None:
        self.events += event.count
        key = event.user.casefold()
        if key not in self.worked:
            if len(self.worked) >= most:
                return
            self.worked[key] = Worked(event)
        self.worked[key].add(event)


class LoginFinder:
    """What every finder of log-ins does; a kind gives its name and its family of the shared vocabulary."""

    KIND: ClassVar[str]
    FAMILY: ClassVar[str]
    ITSELF_TOO: ClassVar[bool] = True
    LISTENS: tuple[str, ...]

    def __init_subclass__(cls) -> None:
        cls.LISTENS = login_tags(cls.FAMILY)

    def __init__(self) -> None:
        self._addresses: Tally[Guesser] = Tally(Guesser)
        self._accounts: Tally[Account] = Tally(Account)
        self._visitors: Tally[Visitor] = Tally(Visitor)
        self._newcomers = Newcomers()
        self._failed = bit(self.LISTENS[1])
        self._pairs = 0

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten + self._visitors.forgotten + self._newcomers.forgotten

    def see(self, event: Event) -> None:
        if event.address in ("", "-", "?") or (event.address in ITSELF and not self.ITSELF_TOO):
            return
        most = _ACCOUNTS if self._pairs < _ROOM else _ALWAYS
        if event.tags & self._failed:
            guesser = self._addresses.of(event.address)
            before = len(guesser.fails)
            guesser.fail(event, most)
            self._pairs += len(guesser.fails) - before
            self._accounts.of(event.user.casefold() or "?").tried(event)
        else:
            visitor = self._visitors.of(event.address)
            before = len(visitor.worked)
            visitor.let_in(event, most)
            self._pairs += len(visitor.worked) - before
            self._newcomers.see(event)

    def found(self) -> Iterable[Finding]:
        for guesser in self._addresses:
            visitor = self._visitors.get(guesser.key)
            guesser.weigh(visitor.worked if visitor else {})
        guilty = [one for one in self._addresses if one.guilty]
        told = {one.key for one in guilty}
        for one in split(self.KIND, guilty, _judge, attempts=lambda g: g.tries):
            yield _named(one, [g for g in guilty if g.key in one.addresses])
        owners = [g for g in self._addresses if g.key not in told and g.tries >= SLOW]
        yield from split(self.KIND, owners, _judge_owner, alone=0, attempts=lambda g: g.tries)
        crowds = [account for account in self._accounts if account.crowd.reached]
        yield from self._crowds(crowds, told | {one.key for one in owners})
        suspects = {one.casefold(): g.first for g in guilty for one in g.accounts}
        suspects |= {one.key: one.since for one in crowds if one.key != "?"}
        yield from self._newcomers.found(self.KIND, suspects, told)

    def _crowds(self, crowds: list[Account], told: set[str]) -> Iterator[Finding]:
        """Botnets: each address tries so rarely that none stands out, but together they do."""
        members = set().union(*(account.addresses for account in crowds)) if crowds else set()
        quiet = [g for g in self._addresses if g.key in members and g.key not in told and g.strange]
        if len(quiet) < CROWD:
            return
        aimed = {account.key for account in crowds}
        won = [g for g in quiet if any(one.name.casefold() in aimed for one in g.won)]
        lost = [g for g in quiet if g not in won]
        for group, inside in ((won, True), (lost, False)):
            if not group:
                continue
            for guesser in group if inside else ():
                guesser.proofs = _proofs(guesser)
            one = finding(
                self.KIND,
                "crowd_success" if inside else "crowd",
                group,
                level="medium" if inside else "low",
                success="yes" if inside else "no",
                confidence="low" if inside else "medium",
                settle=["ask_account", "other_logins"] if inside else ["other_logins"],
                attempts=sum(g.tries for g in group),
            )
            yield _named(one, group) if inside else one


def _kind(event: Event) -> str:
    """Which of the lines of one try this is: by who wrote it, and the first word of what it says."""
    word = _WORD.match(event.message)
    said = word[0] if word else ""
    return f"{event.source} {event.action} {'login' if said.endswith('-login') else said}"


def _proofs(guesser: Guesser) -> list[Sample]:
    return [one.proof for one in sorted(guesser.won, key=lambda one: one.last)][:3]


def _named(one: Finding, group: list[Guesser]) -> Finding:
    """Names the account that let it in, before those that were only tried."""
    if one.success == "yes":
        won = sorted({worked.name for guesser in group for worked in guesser.won if worked.name})
        one.accounts = [*won, *(name for name in one.accounts if name not in won)]
        one.params["account"] = won[0] if won else "?"
    return one


def _judge(guesser: Guesser) -> Judgement:
    if guesser.won:
        guesser.proofs = _proofs(guesser)
        settle = ["ask_account", "what_done"]
        several = len(guesser.strange) >= NAMES
        if not several and (guesser.tries < SLOW or not guesser.quick):
            # Few tries at one account, or one every few minutes: as likely its owner, or a device of theirs.
            return "success", "medium", "yes", "low", settle
        return "success", "high", "yes", "high" if several or guesser.tries >= 20 else "medium", settle
    spray = len(guesser.strange) >= SPRAY and guesser.tries <= 3 * len(guesser.strange)
    level: Level = "medium" if guesser.tries >= 1000 else "low"
    return "spray" if spray else "failed", level, "no", "high", ["other_logins"]


def _judge_owner(guesser: Guesser) -> Judgement:
    return "owner", "low", "unknown", "low", ["ask_account"]
