"""Passwords and keys in a text: whoever reads it can use them."""

from __future__ import annotations

from collections.abc import Iterator

from hikeshi.engines.privacy import kinds
from hikeshi.notify.checks.reading import Hit, Reading, spaced

OVERRIDE = False


def hits(reading: Reading) -> Iterator[Hit]:
    """By their label or the form that their issuers give them; the finding does not show them."""
    for line in reading.lines:
        # Where a password ends is told by the blank behind it.
        for text in dict.fromkeys((line.text, spaced(line.written))):
            for kind in ("password", "secret_key"):
                for start, end, _ in kinds.detectors()[kind].hits(text):
                    yield Hit(line, "●●●●", about=kind, hide=(text[start:end],))
