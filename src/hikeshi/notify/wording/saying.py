"""What may be said of a fact: every word of a document about facts comes from here."""

# words: data throughout, the grammar of Japanese sentences; each function has its English branch beside it.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hikeshi.engines.paper.model import Lang

from .model import Fact, FactLike, Facts, Said, vocabulary
from .suspicion import suspected
from .values import choice_name, lines_of, value_lines


def say(facts: Facts, key: str, lang: Lang, *, words_only: bool = False) -> Said:
    """What may be said of one fact. `key` must be in the vocabulary; a fact never stated counts as unknown.

    words_only leaves the value away where there are free words, for letters that tell rather than list.
    """
    entry = vocabulary()[key]
    fact = _event(facts) if key == "event" else facts.get(key)
    status = fact.status if fact is not None else "unknown"
    if fact is None or status not in ("confirmed", "suspected"):
        if answered := instead(facts, key, lang):
            return answered
        return Said((unknown(key, lang),), "unknown")
    if status == "suspected" and (entry.get("calming") or (entry["type"] == "tri" and fact.value is False)):
        # "Perhaps not" is no news to give: it would play the harm down on a guess.
        return Said((unknown(key, lang),), "unknown")
    words = lines_of(fact.text or "")
    lines = [] if words_only and words else value_lines(entry, fact.value, lang)
    risk = entry.get("doubt") == "risk"
    if status == "suspected" and (form := entry.get(f"perhaps_{lang}")):
        lines = [form.replace("{value}", line) for line in lines]
    elif status == "suspected" and lang == "ja" and entry["type"] == "choices":
        # 「漏えい、毀損のおそれ」 would call the leak certain: each member carries its own doubt.
        lines = [line.replace("、", "のおそれ、" if risk else "の可能性、") for line in lines]
    lines += [line for line in words if line not in lines]
    if not lines:
        return Said((unknown(key, lang),), "unknown")
    if status == "suspected":
        return Said(tuple(suspected(line, lang, risk=risk) for line in lines), "suspected")
    return Said(tuple(lines), "confirmed")


def _event(facts: Facts) -> FactLike | None:
    """What befell the data, as sure as both `event` and `certainty` are: the weaker of the two is said."""
    event, certainty = facts.get("event"), facts.get("certainty")
    if event is None or event.status != "confirmed" or certainty is None:
        return event
    if certainty.status == "refuted" and certainty.value == "ruled_out":
        return event
    if certainty.status == "confirmed" and certainty.value == "ruled_out":
        return None
    if certainty.status == "confirmed" and certainty.value == "confirmed":
        return event
    return Fact(event.value, "suspected", event.text)


def instead(facts: Mapping[str, Any], key: str, lang: Lang) -> Said | None:
    """What another, confirmed fact answers for this one: a report that was sent is not 「未定」."""
    entry = vocabulary()[key]
    other = facts.get(entry["instead"]) if "instead" in entry else None
    if other is None or other.status != "confirmed":
        return None
    lines = value_lines(vocabulary()[entry["instead"]], other.value, lang)
    return Said(tuple(entry[f"instead_{lang}"].replace("{value}", line) for line in lines), "confirmed")


def stated(facts: Facts, key: str) -> bool:
    """True if anybody said anything of it, "unknown" included; a refuted fact counts as not stated."""
    fact = facts.get(key)
    said = fact is not None and fact.status in ("confirmed", "suspected", "unknown")
    return said or instead(facts, key, "ja") is not None


def unknown(key: str, lang: Lang) -> str:
    """What an unknown fact says: 調査中, and for what we ourselves decide 未定（調査中）."""
    decision = vocabulary()[key].get("open") == "decision"
    if lang == "ja":
        return "未定（調査中）" if decision else "調査中"
    return "not yet decided (under investigation)" if decision else "under investigation"


def items(facts: Facts, key: str, lang: Lang) -> tuple[str, ...]:
    """The parts of a confirmed list, for bullets. Empty for anything less sure: that is said in whole sentences."""
    fact = facts.get(key)
    if fact is None or say(facts, key, lang).status != "confirmed":
        return ()
    parts = fact.value if isinstance(fact.value, list | tuple) else [fact.value] if fact.value else []
    return (*(choice_name(vocabulary()[key], part, lang) for part in parts), *lines_of(fact.text or ""))


def codes(facts: Facts, key: str) -> tuple[str, ...]:
    """The codes of a list that may be said, surely or not; what is no code of the vocabulary is left away."""
    fact = _event(facts) if key == "event" else facts.get(key)
    if fact is None or fact.status not in ("confirmed", "suspected") or not isinstance(fact.value, list | tuple):
        return ()
    shared = vocabulary()[vocabulary()[key].get("values_of", key)]
    return tuple(code for code in shared["values"] if code in fact.value)
