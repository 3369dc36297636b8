"""Comparisons that are no text search, each on a distinct value: numbers, networks, parts of a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from .atoms import Atom

Test = Callable[[str], bool]
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "eq": lambda a, b: a == b,
    "neq": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
}
_PARTS: dict[str, Callable[[datetime], int]] = {
    "minute": lambda t: t.minute,
    "hour": lambda t: t.hour,
    "day": lambda t: t.day,
    "week": lambda t: t.isocalendar().week,
    "month": lambda t: t.month,
    "year": lambda t: t.year,
}
SPECIAL = frozenset({"cmp", "cidr", "part"})
_LONGEST = 64
_EPOCH = 1e8  # smaller numbers are dates such as 20261123, or no time at all


def compare(op: str, left: float, right: float) -> bool:
    return _COMPARE[op](left, right)


def test_of(atom: Atom) -> Test:
    """The atom as a question to one value."""
    match atom.kind:
        case "cmp":
            op, wanted = atom.value
            return lambda text: (found := number(text)) is not None and compare(op, found, wanted)
        case "part":
            unit, op, wanted = atom.value
            return lambda text: (found := moment(text)) is not None and compare(op, _PARTS[unit](found), wanted)
    return _within(atom.value)


def number(text: str) -> float | None:
    """A decimal number, or one in hexadecimal as Windows writes them; None for anything else."""
    text = text.strip()
    if len(text) > _LONGEST or "_" in text:
        return None
    try:
        return int(text, 16) if text[:2] in ("0x", "0X") else (int(text) if text.isdecimal() else _finite(float(text)))
    except (ValueError, OverflowError):
        return None


def _finite(found: float) -> float | None:
    return found if abs(found) < float("inf") else None


def moment(text: str) -> datetime | None:
    """The time that a value holds, in UTC: ISO 8601, or seconds or milliseconds since 1970."""
    text = text.strip()
    try:
        if text.replace(".", "", 1).isdecimal() and (found := number(text)) and found >= _EPOCH:
            return datetime.fromtimestamp(found / 1000 if found >= 1e11 else found, UTC)
        if len(text) > _LONGEST:
            return None
        time = datetime.fromisoformat(text)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _within(cidr: str) -> Test:
    network: Any = ip_network(cidr)

    def test(text: str) -> bool:
        address = _address(text)
        if isinstance(address, IPv6Address) and address.ipv4_mapped and network.version == 4:
            address = address.ipv4_mapped
        return address is not None and address.version == network.version and address in network

    return test


@lru_cache(maxsize=50_000)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Parsed once, however many networks it is compared with."""
    if len(text) > _LONGEST:
        return None
    try:
        return ip_address(text.strip())
    except ValueError:
        return None
