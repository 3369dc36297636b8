"""Tags: what a line was recognised as, each name one bit, so that a row of many costs one integer."""

from __future__ import annotations

_BITS: dict[str, int] = {}


def bit(name: str) -> int:
    """The bit of a tag such as "ssh.failed" or "sqli"; made when it is first asked for."""
    return _BITS.setdefault(name, 1 << len(_BITS))


def bits(*names: str) -> int:
    """All these tags in one integer."""
    together = 0
    for name in names:
        together |= bit(name)
    return together


def names(mask: int) -> list[str]:
    """The tags in an integer, by name."""
    return [name for name, one in _BITS.items() if mask & one]
