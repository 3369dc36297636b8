"""Against the facts: the refuted, the suspected said as certain, what nobody recorded (DESIGN truth 5)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from hikeshi.notify import wording
from hikeshi.notify.checking import patterns
from hikeshi.notify.checking.reading import Hit, Reading, digits, marked, normal

# A refuted or invented thing never leaves: the way out is to correct the fact.
OVERRIDE = False


def hits(reading: Reading) -> Iterator[Hit]:
    """The very words of refuted and suspected facts in any line; and by hand, claims that no fact carries."""
    yield from _own_words(reading)
    yield from _claims(reading)
    yield from _items(reading)


def _own_words(reading: Reading) -> Iterator[Hit]:
    for key, fact in reading.facts.items():
        if fact.status not in ("refuted", "suspected"):
            continue
        for words in wording.own_words(key, fact, reading.lang):
            said = digits(normal(words)).lower()
            for line in reading.lines:
                # The fixed words of a document say nothing about the incident: what they left out of the line is no
                # place to look for a fact.
                if said not in digits(normal(line.written)).lower():
                    continue
                if fact.status == "refuted" and not wording.said_otherwise(words, key, reading.facts, reading.lang):
                    yield Hit(line, words, about="refuted")
                elif fact.status == "suspected" and not marked(normal(line.written)):
                    yield Hit(line, words, about="unmarked")


def _claims(reading: Reading) -> Iterator[Hit]:
    """Sentences written by hand that claim what one fact would have to say."""
    for key, pattern in patterns.table("facts", "claims").items():
        event = key.split("__")[1] if "__" in key else ""
        name = key.split("__")[0]
        how_sure = _status(reading, name, event)
        if how_sure == "confirmed":
            continue
        for line, sentence in reading.sentences(by_hand=True):
            found = pattern.search(sentence)
            if found and not _open(sentence) and not (how_sure == "suspected" and marked(sentence)):
                yield Hit(line, found[0], about="unmarked" if how_sure == "suspected" else "claim")


def _status(reading: Reading, key: str, event: str) -> str:
    if event:
        codes = wording.codes(reading.facts, "event")
        return wording.say(reading.facts, "event", reading.lang).status if event in codes else "unknown"
    said = wording.say(reading.facts, key, reading.lang)
    return said.status


def _open(sentence: str) -> bool:
    """Whether a sentence says that the matter is open, planned, or asks: that claims nothing."""
    return patterns.compiled("facts", "open").search(sentence) is not None


def _items(reading: Reading) -> Iterator[Hit]:
    """Kinds of data that a sentence by hand calls concerned."""
    sure = wording.say(reading.facts, "data_items", reading.lang).status
    stated = set(wording.codes(reading.facts, "data_items")) if sure != "unknown" else set()
    without = set(wording.codes(reading.facts, "data_items_not_included"))
    for line, sentence in reading.sentences(by_hand=True):
        if patterns.compiled("facts", "concerned").search(sentence) is None or _open(sentence):
            continue
        for code, pattern in _names().items():
            found = pattern.search(sentence)
            if not found or (code in stated and (sure == "confirmed" or marked(sentence))):
                continue
            if code in without and patterns.compiled("facts", "not_concerned").search(sentence):
                continue
            yield Hit(line, found[0], about="unmarked" if code in stated else "claim")


@cache
def _names() -> dict[str, Any]:
    return patterns.table("facts", "items")
