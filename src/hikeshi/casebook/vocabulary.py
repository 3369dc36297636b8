"""The names and types of facts that every room shares: facts.toml, whose meaning docs/facts.md explains."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

PLACE = Path(__file__).resolve().parents[1] / "facts.toml"
JAPAN = ZoneInfo("Asia/Tokyo")
WEEKDAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


@cache
def vocabulary() -> dict[str, dict[str, Any]]:
    """Key → {type, ja, en, values, …}."""
    return tomllib.loads(PLACE.read_text(encoding="utf-8"))


def label(key: str, lang: str) -> str:
    """What a fact is called (what follows a colon, `finding:…`, tells two apart); an unknown key is its own name."""
    entry = vocabulary().get(key.split(":", 1)[0])
    return str(entry[lang]) if entry and lang in entry else key


def choices(key: str, lang: str) -> list[tuple[str, str]]:
    """The named values of a key, with their words."""
    return [(name, str(said[lang])) for name, said in _named(key).items()]


def _named(key: str) -> dict[str, Any]:
    """The words of a key's values, which it may share with another key (`values_of`)."""
    entry = vocabulary().get(key, {})
    named: dict[str, Any] = vocabulary().get(entry.get("values_of", ""), entry).get("values", {})
    return named


def taken_apart(key: str, value: Any) -> tuple[Any, list[str]]:
    """The value without the items of a list that have no code, and those items: free words, which stand in no entry."""
    if vocabulary().get(key, {}).get("type") != "items" or not isinstance(value, list):
        return value, []
    named = _named(key)
    own = [" ".join(item.split()) for item in value if isinstance(item, str) and item not in named]
    return [item for item in value if not isinstance(item, str) or item in named], [item for item in own if item]


def value_said(key: str, value: Any, lang: str) -> str:
    """A fact's value in words: choices by their names, times in Japan's, the rest plainly."""
    from hikeshi.casebook.sayings import plain

    entry = vocabulary().get(key, {})
    named = _named(key)
    if entry.get("type") == "datetime":
        return moment_said(value, lang)
    if entry.get("type") == "period" and isinstance(value, Mapping):
        begin, end = (moment_said(value.get(name), lang) for name in ("from", "to"))
        return f"{begin} 〜 {end}" if lang == "ja" else f"{begin} – {end}"
    if isinstance(value, list):
        return ("、" if lang == "ja" else ", ").join(value_said(key, inner, lang) for inner in value)
    if isinstance(value, str) and value in named:
        return str(named[value][lang])
    return plain(value, lang)


def everyday_said(key: str, value: Any, lang: str) -> str:
    """A fact's value with the everyday words beside those of the Act: 「毀損（書き換えられた・使えなくなった）」."""
    if isinstance(value, list):
        return ("、" if lang == "ja" else ", ").join(everyday_said(key, inner, lang) for inner in value)
    said = value_said(key, value, lang)
    beside = vocabulary().get(key, {}).get("plain", {}).get(value) if isinstance(value, str) else None
    if beside is None:
        return said
    return f"{said}（{beside[lang]}）" if lang == "ja" else f"{said} ({beside[lang]})"


def moment_said(value: Any, lang: str) -> str:
    """A time or a day of a fact with its weekday; what is no time as it stands."""
    if not isinstance(value, str):
        return {"ja": "不明", "en": "unknown"}[lang]
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            moment = moment.astimezone(JAPAN)
    except (ValueError, OverflowError):
        return value
    day_alone = len(value) == 10
    weekday = WEEKDAYS[lang][moment.weekday()]
    if lang == "ja":
        said = f"{moment.year}/{moment.month}/{moment.day}({weekday})"
    else:
        said = f"{weekday} {moment.day} {moment:%b} {moment.year}"
    return said if day_alone else f"{said} {moment:%H:%M}"


def fact_said(key: str, value: Any, lang: str) -> tuple[str, str]:
    """A fact's name and value for one line of the record; a fact told in free words alone has no value to say."""
    told = value is None and vocabulary().get(key.split(":", 1)[0], {"type": "text"}).get("type") == "text"
    return label(key, lang), "" if told else value_said(key, value, lang)
