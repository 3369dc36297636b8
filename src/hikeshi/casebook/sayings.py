"""What an entry says in one line, in the user's language. Each room words its own kinds in `<room>/entries.toml`.

Beside `name` and `line` a kind may say: `texts` (fields that are kept texts), `values.<field>` (codes in words),
`words_of = {<field> = "<room>.<what>"}` (codes that the room itself words, see WORDS), `whole` (hashes not shortened).
"""

import re
import string
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from hikeshi.engines.ledger.entry import Recorded

HOUSE = Path(__file__).resolve().parents[1]
LONGEST = 400
SHORT_HASH = 12
_HASH = re.compile(r"[0-9a-f]{64}")

WORDS: dict[str, Callable[[str, str], str]] = {}
"""What a room calls its own codes: "notify.duty" → (code, lang) → words. Each room puts its own in when it is ready."""


class Saying(NamedTuple):
    """`name` is the kind in words; `line` what happened. Plain text: whoever shows it escapes it."""

    name: str
    line: str


@cache
def sayings() -> dict[str, Any]:
    """Every kind's words, found by folder."""
    found: dict[str, Any] = {}
    for path in sorted(HOUSE.glob("*/entries.toml")):
        found.update(tomllib.loads(path.read_text(encoding="utf-8")))
    return found


def say(entry: Recorded, lang: str, text: Callable[[str], str], fact: Callable[[str, Any], tuple[str, str]]) -> Saying:
    """Word one entry. `text` gives a disposable text by its hash, `fact` a fact's name and value in words."""
    words = sayings().get(entry.kind)
    if words is None:
        return Saying(entry.kind, "")
    values = {name: _said(name, value, words, lang, text) for name, value in entry.data.items()}
    if "key" in entry.data:
        values["key"], values["value"] = fact(str(entry.data["key"]), entry.data.get("value"))
        own = values.get("others", "").splitlines()
        values["value"] = plain([one for one in (values["value"], *own) if one], lang) if own else values["value"]
    line = _Fill().vformat(words["line"][lang], (), values)
    return Saying(words["name"][lang], line if len(line) <= LONGEST else line[: LONGEST - 1] + "…")


def _said(name: str, value: Any, words: Mapping[str, Any], lang: str, text: Callable[[str], str]) -> str:
    named = words.get("values", {}).get(name, {})
    if isinstance(value, list):
        if not value and "" in named:  # a kind says what its empty list means
            return str(named[""][lang])
        return plain([_said(name, inner, words, lang, text) for inner in value], lang)
    if isinstance(value, str) and value in named:
        return str(named[value][lang])
    room = WORDS.get(words.get("words_of", {}).get(name, ""))
    if room is not None and isinstance(value, str):
        return room(value, lang)
    if name in words.get("texts", ("text", "reason", "remarks", "what_text")):
        if value is None:
            return ""  # nothing was written: not the same as a value that is not known
        if _is_hash(value):
            return text(value)
    if isinstance(value, str) and _HASH.fullmatch(value) and name not in words.get("whole", ()):
        return f"{value[:SHORT_HASH]}…"
    return plain(value, lang)


def plain(value: Any, lang: str) -> str:
    """Any JSON value as a person would say it."""
    comma = {"ja": "、", "en": ", "}[lang]
    if value is None:
        return {"ja": "不明", "en": "unknown"}[lang]
    if isinstance(value, bool):
        return {"ja": ("いいえ", "はい"), "en": ("no", "yes")}[lang][value]
    if isinstance(value, Mapping):
        return _interval(value, lang) or comma.join(f"{name}: {plain(inner, lang)}" for name, inner in value.items())
    if isinstance(value, list):
        return comma.join(plain(inner, lang) for inner in value)
    return str(value)


def _interval(value: Mapping[str, Any], lang: str) -> str:
    if set(value) != {"at_least", "at_most"}:
        return ""
    low, high = value["at_least"], value["at_most"]
    if low is not None and low == high:
        return {"ja": f"{low:,}人", "en": f"{low:,} people"}[lang]
    if low is not None and high is not None:
        return {
            "ja": f"少なくとも{low:,}人、多くて{high:,}人",
            "en": f"at least {low:,}, at most {high:,} people",
        }[lang]
    if high is not None:
        return {"ja": f"多くて{high:,}人", "en": f"at most {high:,} people"}[lang]
    if low is not None:
        return {"ja": f"少なくとも{low:,}人", "en": f"at least {low:,} people"}[lang]
    return {"ja": "人数は不明", "en": "number unknown"}[lang]


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64


class _Fill(string.Formatter):
    """Fills bare names only: no attribute, no index, no format of an attacker's choosing. A missing field is empty."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(field_name, ""), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        return str(value)
