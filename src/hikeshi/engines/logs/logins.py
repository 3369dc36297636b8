"""Every successful log-in, told apart by account, address and method: what an owner recognises, or does not."""

from __future__ import annotations

from .report import LogIn
from .table import Event
from .vocabulary import LOGINS, family_of

_MOST = 5_000


class LogIns:
    """Listens to accepted log-ins only; failures belong to the finders."""

    LISTENS = ("ssh.accepted", *LOGINS)

    def __init__(self) -> None:
        self.forgotten = 0
        self._known: dict[tuple[str, str, str, str, str], LogIn] = {}

    def see(self, event: Event) -> None:
        service = family_of(event.action) or "ssh"
        key = (service, event.user, event.address, event.method, event.host)
        one = self._known.get(key)
        if one is None:
            if len(self._known) >= _MOST:
                self.forgotten += 1
                return
            one = self._known[key] = LogIn(*key, event.time, event.time, 0)
        one.first, one.last = min(one.first, event.time), max(one.last, event.time)
        one.events += event.count

    def logins(self) -> list[LogIn]:
        return sorted(self._known.values(), key=lambda one: one.first)
