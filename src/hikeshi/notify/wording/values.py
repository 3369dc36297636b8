"""A fact's value in words: moments, periods, counts, choices."""

# words: data throughout, the grammar of Japanese sentences; each function has its English branch beside it.
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from hikeshi.engines.paper.model import Lang

from .model import vocabulary

# Japan has no summer time; a fixed offset needs no time zone data.
JST = timezone(timedelta(hours=9))
_WEEKDAYS = "月火水木金土日"
_DAYS = "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday"
_MONTHS = "January,February,March,April,May,June,July,August,September,October,November,December"


def value_lines(entry: Mapping[str, Any], value: Any, lang: Lang) -> list[str]:
    """The value in words, no line if there is none to say; a marker is put on each line, so none may hide another."""
    return [line for said in _said(entry, value, lang) for line in lines_of(said)]


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _said(entry: Mapping[str, Any], value: Any, lang: Lang) -> list[str]:
    if value == [] and f"none_{lang}" in entry:
        return [str(entry[f"none_{lang}"])]
    if value is None or value == "" or value == []:
        return []
    match entry["type"]:
        case "tri":
            return [str(entry[("yes_" if value else "no_") + lang])] if isinstance(value, bool) else []
        case "datetime":
            return [moment(value, lang)]
        case "period":
            return _period(value, lang)
        case "count":
            return _count(value, lang)
        case "number":
            return [_most(value, lang)]
        case "choice":
            return [choice_name(entry, value, lang)]
        case "choices" | "items":
            items = value if isinstance(value, list | tuple | set | frozenset) else [value]
            return [("、" if lang == "ja" else ", ").join(choice_name(entry, item, lang) for item in items)]
    return [str(value)]


def choice_name(entry: Mapping[str, Any], code: Any, lang: Lang) -> str:
    shared = vocabulary()[entry["values_of"]] if "values_of" in entry else entry
    named = shared.get("values", {}).get(str(code))
    return str(named[lang]) if named else " ".join(str(code).split())


def moment(value: Any, lang: Lang) -> str:
    """2026年11月5日（木）3時12分, in Japan's time; what is no ISO 8601 is said as it stands."""
    try:
        when = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    only_day = (isinstance(value, str) and len(value) == 10) or not isinstance(when, datetime)
    if isinstance(when, datetime) and when.tzinfo is not None:
        try:
            when = when.astimezone(JST)
        except OverflowError:
            return str(value)
    if not isinstance(when, date):
        return str(value)
    if only_day or not isinstance(when, datetime):
        return day(when, lang)
    if lang == "ja":
        return f"{day(when, lang)}{when.hour}時{when.minute:02}分"
    return f"{day(when, lang)}, {when.hour:02}:{when.minute:02} (Japan time)"


def day(when: date, lang: Lang, *, weekday: bool = True) -> str:
    """2026年11月5日（木） / Thursday 5 November 2026."""
    if lang == "ja":
        return f"{when.year}年{when.month}月{when.day}日" + (f"（{_WEEKDAYS[when.weekday()]}）" if weekday else "")
    name = f"{_DAYS.split(',')[when.weekday()]} " if weekday else ""
    return f"{name}{when.day} {_MONTHS.split(',')[when.month - 1]} {when.year}"


def _period(value: Any, lang: Lang) -> list[str]:
    start, end = (value.get("from"), value.get("to")) if isinstance(value, Mapping) else (None, None)
    said = [moment(part, lang) if part else None for part in (start, end)]
    match said:
        case [None, None]:
            return []
        case [str(first), None]:
            return [f"{first}から（終わりは調査中）" if lang == "ja" else f"from {first} (end under investigation)"]
        case [None, str(last)]:
            return [
                f"{last}まで（始まりは調査中）" if lang == "ja" else f"until {last} (beginning under investigation)"
            ]
    return [f"{said[0]}から{said[1]}まで" if lang == "ja" else f"from {said[0]} to {said[1]}"]


def _count(value: Any, lang: Lang) -> list[str]:
    if type(value) is int:
        value = {"at_least": value, "at_most": value}
    low, high = (value.get("at_least"), value.get("at_most")) if isinstance(value, Mapping) else (None, None)
    if low == 0 and high != 0:
        low = None  # "at least nobody" says nothing, and reads as if the harm were smaller
    match (low, high):
        case (int(), int()) if low == high:
            return [f"{low:,}人" if lang == "ja" else f"{low:,} {_people(low)}"]
        case (int(), int()):
            return [f"{low:,}人以上{high:,}人以下" if lang == "ja" else f"between {low:,} and {high:,} people"]
        case (int(), None):
            return [
                f"{low:,}人以上（上限は調査中）"
                if lang == "ja"
                else f"at least {low:,} (upper limit under investigation)"
            ]
        case (None, int()):
            return [_most(high, lang)]
    return []


def _most(value: Any, lang: Lang) -> str:
    if type(value) is not int:
        return str(value)
    return f"最大{value:,}人" if lang == "ja" else f"at most {value:,} {_people(value)}"


def _people(count: int) -> str:
    return "person" if count == 1 else "people"
