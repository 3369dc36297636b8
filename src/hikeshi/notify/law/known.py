"""Reading what is known of an incident into facts: from the casebook or from a file, with every mistake named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from hikeshi.engines.common.problem import Problem
from hikeshi.notify.law.days import TOKYO, day_in_japan
from hikeshi.notify.law.kleene import STATUSES, Atom, Context, Fact, Interval, Value
from hikeshi.notify.law.lawbook import Both, FactWords, Lawbook
from hikeshi.notify.law.tomlread import LANGUAGES

# Names that duties.md §7.1 uses for what the vocabulary keeps under another key.
ALIASES = {
    "persons_max": "persons",
    # names that the triggers of §7.3 use
    "34_3_exception": "high_risk_exception",
    "significant": "significant_incident",
    "sensitive_or_unique_id": "kr_special_data",
    "suspected": "breach_suspected",
    "unsecured": "phi_unsecured",
}
MAX_PEOPLE = 10**10
# Whether there is a link with a region is asked as yes/no or as a number of persons (§7.1: tri / int).
NEXUS = ("eu_data", "uk_data", "kr_data", "sg_data", "au_data", "us_phi", "ca_residents")
# `known_at` is when somebody first thought that data may have leaked: that much was known by then, however sure it
# became later, and starts no clock of its own.
AT_KNOWING = ("event", "certainty")
PARTS = {"value", "status", "known_at", "source", "text"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d))?", re.ASCII)


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
            said = _fact(name, given, book.facts[key])
            if key in facts and not _agree(facts[key], said):
                other = next(k for k, v in ALIASES.items() if v == key)
                raise Problem("notify.facts_contradict", one=key, other=other, exit=2)
            # The vocabulary's own key wins over an alias, whichever comes first.
            facts[key] = facts[key] if key in facts and name != key else said
    _certainty(facts, raw)
    later = {} if raw.get("fact_known_at") is None else raw["fact_known_at"]
    if not isinstance(later, Mapping):
        raise Problem("notify.wrong_fact", key="fact_known_at", expected="{fact: time}", exit=2)
    for name, moment in later.items():
        if moment is None:
            continue
        key = str(ALIASES.get(str(name), str(name)))
        if key not in book.facts:
            ignored.append(f"fact_known_at.{name}")
        elif key in AT_KNOWING:
            moment_from(f"fact_known_at.{name}", moment)
            ignored.append(f"fact_known_at.{name}")
        elif key in facts:
            facts[key] = replace(facts[key], known_at=moment_from(f"fact_known_at.{name}", moment))
        else:
            moment_from(f"fact_known_at.{name}", moment)
    return facts, ignored


def _agree(one: Fact, other: Fact) -> bool:
    """Whether the same fact under two names says the same; what is not known agrees with everything."""
    if "unknown" in (one.status, other.status):
        return True
    if isinstance(one.value, Interval) and isinstance(other.value, Interval):
        return one.value.at_most == other.value.at_most
    return (one.value, one.status) == (other.value, other.status)


def contradictions(context: Context, book: Lawbook, now: datetime) -> list[Both]:
    """What is stated and cannot all be so, in words. The rules read it the cautious way; a person must look."""
    facts = context.facts
    pairs = []
    for key, follows in book.computed.items():
        alone = Context({key: facts[key]}) if key in facts else None
        if alone is None or follows.how != "computed" or book.facts[key].type != "tri":
            continue
        stated, other = Atom(key).judge(alone), follows.condition.judge(context)
        if None not in (stated.truth, other.truth) and stated.truth is not other.truth:
            pairs.append((key, *other.deciding))
    if _is(facts, "my_number", False):
        wrong = [key for key in ("mn_misuse", "mn_gov_system", "mn_public_view") if _is(facts, key, True)]
        pairs += [("my_number", key) for key in wrong]
    if _later(facts, "occurred_at", "known_at"):
        pairs.append(("occurred_at", "known_at"))
    found = [_in_words(book, "contradiction", *keys) for keys in pairs]
    if _later(facts, "known_at", "noticed_at"):
        found.append(_in_words(book, "known_after", "known_at", "noticed_at"))
    known = facts["known_at"].value if "known_at" in facts else None
    if isinstance(known, datetime) and known > now + timedelta(days=1):
        found.append(_in_words(book, "in_future", "known_at"))
    for key, fact in facts.items():
        if fact.known_at is not None and fact.known_at > now + timedelta(days=1):
            found.append(_in_words(book, "known_in_future", key))
    return found


def _later(facts: Mapping[str, Fact], one: str, other: str) -> bool:
    """Whether the day of the one is stated, and lies after that of the other."""
    late, early = (facts[key].value if _stated(facts.get(key)) else None for key in (one, other))
    return isinstance(late, datetime) and isinstance(early, datetime) and day_in_japan(late) > day_in_japan(early)


def _stated(fact: Fact | None) -> bool:
    return fact is not None and fact.status in ("confirmed", "suspected")


def _is(facts: Mapping[str, Fact], key: str, value: bool) -> bool:
    return key in facts and facts[key].status == "confirmed" and facts[key].value is value


def _in_words(book: Lawbook, form: str, *keys: str) -> Both:
    join = {"ja": "」「", "en": "” “"}
    return {
        lang: book.words[form][lang].format(facts=join[lang].join(book.facts[key].name[lang] for key in keys))
        for lang in LANGUAGES
    }


def _certainty(facts: dict[str, Fact], raw: Mapping[str, Any]) -> None:
    """Where nobody stated the certainty apart, the status of the event says it."""
    event, given = facts.get("event"), raw.get("event")
    carries_status = isinstance(given, Fact) or (isinstance(given, Mapping) and "status" in given)
    if event and carries_status and "certainty" not in facts and event.status in ("confirmed", "suspected"):
        facts["certainty"] = Fact(event.status, "confirmed")


def _fact(key: str, given: Any, words: FactWords) -> Fact:
    if not (isinstance(given, Mapping) and ("status" in given or "value" in given)):
        given = {"value": given}
    if not set(given) <= PARTS:
        raise Problem("notify.wrong_fact", key=key, expected='{"value": …, "status": …, "known_at": …}', exit=2)
    status: Any = given.get("status") or ("unknown" if given.get("value") is None else "confirmed")
    if status not in STATUSES:
        raise Problem("notify.wrong_fact", key=f"{key}.status", expected=" | ".join(STATUSES), exit=2)
    known = None if given.get("known_at") is None else moment_from(f"{key}.known_at", given["known_at"])
    return Fact(
        value=_READERS.get(words.type, _nothing)(key, given.get("value"), words),
        status=status,
        known_at=None if key in AT_KNOWING else known,
    )


def moment_from(key: str, given: Any) -> datetime:
    """An RFC 3339 time with its zone; a day alone is that day in Japan. Between the years 2000 and 2098."""
    try:
        if isinstance(given, datetime):
            moment = given
        elif isinstance(given, date):
            moment = datetime.combine(given, time(), TOKYO)
        elif not MOMENT.fullmatch(given):
            raise ValueError
        elif len(given) == 10:
            moment = datetime.combine(date.fromisoformat(given), time(), TOKYO)
        else:
            # The 60th second of a leap second is the 59th here.
            moment = datetime.fromisoformat(re.sub(r":60(?=[.Zz+-])", ":59", given).upper())
        if moment.tzinfo is None or not 2000 <= moment.year < 2099:
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise Problem("notify.wrong_fact", key=key, expected="2026-11-06T09:30:00+09:00", exit=2) from None
    return moment


def _tri(key: str, given: Any, words: FactWords) -> Value:
    if isinstance(given, str):
        given = {"true": True, "false": False, "unknown": None}.get(given, given)
    if key in NEXUS and type(given) is int and 0 <= given <= MAX_PEOPLE:
        given = given > 0
    if given is not None and not isinstance(given, bool):
        raise Problem("notify.wrong_fact", key=key, expected="true | false | null", exit=2)
    return given


def _number(key: str, given: Any, words: FactWords) -> Value:
    if given is None or given == "unknown":
        return None
    if key in NEXUS and isinstance(given, bool):
        return Interval(1, None) if given else Interval(0, 0)
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
    one = words.type == "number" or key in ALIASES
    expected = "412" if one else '412 | {"at_least": 412, "at_most": 431}'
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
