"""Details of the attack that would help others do the same, in what everybody may read."""

from __future__ import annotations

from collections.abc import Iterator

from hikeshi.notify.checks import patterns
from hikeshi.notify.checks.reading import Hit, Reading

OVERRIDE = True


def hits(reading: Reading) -> Iterator[Hit]:
    """Only where people outside read it: authorities and experts need these details."""
    if not reading.open:
        return
    known = reading.known_words
    for line in reading.lines:
        for about, pattern in patterns.table("attack_details", "details").items():
            for said in patterns.found(pattern, line.text):
                if said.lower() not in known:
                    yield Hit(line, said, about=about)
