"""Against the facts: the refuted, the suspected said as certain, what nobody recorded (DESIGN truth 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from hikeshi.notify import wording
from hikeshi.notify.checks import patterns
from hikeshi.notify.checks.reading import Hit, Reading, bare, digits, marked, normal, stem

# A refuted or invented thing never leaves: the way out is to correct the fact.
OVERRIDE = False
_CUT = re.compile(r"[、,;()「」]")  # words: data
_STEM = 7
"""A shorter stem may stand in a sentence that says something else."""
_AFTER = 6
"""How many letters after what was found say whether it is told as done: 「漏えい」「しました」."""


def hits(reading: Reading) -> Iterator[Hit]:
    """The very words of refuted and suspected facts in any line; and by hand, claims that no fact carries."""
    yield from _own_words(reading)
    yield from _disguised(reading)
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
                written = digits(normal(line.written)).lower()
                if said not in written:
                    continue
                if fact.status == "refuted" and not wording.said_otherwise(words, key, reading.facts, reading.lang):
                    yield Hit(line, words, about="refuted")
                elif fact.status == "suspected":
                    places = re.finditer(re.escape(said), written)
                    if not all(marked(one[0] + _clause(written, one, joined=True)[1]) for one in places):
                        yield Hit(line, words, about="unmarked")


def _disguised(reading: Reading) -> Iterator[Hit]:
    """The same words written by hand with another ending of the verb, in other kana, or with marks between them."""
    for key, fact in reading.facts.items():
        if fact.status not in ("refuted", "suspected"):
            continue
        for words in wording.own_words(key, fact, reading.lang):
            said = stem(words)
            if len(said) < _STEM or _told_elsewhere(reading, key, said):
                continue
            for line, sentence in reading.sentences(by_hand=True):
                if said in bare(sentence) and (fact.status == "refuted" or not marked(sentence)):
                    yield Hit(line, words, about="refuted" if fact.status == "refuted" else "unmarked")


def _told_elsewhere(reading: Reading, key: str, said: str) -> bool:
    """Whether another fact, not refuted, says so, or what is suspected here is confirmed there."""
    return any(
        said in bare(words)
        for other, fact in reading.facts.items()
        if other != key and fact.status in ("confirmed", "suspected")
        for words in wording.own_words(other, fact, reading.lang)
    )


def _claims(reading: Reading) -> Iterator[Hit]:
    """Sentences written by hand that claim what one fact would have to say."""
    for key, pattern in patterns.table("facts", "claims").items():
        event = key.split("__")[1] if "__" in key else ""
        name = key.split("__")[0]
        how_sure = _status(reading, name, event)
        if how_sure == "confirmed":
            continue
        for line, sentence in reading.sentences(by_hand=True):
            claims = (one for one in pattern.finditer(sentence) if not _open(sentence, one, name))
            found = next((one for one in claims if how_sure != "suspected" or not _marked(sentence, one)), None)
            if found:
                yield Hit(line, found[0], about="unmarked" if how_sure == "suspected" else "claim")


def _status(reading: Reading, key: str, event: str) -> str:
    if event:
        if event == "true" and not (key in reading.facts and reading.facts[key].value is True):
            return "unknown"  # it was answered with no
        if event == "true":
            return wording.say(reading.facts, key, reading.lang).status
        codes = wording.codes(reading.facts, "event")
        return wording.say(reading.facts, "event", reading.lang).status if event in codes else "unknown"
    said = wording.say(reading.facts, key, reading.lang)
    return said.status


def _open(sentence: str, found: re.Match[str], key: str = "") -> bool:
    """Whether what was found is left open, planned, or asked: that claims nothing.

    What is told as done is open only where its own clause says "whether" or "in case of": a polite word beside it, or
    「詳細は調査中」, takes nothing back.
    """
    before, after = _clause(sentence, found)
    whole = before + found[0] + after
    if patterns.compiled("facts", "doubted").search(whole):
        return True
    tail = whole[len(before) :] if key == "cause" else found[0] + after[:_AFTER]
    if patterns.compiled("facts", "done").search(tail) and not patterns.compiled("facts", "ahead").search(
        before[-20:] + tail
    ):
        return False
    return patterns.compiled("facts", "open").search(sentence) is not None


def _asked_for(sentence: str, found: re.Match[str]) -> bool:
    """Whether a kind of data stands where something is asked, in its own part: 「…、パスワードを変更してください」."""
    before, after = _clause(sentence, found)
    part = before + found[0] + after
    concerned = patterns.compiled("facts", "concerned").finditer(part)
    return patterns.compiled("facts", "open").search(part) is not None and all(_open(part, one) for one in concerned)


def _marked(sentence: str, found: re.Match[str]) -> bool:
    """Whether the part of the sentence that holds the match says of itself that it is suspected: no other part does."""
    before, after = _clause(sentence, found, joined=True)
    return marked(before + found[0] + after)


def _clause(sentence: str, found: re.Match[str], *, joined: bool = False) -> tuple[str, str]:
    """What stands before and after a match in its own part of the sentence.

    `joined`, for a mark of suspicion: 「漏えいのおそれ(調査中)」 its own brackets end nothing, nor does what joins two
    parts to one. What only leaves open (「場合」, 「有無」) reaches over no join: 「漏えいしました、または…場合は」.
    """
    cuts = patterns.compiled("facts", "clause")
    whole = sentence
    if joined:
        whole = patterns.compiled("facts", "joined").sub(lambda one: _CUT.sub(" ", one[0]), sentence)
    before = max((cut.end() for cut in cuts.finditer(whole, 0, found.start())), default=0)
    after = cuts.search(whole, found.end())
    return sentence[before : found.start()], sentence[found.end() : after.start() if after else len(sentence)]


def _items(reading: Reading) -> Iterator[Hit]:
    """Kinds of data that a sentence by hand calls concerned."""
    sure = wording.say(reading.facts, "data_items", reading.lang).status
    stated = set(wording.codes(reading.facts, "data_items")) if sure != "unknown" else set()
    without = set(wording.codes(reading.facts, "data_items_not_included"))
    for line, sentence in reading.sentences(by_hand=True):
        concerned = patterns.compiled("facts", "concerned")
        if all(_open(sentence, one) for one in concerned.finditer(sentence)):
            continue
        for code, pattern in _names().items():
            found = pattern.search(sentence)
            if not found or (code in stated and (sure == "confirmed" or _told_as_suspected(sentence, found))):
                continue
            if _asked_for(sentence, found):
                continue
            if code in without and patterns.compiled("facts", "not_concerned").search(sentence):
                continue
            yield Hit(line, found[0], about="unmarked" if code in stated else "claim")


def _told_as_suspected(sentence: str, found: re.Match[str]) -> bool:
    """Whether its verb calls a kind of data concerned as a suspicion: 「氏名、住所が含まれるおそれ(調査中)」."""
    verbs = list(patterns.compiled("facts", "concerned").finditer(sentence))
    verb = next((one for one in verbs if one.end() > found.start()), verbs[-1] if verbs else found)
    return _marked(sentence, verb)


@cache
def _names() -> dict[str, Any]:
    return patterns.table("facts", "items")
