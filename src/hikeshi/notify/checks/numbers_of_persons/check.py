"""My Numbers, card and bank account numbers: they stand in no document, and not in the finding either."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hikeshi.engines.common import mynumber
from hikeshi.engines.privacy import kinds, normal
from hikeshi.notify.checks.reading import Hit, Reading

OVERRIDE = False
_TWELVE = re.compile(r"(?<!\d)\d(?:[ ./_-]?\d){11}(?!\d)")
_CARD = re.compile(r"(?<!\d)\d(?:[ ./_-]?\d){13,15}(?!\d)")
# Where a number stood that was masked on reading; after 個人番号 it is only the everyday name of it.
_MASKED = re.compile(r"(?<!個人番号)" + re.escape(mynumber.MASK))  # words: data
_MASK = "●●●●"


def hits(reading: Reading) -> Iterator[Hit]:
    """By check digit, however the digits are parted; a bank account behind its label, where people outside read it."""
    card = kinds.detectors()["card_number"]
    for line in reading.lines:
        text = normal.plain(line.text)
        if _MASKED.search(line.written):
            yield Hit(line, _MASK, about="my_number")
        for found in _TWELVE.finditer(text):
            if mynumber.is_my_number(_digits(found[0])):
                yield Hit(line, _MASK, about="my_number", hide=(found[0],))
        for found in _CARD.finditer(text):
            if card.value(_digits(found[0])):
                yield Hit(line, _MASK, about="card", hide=(found[0],))
        if reading.open:
            for start, end, _ in kinds.detectors()["bank_account"].hits(text):
                yield Hit(line, _MASK, about="account", hide=(text[start:end],))


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())
