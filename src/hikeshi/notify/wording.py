"""How a fact may leave the house (DESIGN truth 5). Pure: no Django, no clock, no file but the vocabulary.

Confirmed leaves as it is. Suspected leaves only as 「〜のおそれ／可能性（調査中）」, each line of it. Unknown says
「調査中」. Refuted never leaves: it is said like something unknown. Nothing is said that is not in a fact.
Every document says its facts through `say`; no other way leads from a fact to paper.
"""

# words: data throughout, the grammar of Japanese sentences; each function has its English branch beside it.
from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

from hikeshi.engines.paper.model import Lang, Span, Status, Text

# Japan has no summer time; a fixed offset needs no time zone data.
JST = timezone(timedelta(hours=9))
_WEEKDAYS = "月火水木金土日"
_DAYS = "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday"
_MONTHS = "January,February,March,April,May,June,July,August,September,October,November,December"


class FactLike(Protocol):
    """What a document needs of a fact; the casebook's facts have it."""

    @property
    def value(self) -> Any: ...
    @property
    def status(self) -> str: ...
    @property
    def text(self) -> str: ...


Facts = Mapping[str, FactLike]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as plain data. `status`: confirmed, suspected, unknown or refuted; `text`: free words beside the value."""

    value: Any = None
    status: str = "unknown"
    text: str = ""
    recorded_at: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A fact as it may be printed. `lines` carry the marker each; `status` is how sure the whole is."""

    lines: tuple[str, ...]
    status: Status

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def known(self) -> bool:
        """True if the fact says something, surely or not."""
        return self.status != "unknown"

    @property
    def span(self) -> Text:
        """For a document: the words with their status, so that the page can mark them."""
        return (Span(self.text, status=self.status),)


@cache
def vocabulary() -> dict[str, dict[str, Any]]:
    """The facts' types and names: facts.toml."""
    return tomllib.loads((Path(__file__).resolve().parents[1] / "facts.toml").read_text(encoding="utf-8"))


def label(key: str, lang: Lang) -> str:
    """The name of a fact."""
    return str(vocabulary()[key][lang])


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
    words = _lines(fact.text or "")
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


# --- suspected ---------------------------------------------------------------------------------------------------

_POLITE = (
    ("ていませんでした", "ていなかった"),
    ("ではありませんでした", "ではなかった"),
    ("ありませんでした", "なかった"),
    ("ていません", "ていない"),
    ("ありません", "ない"),
    ("あたりません", "あたらない"),
    ("ていました", "ていた"),
    ("でした", "であった"),
    ("しました", "した"),
    ("ありました", "あった"),
    ("なりました", "なった"),
    ("かかりました", "かかった"),
    ("つかりました", "つかった"),
    ("ています", "ている"),
    ("あります", "ある"),
    ("なります", "なる"),
    ("します", "する"),
    ("です", "である"),
)
# e-row stems belong to verbs that only change ました to た: 漏れました, 見られました, 消えました.
_E_ROW = re.compile("([えけげせてねべめれ])(ました|ます)$")
_PLAIN = re.compile("(た|んだ|いだ|る|ない|しい|[一-鿿][うくぐすつぬぶむ])$")
_NOUNS = re.compile("(近く|遠く|多く|ある|いる|かた)$")


def suspected(line: str, lang: Lang, *, risk: bool = False) -> str:
    """One line with its marker: 「不正アクセスの可能性（調査中）」, 「外部に送信されたおそれ（調査中）」."""
    if lang == "en":
        return f"{line.rstrip('.')} (suspected, under investigation)"
    noun = "おそれ" if risk else "可能性"
    bare = line.rstrip("。．. ")
    if bare.endswith(("おそれ", "可能性", "疑い")):
        return f"{bare}（調査中）"
    if "。" in bare:
        return f"「{bare}」という{noun}（調査中）"
    bare = casual(bare)
    if bare.endswith(("ます", "ました", "ません")):
        return f"「{bare}」という{noun}（調査中）"
    joint = "" if _PLAIN.search(bare) and not _NOUNS.search(bare) else "の"
    if bare.endswith(("ある", "いる", "あった")):
        joint = ""
    return f"{bare}{joint}{noun}（調査中）"


def casual(line: str) -> str:
    """The plain form of a polite ending, where it is certain; else the line as it was."""
    for polite, casual in _POLITE:
        if line.endswith(polite):
            return line.removesuffix(polite) + casual
    return _E_ROW.sub(lambda m: m[1] + ("た" if m[2] == "ました" else "る"), line)


# --- values ------------------------------------------------------------------------------------------------------


def value_lines(entry: Mapping[str, Any], value: Any, lang: Lang) -> list[str]:
    """The value in words, no line if there is none to say; a marker is put on each line, so none may hide another."""
    return [line for said in _said(entry, value, lang) for line in _lines(said)]


def _lines(text: str) -> list[str]:
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


def items(facts: Facts, key: str, lang: Lang) -> tuple[str, ...]:
    """The parts of a confirmed list, for bullets. Empty for anything less sure: that is said in whole sentences."""
    fact = facts.get(key)
    if fact is None or say(facts, key, lang).status != "confirmed":
        return ()
    parts = fact.value if isinstance(fact.value, list | tuple) else [fact.value] if fact.value else []
    return (*(choice_name(vocabulary()[key], part, lang) for part in parts), *_lines(fact.text or ""))


def codes(facts: Facts, key: str) -> tuple[str, ...]:
    """The codes of a list that may be said, surely or not; what is no code of the vocabulary is left away."""
    fact = _event(facts) if key == "event" else facts.get(key)
    if fact is None or fact.status not in ("confirmed", "suspected") or not isinstance(fact.value, list | tuple):
        return ()
    shared = vocabulary()[vocabulary()[key].get("values_of", key)]
    return tuple(code for code in shared["values"] if code in fact.value)


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


# --- the last look before a text leaves --------------------------------------------------------------------------


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


def marked(line: str, lang: Lang) -> bool:
    if lang == "en":
        return "under investigation" in line
    return "調査中" in line and any(word in line for word in ("おそれ", "可能性", "疑い"))
