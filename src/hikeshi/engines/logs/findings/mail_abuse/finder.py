"""Mail servers used without leave: relaying for strangers, senders that introduce themselves falsely, spam refused."""

from __future__ import annotations

from collections.abc import Iterable

from ...report import Finding
from ...table import Event
from ...tally import Burst, Judgement, Tally, Trace, split

TWICE, MANY, A_WHILE = 2, 10, 600


class Sender(Trace):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.relay = Burst(TWICE, A_WHILE)
        self.helo = Burst(TWICE, A_WHILE)
        self.refused = Burst(MANY, A_WHILE)

    @property
    def guilty(self) -> bool:
        return self.relay.reached or self.helo.reached or self.refused.reached


class Finder:
    LISTENS = ("mail.refused",)

    def __init__(self) -> None:
        self._addresses: Tally[Sender] = Tally(Sender)

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten

    def see(self, event: Event) -> None:
        if not event.address:
            return
        sender = self._addresses.of(event.address)
        sender.add(event)
        sender.refused.add(event.time)
        said = event.message.lower()
        if "relay access denied" in said or "relaying denied" in said:
            sender.relay.add(event.time)
        elif "helo command rejected" in said:
            sender.helo.add(event.time)

    def found(self) -> Iterable[Finding]:
        return split("mail_abuse", (s for s in self._addresses if s.guilty), _judge)


def _judge(sender: Sender) -> Judgement:
    if sender.relay.reached:
        return "relay", "low", "no", "high", []
    return "helo" if sender.helo.reached else "refused", "low", "no", "medium", []
