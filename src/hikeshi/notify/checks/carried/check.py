"""Numbers, dates and amounts written by hand that no fact carries: invented figures never leave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hikeshi.notify import wording
from hikeshi.notify.checks import patterns
from hikeshi.notify.checks.reading import Hit, Line, Reading, digits, marked, normal

OVERRIDE = False
_NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.]*\d)")
# A day in any way of writing, an hour, each as one thing; all other numbers weigh by themselves.
_DAY = re.compile(r"(?:\d{4}[年/.-])?(\d{1,2})[月/.-](\d{1,2})日?(?!\d)")  # words: data
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED = re.compile(rf"(\d{{1,2}})?\w{{0,2}} ?({'|'.join(_MONTHS)})[a-z]*\.? ?(\d{{1,2}})?", re.I)
_HOUR = re.compile(r"(午前|午後)?(\d{1,2})(?:時|:)(\d{1,2})?")  # words: data
# An item number or a footnote mark at the head of a line counts nothing.
_HEAD = re.compile(r"^\W*\(?\d{1,2}[.)、:]\s*")  # words: data


@dataclass
class Carried:
    """What facts and our own fixed words carry: whole figures (a day, an hour, so many people) and bare numbers."""

    figures: set[tuple[str, ...]] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)

    def take(self, text: str) -> None:
        plain = digits(normal(text))
        self.figures |= {_figure(plain[start:end]) for start, end in _heavy(plain)}
        self.numbers |= set(_NUMBER.findall(plain))


def hits(reading: Reading) -> Iterator[Hit]:
    """Counts of people, days, times and money must stand in a fact; for other numbers the leader may answer."""
    sure, unsure = _carried(reading)
    for line, sentence in reading.sentences(by_hand=True):
        text = _HEAD.sub("", digits(sentence))
        heavy = _heavy(text)
        for start, end in heavy:
            yield from _weighed(reading, line, text, text[start:end], sure, unsure)
        harmless = patterns.compiled("carried", "harmless")
        for found in _NUMBER.finditer(text):
            if any(start <= found.start() and found.end() <= end for start, end in heavy) or found[0] in sure.numbers:
                continue
            if found[0] in unsure.numbers and not marked(sentence):
                yield Hit(line, found[0], about="unmarked")
            elif not harmless.search(text[max(0, found.start() - 2) : found.end() + 6]):
                yield Hit(line, found[0], about="other", override=True)
        # A day or a number in words weighs as much as one in digits.
        for said in patterns.found(patterns.compiled("carried", "vague"), sentence):
            yield Hit(line, said)
        for said in patterns.found(patterns.compiled("carried", "share"), sentence):
            yield Hit(line, said, about="share", override=True)


def _weighed(reading: Reading, line: Line, text: str, said: str, sure: Carried, unsure: Carried) -> Iterator[Hit]:
    figure = _figure(said)
    if figure in sure.figures:
        if _bound(reading, figure) and not patterns.compiled("carried", "bounds").search(text):
            yield Hit(line, said, about="bound")
    elif figure in unsure.figures:
        if not marked(text):
            yield Hit(line, said, about="unmarked")
    elif _mild(line, text, said):
        yield Hit(line, said, about="other", override=True)
    else:
        yield Hit(line, said)


def _mild(line: Line, text: str, said: str) -> bool:
    """A year, a number of years, or the hours of a desk: about us and not about what happened, as a rule."""
    if patterns.compiled("carried", "mild").match(text, text.index(said)):
        return True
    # An English "a.m." ends what looks like a sentence.
    text = digits(line.text) if line.text.isascii() else text
    spans = patterns.compiled("carried", "span").finditer(text)
    return any(said in span[0] for span in spans) and patterns.compiled("carried", "desk").search(text) is not None


def _heavy(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in patterns.compiled("carried", "exact").finditer(text)]


def _figure(said: str) -> tuple[str, ...]:
    """The same figure in whatever dress: 11月6日, 2026/11/06 and 6 November are one."""
    if found := _DAY.search(said):
        return "day", str(int(found[1])), str(int(found[2]))
    if found := _NAMED.search(said):
        return "day", str(_MONTHS.index(found[2].lower()) + 1), str(int(found[1] or found[3] or 0))
    if found := _HOUR.search(said):
        hour = int(found[2]) + (12 if found[1] == "午後" and int(found[2]) < 12 else 0)  # words: data
        return "hour", str(hour), str(int(found[3] or 0))
    return "number", "".join(_NUMBER.findall(said)), re.sub(r"[\d.\s]", "", said).lower()[:1]


def _carried(reading: Reading) -> tuple[Carried, Carried]:
    """What is sure, and what is only suspected."""
    sure, unsure = Carried(), Carried()
    for one in reading.generated.splitlines():
        (unsure if marked(normal(one)) else sure).take(one)
    for key, fact in reading.facts.items():
        if fact.status in ("confirmed", "suspected") and key in wording.vocabulary():
            said = wording.say(reading.facts, key, reading.lang)
            into = sure if said.status == "confirmed" else unsure
            for one in (*said.lines, *wording.own_words(key, fact, reading.lang), fact.text or ""):
                into.take(one)
    for one in reading.known:
        sure.take(one)
    return sure, unsure


def _bound(reading: Reading, figure: tuple[str, ...]) -> bool:
    """Whether this is only the least or the greatest number of people, not the number itself."""
    fact = reading.facts.get("persons")
    if figure[0] != "number" or fact is None or not isinstance(fact.value, dict):
        return False
    low, high = fact.value.get("at_least"), fact.value.get("at_most")
    return low != high and figure[1] in (str(low), str(high))
