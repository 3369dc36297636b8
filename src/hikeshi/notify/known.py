"""Reading what is known of an incident into facts: from the casebook or from a file, with every mistake named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from hikeshi.engines.common.problem import Problem
from hikeshi.notify.days import TOKYO
from hikeshi.notify.kleene import STATUSES, Fact, Interval, Value
from hikeshi.notify.lawbook import FactWords, Lawbook

# Names that duties.md §7.1 uses for what the vocabulary keeps under another key.
ALIASES = {"persons_max": "persons"}
MAX_PEOPLE = 10**10


def facts_from(raw: Mapping[str, Any], book: Lawbook) -> tuple[dict[str, Fact], list[str]]:
    """Facts by key, and the names that mean nothing here (shown, because a misspelt fact is an unknown one).

    A value may stand alone (`"sensitive": true`, read as confirmed; null is unknown) or carry its status
    (`{"value": true, "status": "suspected"}`). `fact_known_at` gives times for what became known later.
    """
    facts: dict[str, Fact] = {}
    ignored: list[str] = []
    for name, given in raw.items():
        key = ALIASES.get(name, name)
        if name == "fact_known_at":
            continue
        if key not in book.facts:
            ignored.append(name)
        elif isinstance(given, Fact):
            facts[key] = given
        else:
            # The vocabulary's own key wins over an alias, whichever comes first.
            facts[key] = facts[key] if key in facts and name != key else _fact(name, given, book.facts[key])
    _certainty(facts, raw)
    later = raw.get("fact_known_at") or {}
    if not isinstance(later, Mapping):
        raise Problem("notify.wrong_fact", key="fact_known_at", expected="{fact: time}", exit=2)
    for name, moment in later.items():
        key = str(ALIASES.get(str(name), str(name)))
        if key not in book.facts:
            ignored.append(f"fact_known_at.{name}")
        elif key in facts:
            facts[key] = replace(facts[key], known_at=moment_from(f"fact_known_at.{name}", moment))
    return facts, ignored


def _certainty(facts: dict[str, Fact], raw: Mapping[str, Any]) -> None:
    """Where nobody stated the certainty apart, the status of the event says it."""
    event, given = facts.get("event"), raw.get("event")
    carries_status = isinstance(given, Fact) or (isinstance(given, Mapping) and "status" in given)
    if event and carries_status and "certainty" not in facts and event.status in ("confirmed", "suspected"):
        facts["certainty"] = Fact(event.status, "confirmed")


def _fact(key: str, given: Any, words: FactWords) -> Fact:
    if not (isinstance(given, Mapping) and ("status" in given or "value" in given)):
        given = {"value": given}
    status: Any = given.get("status") or ("unknown" if given.get("value") is None else "confirmed")
    if status not in STATUSES:
        raise Problem("notify.wrong_fact", key=f"{key}.status", expected=" | ".join(STATUSES), exit=2)
    known = given.get("known_at")
    return Fact(
        value=_READERS.get(words.type, _nothing)(key, given.get("value"), words),
        status=status,
        known_at=None if known is None else moment_from(f"{key}.known_at", known),
    )


def moment_from(key: str, given: Any) -> datetime:
    """An RFC 3339 time with its zone; a day alone is that day in Japan. Between the years 2000 and 2098."""
    try:
        if isinstance(given, datetime):
            moment = given
        elif isinstance(given, date):
            moment = datetime.combine(given, time(), TOKYO)
        elif len(given) == 10:
            moment = datetime.combine(date.fromisoformat(given), time(), TOKYO)
        else:
            moment = datetime.fromisoformat(given)
        if moment.tzinfo is None or not 2000 <= moment.year < 2099:
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise Problem("notify.wrong_fact", key=key, expected="2026-11-06T09:30:00+09:00", exit=2) from None
    return moment


def _tri(key: str, given: Any, words: FactWords) -> Value:
    if isinstance(given, str):
        given = {"true": True, "false": False, "unknown": None}.get(given, given)
    if given is not None and not isinstance(given, bool):
        raise Problem("notify.wrong_fact", key=key, expected="true | false | null", exit=2)
    return given


def _number(key: str, given: Any, words: FactWords) -> Value:
    if given is None or given == "unknown":
        return None
    if type(given) is int and 0 <= given <= MAX_PEOPLE:
        # persons_max says nothing of the least number.
        return Interval(None if key in ALIASES or words.type == "number" else given, given)
    if isinstance(given, Mapping) and words.type == "count" and set(given) <= {"at_least", "at_most"}:
        low, high = given.get("at_least"), given.get("at_most")
        if all(n is None or (type(n) is int and 0 <= n <= MAX_PEOPLE) for n in (low, high)):
            if low is None and high is None:
                return None
            if low is None or high is None or low <= high:
                return Interval(low, high)
    expected = '{"at_least": 412, "at_most": 431}' if words.type == "count" else "412"
    raise Problem("notify.wrong_fact", key=key, expected=expected, exit=2)


def _choice(key: str, given: Any, words: FactWords) -> Value:
    if given is None or given == "unknown":
        return None
    return _code(key, given, words)


def _choices(key: str, given: Any, words: FactWords) -> Value:
    if given is None or given == "unknown":
        return None
    return frozenset(_code(key, one, words) for one in (given if isinstance(given, list | tuple) else [given]))


def _code(key: str, given: Any, words: FactWords) -> str:
    """A code of the vocabulary, or its name in one of the languages."""
    for code, name in words.values.items():
        if isinstance(given, str) and given in (code, *name.values()):
            return code
    raise Problem("notify.wrong_fact", key=key, expected=" | ".join(words.values), exit=2)


def _moment(key: str, given: Any, words: FactWords) -> Value:
    return None if given is None or given == "unknown" else moment_from(key, given)


def _nothing(key: str, given: Any, words: FactWords) -> Value:
    """Words, lists and periods decide no duty."""
    return None


_READERS: dict[str, Callable[[str, Any, FactWords], Value]] = {
    "tri": _tri,
    "number": _number,
    "count": _number,
    "choice": _choice,
    "choices": _choices,
    "datetime": _moment,
}
