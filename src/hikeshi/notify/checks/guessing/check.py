"""Words of guessing outside a suspected fact (S4.1a: no speculation that facts do not support)."""

from __future__ import annotations

from collections.abc import Iterator

from hikeshi.engines.paper.model import Lang
from hikeshi.notify import wording
from hikeshi.notify.checks import patterns
from hikeshi.notify.checks.reading import Hit, Reading, marked, normal

OVERRIDE = True


def hits(reading: Reading) -> Iterator[Hit]:
    """A guess without the mark of a suspected fact; and a mark that no suspected fact stands behind."""
    words = patterns.compiled("guessing")
    doubt = patterns.compiled("guessing", "doubt")
    asked = patterns.compiled("guessing", "asked")
    if reading.audience == "helpers":
        return
    suspected = _suspected(reading)
    for line, sentence in reading.sentences():
        doubtful = marked(sentence)
        only_asks = doubtful and not line.ours and asked.search(sentence) is not None
        if not doubtful or only_asks:
            for said in patterns.found(words, sentence):
                yield Hit(line, said)
        if line.ours or only_asks:
            continue
        if not doubtful and (found := doubt.search(sentence)):
            yield Hit(line, found[0])
        elif doubtful and not any(one in sentence for one in suspected):
            yield Hit(line, sentence, about="unfounded", override=False)


def _suspected(reading: Reading) -> list[str]:
    """What suspected facts say, without their marks."""
    found = []
    for key, fact in reading.facts.items():
        if fact.status == "suspected" and key in wording.vocabulary():
            said = wording.say(reading.facts, key, reading.lang, words_only=False)
            if said.status != "suspected":
                continue  # "perhaps not" is told as not known: its bare "under investigation" founds no suspicion
            names = [*wording.own_words(key, fact, reading.lang), *_names(key, fact, reading.lang)]
            bare = [wording.casual(one) for one in names]
            found += [normal(one) for one in (*said.lines, *names, *bare)]
    event = wording.say(reading.facts, "event", reading.lang)
    if event.status == "suspected":
        fact = reading.facts["event"]
        found += [normal(one) for one in _names("event", fact, reading.lang)]
    return [one for one in found if len(one) >= 2]


def _names(key: str, fact: wording.FactLike, lang: Lang) -> list[str]:
    """The names of the choices that a fact holds."""
    entry = wording.vocabulary()[key]
    if entry["type"] not in ("choice", "choices", "items") or not fact.value:
        return []
    parts = fact.value if isinstance(fact.value, list | tuple) else [fact.value]
    return [wording.choice_name(entry, part, lang) for part in parts]
