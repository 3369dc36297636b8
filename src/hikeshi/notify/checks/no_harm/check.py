"""「被害はありません」, "no data was leaked", while nobody can know it yet."""

from __future__ import annotations

from collections.abc import Iterator

from hikeshi.notify import wording
from hikeshi.notify.checking import patterns
from hikeshi.notify.checking.reading import Hit, Reading

OVERRIDE = True
# Which confirmed facts allow which denial.
_HARM = ("secondary_damage", "mn_misuse", "money_moved")


def hits(reading: Reading) -> Iterator[Hit]:
    """A denial of a leak needs `certainty` ruled out; one of harm needs what is known of secondary damage."""
    leak_denied = _ruled_out(reading)
    harm_denied = any(_confirmed(reading, key) for key in _HARM) or leak_denied
    for line, sentence in reading.sentences():
        for allowed, key in ((leak_denied, "leak"), (harm_denied, "harm")):
            if not allowed:
                for said in patterns.found(patterns.compiled("no_harm", key), sentence):
                    yield Hit(line, said, about=key)


def _ruled_out(reading: Reading) -> bool:
    fact = reading.facts.get("certainty")
    return fact is not None and fact.status == "confirmed" and fact.value == "ruled_out"


def _confirmed(reading: Reading, key: str) -> bool:
    return key in reading.facts and wording.say(reading.facts, key, reading.lang).status == "confirmed"
