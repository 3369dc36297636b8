"""Blame: who is at fault is for courts and contracts, and what is said of it now is quoted there."""

from __future__ import annotations

from collections.abc import Iterator

from hikeshi.notify.checks import patterns
from hikeshi.notify.checks.reading import Hit, Reading

OVERRIDE = True


def hits(reading: Reading) -> Iterator[Hit]:
    if reading.audience == "helpers":
        return
    for line, sentence in reading.sentences():
        for said in patterns.found(patterns.compiled("blame"), sentence):
            yield Hit(line, said)
