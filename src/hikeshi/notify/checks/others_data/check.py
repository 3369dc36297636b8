"""Somebody else's data: names, addresses, numbers of people concerned have no place in what others read."""

from __future__ import annotations

from collections.abc import Iterator

from hikeshi.engines.privacy import kinds, normal
from hikeshi.notify.checks.reading import Hit, Line, Reading

OVERRIDE = False
_KINDS = ("email", "phone", "address", "name", "birth_date")
# In what experts and authorities read, an address is often the attacker's: there the leader decides, not the check.
_EXPERTS = ("birth_date",)
_ADDRESS = 8


def hits(reading: Reading) -> Iterator[Hit]:
    """Whatever the detectors find that is neither ours nor one of the desks that preparation names."""
    wanted = _KINDS if reading.open else _EXPERTS
    for line in reading.lines:
        for kind in wanted:
            if kind == "name" and line.ours:
                continue
            yield from _found(reading, line, kind)


def _found(reading: Reading, line: Line, kind: str) -> Iterator[Hit]:
    detector = kinds.detectors()[kind]
    if not hasattr(detector, "hits"):
        return
    text = normal.plain(line.text)
    for start, end, value in detector.hits(text):
        said = text[start:end]
        if value and not _known(reading, kind, said, value):
            yield Hit(line, _masked(said), about=kind, hide=(said,))


def _known(reading: Reading, kind: str, said: str, value: str) -> bool:
    if kind == "phone":
        return any(value in _digits(one) for one in reading.known)
    if kind == "name":
        squeezed = reading.known_words.replace(" ", "")
        return said.lower().replace(" ", "") in squeezed or value.lower() in squeezed
    if kind == "address":
        mine = [one for one in reading.known_words.splitlines() if len(one) >= _ADDRESS]
        return any(one in said.lower() or said.lower() in one for one in mine)
    return said.lower() in reading.known_words or value.lower() in reading.known_words


def _digits(text: str) -> str:
    return "".join(c for c in normal.plain(text).replace("+81", "0") if c.isdecimal())


def _masked(said: str) -> str:
    return f"{said[0]}{'●' * min(6, len(said) - 1)}"
