"""「被害はありません」, "no data was leaked", while nobody can know it yet."""

from __future__ import annotations

from collections.abc import Iterator

from hikeshi.notify.checks import patterns
from hikeshi.notify.checks.reading import Hit, Reading, normal

OVERRIDE = True
# Confirmed as so, each of these is harm: no written reason lets a denial of it pass.
_HARM = ("secondary_damage", "mn_misuse", "money_moved")


def hits(reading: Reading) -> Iterator[Hit]:
    """A denial of a leak needs `certainty` ruled out; one of harm needs secondary damage confirmed as not found."""
    harmed = any(_confirmed(reading, key, True) for key in _HARM)
    leak_denied = _confirmed(reading, "certainty", "ruled_out")
    harm_denied = _none_found(reading) or (leak_denied and not harmed)
    for line, sentence in reading.sentences():
        for allowed, key in ((leak_denied, "leak"), (harm_denied, "harm")):
            if allowed:
                continue
            known = key == "harm" and harmed
            for said in patterns.found(patterns.compiled("no_harm", key), sentence):
                # What the facts themselves word so is mended there.
                never = known and not line.ours
                yield Hit(line, said, about="harmed" if known else key, override=False if never else None)


def _confirmed(reading: Reading, key: str, value: object) -> bool:
    fact = reading.facts.get(key)
    return fact is not None and fact.status == "confirmed" and fact.value == value


def _none_found(reading: Reading) -> bool:
    """Secondary damage is confirmed as not found: by its value, or by words of its own that say so."""
    if _confirmed(reading, "secondary_damage", False):
        return True
    if not _confirmed(reading, "secondary_damage", None):
        return False
    words = normal(reading.facts["secondary_damage"].text or "")
    return patterns.compiled("no_harm", "harm").search(words) is not None
