"""The last look before a text leaves: what it says against the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hikeshi.engines.paper.model import Lang

from .model import FactLike, Facts, vocabulary
from .suspicion import marked
from .values import value_lines


@dataclass(frozen=True, slots=True)
class Objection:
    """Something in a finished text that must not leave as it stands."""

    key: str
    why: Literal["refuted", "unmarked"]
    words: str


def objections(text: str, facts: Facts, lang: Lang) -> tuple[Objection, ...]:
    """What a text, perhaps corrected by hand, says against the facts: a refuted thing, or a suspected one unmarked.

    Found by the very words of values and free texts of four letters or more; it cannot see a paraphrase, so it helps
    the reader and replaces nobody.
    """
    found = []
    for key, fact in facts.items():
        if fact.status not in ("refuted", "suspected"):
            continue
        for words in own_words(key, fact, lang):
            lines = [line for line in text.splitlines() if words in line]
            if lines and fact.status == "refuted" and not said_otherwise(words, key, facts, lang):
                found.append(Objection(key, "refuted", words))
            elif fact.status == "suspected" and any(not marked(line, lang) for line in lines):
                found.append(Objection(key, "unmarked", words))
    return tuple(dict.fromkeys(found))


def own_words(key: str, fact: FactLike, lang: Lang) -> list[str]:
    entry = vocabulary().get(key, {"type": "text"})
    # The names of choices (漏えい, 氏名) are everybody's words; to find them would prove nothing.
    listed = entry["type"] in ("choice", "choices", "items")
    words = [*([] if listed else value_lines(entry, fact.value, lang)), *(fact.text or "").splitlines()]
    return [word for word in (word.strip().rstrip("。.") for word in words) if len(word) >= 4]


def said_otherwise(words: str, key: str, facts: Facts, lang: Lang) -> bool:
    """True if another fact, not refuted, says the same words."""
    return any(
        words in line
        for other, fact in facts.items()
        if other != key and fact.status in ("confirmed", "suspected")
        for line in own_words(other, fact, lang)
    )
