"""Why a duty applies, does not, or is open: the words of the duty files put together, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from hikeshi.engines.paper.model import Lang
from hikeshi.notify.law.kleene import Fact, Interval, Value
from hikeshi.notify.law.lawbook import Both, Duty, FactWords, Lawbook
from hikeshi.notify.law.tomlread import LANGUAGES
from hikeshi.notify.wording import day, moment

JOIN = {"ja": "、", "en": "; "}
SPACE = {"ja": "", "en": " "}


def sentence(
    book: Lawbook, duty: Duty, truth: bool | None, released: bool, deciding: Sequence[Both], unknown: Sequence[Both]
) -> Both:
    """The duty's own why, then what decided it or what is still missing."""
    parts: list[tuple[Both, Sequence[Both]]] = []
    if released:
        parts.append((book.words["released"], ()))
    elif truth is not False:
        parts.append((duty.why, ()))
    if truth is None:
        parts.append((book.words["open"], unknown))
    elif deciding:
        parts.append((book.words["because"], deciding))
    return {
        lang: SPACE[lang].join(words[lang] + JOIN[lang].join(p[lang] for p in list_) for words, list_ in parts)
        for lang in LANGUAGES
    }


def fact_in_words(book: Lawbook, key: str, fact: Fact) -> Both:
    """「要配慮個人情報が含まれています（疑い）」 / "special-care data is included (suspected)"."""
    words = book.facts[key]
    said = {lang: _said(book, words, fact.value, lang) for lang in LANGUAGES}
    if fact.status in ("suspected", "refuted"):
        mark = book.words[fact.status]
        return {"ja": f"{said['ja']}（{mark['ja']}）", "en": f"{said['en']} ({mark['en']})"}
    return said


def _said(book: Lawbook, words: FactWords, value: Value, lang: str) -> str:
    if isinstance(value, bool):
        own = words.yes if value else words.no
        return own[lang] if own else f"{words.name[lang]}: {book.words['yes' if value else 'no'][lang]}"
    return f"{words.name[lang]}: {_value(book, words, value, lang)}" if value is not None else words.name[lang]


def _value(book: Lawbook, words: FactWords, value: Value, lang: str) -> str:
    match value:
        case Interval(low, high):
            if low is None or high is None:
                form = "at_most" if low is None else "at_least"
            else:
                form = "exactly" if low == high else "between"
            numbers = {"low": f"{low or 0:,}", "high": f"{high or 0:,}"}
            return book.words[form][lang].format(**numbers)
        case frozenset():
            return JOIN[lang].join(name[lang] for code, name in words.values.items() if code in value)
        case datetime():
            return moment(value, _page(lang))
        case str():
            return words.values[value][lang] if value in words.values else value
    return ""


def _page(lang: str) -> Lang:
    return "en" if lang == "en" else "ja"


def rolled(book: Lawbook, days: int, nominal: date) -> Both:
    """Why the limit lies later than the plain number of days."""
    return {lang: book.words["rolled"][lang].format(days=days, nominal=day(nominal, _page(lang))) for lang in LANGUAGES}
