"""Log-ins from an address that an account never used before: by itself no attack, after guessing a reason to ask."""

from __future__ import annotations

from collections.abc import Iterator

from .addresses import network
from .report import Finding
from .table import Event
from .tally import Tally, Trace, finding, sample

KNOWN_FOR, LOGINS = 3 * 86_400, 10  # how long and how often an account must have been seen before
NETWORKS = 5  # who comes from many networks is on the move: another one says nothing
AFTER = 7 * 86_400
# Addresses that are known of one account: the first few always, then while there is room for all accounts together.
_ALWAYS, _MOST, _ROOM = 6, 200, 50_000


class Customs(Trace):
    """One account, and each address that it logged in from: the first time, how often, and the first line."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.name = ""
        self.places: dict[str, Trace] = {}

    def see(self, event: Event, most: int) -> None:
        self.events += event.count
        self.name = self.name or event.user
        place = self.places.get(event.address)
        if place is None:
            if len(self.places) >= most:
                return
            place = self.places[event.address] = Trace(event.address)
        earlier = event.time < place.first
        place.add(event)
        if earlier:
            place.samples = [sample(event), *place.samples][:4]

    def new(self, *, settled: bool) -> Iterator[Trace]:
        """Addresses of the internet in networks new to this account; `settled` asks for a longer acquaintance."""
        known: set[str] = set()
        since, logins = float("inf"), 0
        for place in sorted(self.places.values(), key=lambda one: one.first):
            where = network(place.key)
            enough = place.first - since >= KNOWN_FOR and logins >= LOGINS if settled else logins > 0
            if where and where not in known and enough and len(known) < NETWORKS:
                yield place
            known.add(where or place.key)
            since, logins = min(since, place.first), logins + place.events


class Newcomers:
    """Listens to log-ins that worked, within one family."""

    def __init__(self) -> None:
        self._accounts: Tally[Customs] = Tally(Customs)
        self._places = 0

    @property
    def forgotten(self) -> int:
        return self._accounts.forgotten

    def see(self, event: Event) -> None:
        if event.user:
            account = self._accounts.of(event.user.casefold())
            before = len(account.places)
            account.see(event, _MOST if self._places < _ROOM else _ALWAYS)
            self._places += len(account.places) - before

    def found(self, kind: str, suspects: dict[str, float], told: set[str]) -> Iterator[Finding]:
        """`suspects`: accounts that were guessed at, and since when; `told`: addresses that have a finding already."""
        strangers: list[Trace] = []
        for account in self._accounts:
            since = suspects.get(account.key)
            if since is not None:
                for place in account.new(settled=False):
                    if place.key not in told and since <= place.first <= since + AFTER:
                        yield self._one(kind, "after_guessing", [place], account.name)
                continue
            strangers += [place for place in account.new(settled=True) if place.key not in told]
        if len(strangers) > 10:
            yield self._one(kind, "new_addresses", strangers, "")
        else:
            for place in strangers:
                yield self._one(kind, "new_address", [place], next(iter(place.accounts), ""))

    @staticmethod
    def _one(kind: str, variant: str, places: list[Trace], name: str) -> Finding:
        made = finding(
            kind,
            variant,
            places,
            level="medium" if variant == "after_guessing" else "low",
            success="unknown",
            confidence="low",
            settle=["ask_account", "what_done"] if variant == "after_guessing" else ["ask_account"],
        )
        if name:
            made.params["account"] = name
        return made
