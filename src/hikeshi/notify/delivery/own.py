"""What a list may put into somebody's letter: a name, kinds of data that the facts state, a number of records.

A list is no text that anybody approved; so no sentence of it goes out. What does not fit is taken out of the row, and
the row stays in the list with what is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hikeshi.notify import checks, wording
from hikeshi.notify.delivery import merging
from hikeshi.notify.delivery.people import Recipient

ITEMS = "data_items"
NEVER = ("numbers_of_persons", "secrets")
_APART = re.compile(r"[、,，;；]")  # words: data
_CLOSER = re.compile(r"[・･/／&＆]")  # words: data
_RECORDS = re.compile(r"(\d{1,6})\s*(?:件|records?)?", re.IGNORECASE)  # words: data


def judged(found: Sequence[Recipient], facts: Mapping[str, wording.Fact], lang: Any) -> list[Recipient]:
    """The people with nothing of their own but what may go out. Judging them again changes nothing."""
    secret = _secret(found, lang)
    stated = _stated(facts)
    made = []
    for one in found:
        name, wrong = one.name, ""
        if one.number in secret:
            name, wrong = "", "secret"
        elif name and not merging.fit(name):
            wrong = "name_odd"
        items = _items(one.items, stated, lang)
        records = _RECORDS.fullmatch(unicodedata.normalize("NFKC", one.records).strip())
        if items is None:
            wrong = wrong or "items"
        if one.records and not records:
            wrong = wrong or "records"
        made.append(
            replace(one, name=name, items=items or "", records=records[1] if records else "", wrong=one.wrong or wrong)
        )
    return made


def changed(found: Iterable[Recipient], facts: Mapping[str, wording.Fact], lang: Any) -> list[int]:
    """The numbers of those whose row no longer agrees with the facts."""
    people = list(found)
    return [one.number for one, again in zip(people, judged(people, facts, lang), strict=True) if one != again]


def _secret(found: Sequence[Recipient], lang: Any) -> set[int]:
    """Whose name holds a My Number, a card number or a password. Items and records hold no words of the list."""
    names = [(one.number, " ".join(one.name.split())) for one in found if one.name.strip()]
    # A line each, with a blank one between: names are not read together.
    reading = checks.read("\n\n".join(name for _, name in names), lang, {})
    hits = [hit for check in NEVER for hit in checks.kinds()[check].hits(reading)]
    return {names[(hit.line.number - 1) // 2][0] for hit in hits}


def _stated(facts: Mapping[str, wording.Fact]) -> dict[str, str]:
    """What the fact lists, by every way to write it → the code, or the own words of the fact."""
    fact = facts.get(ITEMS)
    if fact is None or fact.status not in ("confirmed", "suspected"):
        return {}
    entry = wording.vocabulary()[ITEMS]
    codes = [str(code) for code in fact.value] if isinstance(fact.value, list | tuple) else []
    words = [line.strip() for line in (fact.text or "").splitlines() if line.strip()]
    named = {_plain(wording.choice_name(entry, code, lang)): code for code in codes for lang in ("ja", "en")}
    return named | {_plain(code): code for code in codes} | {_plain(line): line for line in words}


def _items(text: str, stated: Mapping[str, str], lang: Any) -> str | None:
    """One person's kinds of data, a line each, in the letter's words; None if the list says more than the fact."""
    mine: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        parts = [line] if _plain(line) in stated else [part for part in _APART.split(line) if part.strip()]
        for part in parts:
            closer = [part] if _plain(part) in stated else _CLOSER.split(part)
            if not all(_plain(one) in stated for one in closer):
                return None
            mine += [stated[_plain(one)] for one in closer]
    entry = wording.vocabulary()[ITEMS]
    order = [*entry["values"], *mine]
    return "\n".join(wording.choice_name(entry, code, lang) for code in sorted(dict.fromkeys(mine), key=order.index))


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
