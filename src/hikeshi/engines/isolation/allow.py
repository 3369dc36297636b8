"""What may pass the cut: addresses and ports, with every name resolved before it (a cut host asks no DNS)."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hikeshi.engines.common.problem import Problem

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\.?")


@dataclass(frozen=True, order=True)
class Allowed:
    """One address that stays reachable both ways; `port` 0 means every port and protocol."""

    address: str
    port: int = 0
    name: str = ""

    @property
    def family(self) -> str:
        """`ip` or `ip6`, as nftables calls them."""
        return "ip6" if ":" in self.address else "ip"

    def line(self) -> str:
        """As the host's script reads it."""
        return f"{'both' if self.port else 'any'} {self.family} {self.address} {self.port}"

    def __str__(self) -> str:
        shown = f"[{self.address}]" if self.port and self.family == "ip6" else self.address
        return f"{shown}:{self.port}" if self.port else shown


def split(text: str) -> tuple[str, int]:
    """`203.0.113.5`, `203.0.113.5:443`, `[2001:db8::1]:22`, `2001:db8::1` or `name:443` → (address or name, port or 0).

    Raises isolation.bad_allow (exit 2).
    """
    whole = text.strip()
    address, port = whole, ""
    if whole.startswith("["):
        address, bracket, rest = whole[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")) or rest == ":":
            raise Problem("isolation.bad_allow", text=text, exit=2)
        port = rest[1:]
    elif whole.count(":") == 1:
        address, _, port = whole.partition(":")
        if not port:
            raise Problem("isolation.bad_allow", text=text, exit=2)
    if not address or (port and not (re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65536)):
        raise Problem("isolation.bad_allow", text=text, exit=2)
    return address, int(port or 0)


def resolved(texts: Iterable[str], resolve: Callable[[str], list[str]] | None = None) -> list[Allowed]:
    """The allowlist as numbers, each once; names are asked now.

    Raises isolation.bad_allow (exit 2) or isolation.no_such_name.
    """
    found: list[Allowed] = []
    for text in texts:
        word, port = split(text)
        numeric = _number(word)
        if numeric is not None:
            _check(numeric, text)
            entries = [Allowed(str(numeric), port)]
        elif ":" in word or not NAME.fullmatch(word) or re.fullmatch(r"[0-9.]+", word):
            raise Problem("isolation.bad_allow", text=text, exit=2)
        else:
            entries = [Allowed(address, port, word) for address in (resolve or ask)(word)]
            if not entries:
                raise Problem("isolation.no_such_name", name=word)
        found += [entry for entry in entries if entry not in found]
    return found


def ask(name: str) -> list[str]:
    """Every address of a name, by this machine's own resolver."""
    try:
        answers = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    numbers = (_number(str(answer[4][0]).partition("%")[0]) for answer in answers)
    return list(dict.fromkeys(str(number) for number in numbers if number is not None and _fits(number)))


def complement(allowed: Iterable[Address]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(IPv4 ranges, IPv6 ranges) of everything but these addresses and the machine itself, for firewalls in which a
    block beats an allow."""
    given = list(allowed)
    v4 = [int(one) for one in given if one.version == 4] + [0, 2**32 - 1]
    # 127.0.0.0/8 is the machine itself: our own pages.
    first, last = (int(ipaddress.IPv4Address(text)) for text in ("127.0.0.0", "127.255.255.255"))
    holes4 = sorted([(n, n) for n in v4] + [(first, last)])
    holes6 = sorted([(int(one), int(one)) for one in given if one.version == 6] + [(0, 1)])
    return (
        [(str(ipaddress.IPv4Address(a)), str(ipaddress.IPv4Address(b))) for a, b in _between(holes4, 2**32 - 1)],
        [(str(ipaddress.IPv6Address(a)), str(ipaddress.IPv6Address(b))) for a, b in _between(holes6, 2**128 - 1)],
    )


def _between(holes: list[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    ranges, start = [], 0
    for first, last in holes:
        if start < first:
            ranges.append((start, first - 1))
        start = max(start, last + 1)
    if start <= end:
        ranges.append((start, end))
    return ranges


def _number(text: str) -> Address | None:
    try:
        number = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(number, ipaddress.IPv6Address) and number.ipv4_mapped:
        return number.ipv4_mapped
    return number


def _fits(number: Address) -> bool:
    scoped = isinstance(number, ipaddress.IPv6Address) and number.scope_id
    return (
        not (number.is_unspecified or number.is_multicast or number.is_loopback or scoped) and int(number) != 2**32 - 1
    )


def _check(number: Address, text: str) -> None:
    if not _fits(number):
        raise Problem("isolation.bad_allow", text=text, exit=2)
