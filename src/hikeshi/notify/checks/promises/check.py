"""Promises of compensation: an insurer may refuse what was promised without it, and a court holds to it."""

from __future__ import annotations

from collections.abc import Iterator

from hikeshi.notify.checks import patterns
from hikeshi.notify.checks.reading import Hit, Reading

OVERRIDE = True


def hits(reading: Reading) -> Iterator[Hit]:
    for line, sentence in reading.sentences():
        for said in patterns.found(patterns.compiled("promises"), sentence):
            yield Hit(line, said)
