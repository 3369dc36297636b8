"""Passwords and keys in a text: whoever reads it can use them."""

from __future__ import annotations

from collections.abc import Iterator

from hikeshi.engines.privacy import kinds, normal
from hikeshi.notify.checking.reading import Hit, Reading

OVERRIDE = False


def hits(reading: Reading) -> Iterator[Hit]:
    """By their label or the form that their issuers give them; the finding does not show them."""
    for line in reading.lines:
        text = normal.plain(line.text)
        for kind in ("password", "secret_key"):
            for start, end, _ in kinds.detectors()[kind].hits(text):
                yield Hit(line, "●●●●", about=kind, hide=(text[start:end],))
