"""Guessing at Windows: the Security log, Kerberos, NTLM and remote desktop; and log-ins from new addresses."""

from __future__ import annotations

from dataclasses import replace

from ...guessing import LoginFinder
from ...table import Event

_OVER_THE_NETWORK = ("", "3", "8", "10")


class Finder(LoginFinder):
    KIND = "windows_login"
    FAMILY = "windows"
    ITSELF_TOO = False  # somebody at the keyboard; and 127.0.0.1 is another machine in every machine's log

    def see(self, event: Event) -> None:
        """NTLM often names the machine that asked instead of its address."""
        if not event.address and event.method in _OVER_THE_NETWORK:
            asked = event.target.lstrip("\\")
            if asked and asked.casefold() != event.host.partition(".")[0].casefold():
                event = replace(event, address=asked)
        super().see(event)
