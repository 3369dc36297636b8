"""Guessing at SSH: many tries from one address, at many accounts, or from many addresses; and whether it worked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...newcomers import Newcomers
from ...report import Finding, Level, Sample
from ...table import Event
from ...tally import Burst, Judgement, Tally, Trace, finding, keep, sample, split

MANY, QUICKLY = 5, 600  # tries within ten minutes
SLOW = 10  # tries in all, however slow
STRANGERS, A_DAY = 4, 86_400  # different unknown accounts within a day
CROWD = 15  # addresses at one account within a day
_ACCEPTED, _KEPT = 5_000, 20  # addresses with log-ins, and log-ins of one address, that are remembered
_FAILURES = ("ssh.failed", "ssh.invalid", "ssh.pam", "ssh.preauth", "ssh.refused", "ssh.toomany")


class Guesser(Trace):
    """One address. sshd writes up to four lines for one try, so tries are the most frequent of the kinds of lines."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.kinds: Counter[str] = Counter()
        self.bursts: dict[str, Burst] = {}
        self.strangers = Burst(STRANGERS, A_DAY)
        self.unknown: set[str] = set()
        self.known_before = 0
        self.successes = 0
        self.methods: set[str] = set()
        self.won: set[str] = set()

    @property
    def tries(self) -> int:
        return max(self.kinds.values(), default=0)

    @property
    def guilty(self) -> bool:
        return self.strangers.reached or self.tries >= SLOW or any(b.reached for b in self.bursts.values())

    def fail(self, event: Event) -> None:
        self.add(event)
        self.kinds[event.detail] += event.count
        burst = self.bursts.setdefault(event.detail, Burst(MANY, QUICKLY))
        for _ in range(min(event.count, MANY)):
            burst.add(event.time)
        if event.detail == "invalid" or b"invalid user" in event.raw:
            keep(self.unknown, event.user)
            self.strangers.add(event.time, event.user)


@dataclass(slots=True)
class _Accepted:
    time: float
    user: str
    method: str
    host: str
    sample: Sample


class Finder:
    LISTENS = (*_FAILURES, "ssh.accepted")

    def __init__(self) -> None:
        self._addresses: Tally[Guesser] = Tally(Guesser)
        self._accounts: Tally[_Account] = Tally(_Account)
        self._accepted: dict[str, list[_Accepted]] = {}
        self._newcomers = Newcomers()

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten + self._newcomers.forgotten

    def see(self, event: Event) -> None:
        if not event.address:
            return
        if event.detail != "accepted":
            self._addresses.of(event.address).fail(event)
            self._accounts.of(event.user or "?").tried(event)
            return
        self._newcomers.see(event)
        known = self._accepted.get(event.address)
        if known is None:
            if len(self._accepted) >= _ACCEPTED:
                return
            known = self._accepted[event.address] = []
        if len(known) >= _KEPT:
            del known[_KEPT // 2]  # the first and the last tell most
        known.append(_Accepted(event.time, event.user, event.method, event.host, sample(event)))

    def found(self) -> Iterable[Finding]:
        guilty = [g for g in self._addresses if g.guilty]
        for guesser in self._addresses:
            self._weigh(guesser)
        for one in split("ssh_bruteforce", guilty, _judge, attempts=lambda g: g.tries):
            if one.success == "yes":
                won = sorted(set().union(*(g.won for g in guilty if g.key in one.addresses)))
                one.params["account"] = won[0] if won else ""
                one.accounts = [*won, *(name for name in one.accounts if name not in won)]
            yield one
        yield from self._crowds({g.key for g in guilty})
        # Somebody is always guessing at SSH: that an account was tried makes a new address no stranger.
        yield from self._newcomers.found("ssh_bruteforce", {}, {g.key for g in guilty})

    def _weigh(self, guesser: Guesser) -> None:
        """Its log-ins before and after its first failure; looked at last, since files may come in any order."""
        for accepted in self._accepted.get(guesser.key, ()):
            if accepted.time < guesser.first:
                guesser.known_before += 1
                continue
            guesser.successes += 1
            guesser.methods.add(accepted.method)
            keep(guesser.won, accepted.user)
            keep(guesser.hosts, accepted.host)
            guesser.last = max(guesser.last, accepted.time)
            if len(guesser.proofs) < 3:
                guesser.proofs.append(accepted.sample)

    def _crowds(self, told: set[str]) -> Iterator[Finding]:
        """Botnets: each address tries so rarely that none stands out, but together they do."""
        crowds = [a for a in self._accounts if a.crowd.reached]
        quiet = [g for g in self._addresses if g.key not in told and any(g.key in a.addresses for a in crowds)]
        if len(quiet) < CROWD:
            return
        won = [g for g in quiet if g.successes]
        for members, success in ((won, "yes"), ([g for g in quiet if not g.successes], "no")):
            if members:
                yield finding(
                    "ssh_bruteforce",
                    "crowd_success" if success == "yes" else "crowd",
                    members,
                    level="high" if success == "yes" else "low",
                    success="yes" if success == "yes" else "no",
                    confidence="medium",
                    settle=["ask_account", "other_logins"] if success == "yes" else ["other_logins"],
                    attempts=sum(g.tries for g in members),
                )


class _Account(Trace):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.crowd = Burst(CROWD, A_DAY)
        self.addresses: set[str] = set()

    def tried(self, event: Event) -> None:
        self.crowd.add(event.time, event.address)
        keep(self.addresses, event.address)


def _judge(guesser: Guesser) -> Judgement:
    if guesser.successes:
        settle = ["ask_account", "what_done"]
        if guesser.known_before:
            # It signed in before it failed: as likely somebody who mistyped.
            return "known_success", "medium", "yes", "low", settle
        if guesser.methods == {"publickey"}:
            return "key_success", "medium", "yes", "low", settle
        sure = guesser.tries >= 20 or len(guesser.unknown) >= STRANGERS
        if not sure and guesser.tries < 10 and len(guesser.accounts) <= 1:
            return "success", "medium", "yes", "low", settle
        return "success", "high", "yes", "high" if sure else "medium", settle
    spray = len(guesser.accounts) >= 10 and guesser.tries <= 3 * len(guesser.accounts)
    level: Level = "medium" if guesser.tries >= 1000 else "low"
    return "spray" if spray else "failed", level, "no", "high", ["other_logins"]
