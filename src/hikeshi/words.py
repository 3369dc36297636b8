"""Words for what the engines say in codes, and for texts that live in folders, in the user's language."""

from __future__ import annotations

import os
import string
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from hikeshi.engines.common.problem import Problem

LANGUAGES = ("ja", "en")
HOUSE = Path(__file__).parent


def user_language(environ: Mapping[str, str] | None = None) -> str:
    """The language for the command line: HIKESHI_LANG, then the locale, else Japanese."""
    env = os.environ if environ is None else environ
    chosen = env.get("HIKESHI_LANG") or env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    name = chosen.split(".")[0].split("_")[0].split("-")[0].lower()
    # "C" and "POSIX" are no choice of the user's; any other language is better served by English.
    return "ja" if name in ("", "c", "posix", "ja") else "en"


def problem(p: Problem, lang: str | None = None) -> str:
    """What happened, to what, what is safe and what to do next, as one text."""
    lang = lang or user_language()
    room, _, what = p.code.partition(".")
    sentence = _problems(room).get(what, {}).get(lang)
    if sentence is None:
        # A missing sentence must not hide the problem; a house test keeps this from being reached.
        return str(p)
    return fill(sentence, p.params)


def fill(sentence: str, params: Mapping[str, object]) -> str:
    """The sentence with its {names} filled; a name that has no value stays visible."""
    return _Filler().vformat(sentence, (), dict(params))


def texts(folder: Path, lang: str | None = None) -> dict[str, Any]:
    """The texts of one kind: `ja.toml` or `en.toml` in its folder."""
    return _toml(folder / f"{lang or user_language()}.toml")


def pick(both: Mapping[str, str], lang: str | None = None) -> str:
    """One of {ja = "…", en = "…"}."""
    return both[lang or user_language()]


def half(text: str, lang: str | None = None) -> str:
    """The user's half of 「日本語 / English」, as the command line's help texts are written."""
    japanese, _, english = text.partition(" / ")
    return english if (lang or user_language()) == "en" and english else japanese


def visible(value: object) -> str:
    """Text from outside with control and direction characters shown as <U+202E>, so that it cannot redraw a screen."""
    return "".join(c if _harmless(c) else f"<U+{ord(c):04X}>" for c in str(value))


def _harmless(c: str) -> bool:
    return c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


class _Filler(string.Formatter):
    """Fills plain names only: `{a.b}` and `{a[0]}` would let a sentence look inside objects."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[object, str]:
        if field_name not in kwargs:
            return "{" + field_name + "}", field_name
        value = kwargs[field_name]
        return (value if isinstance(value, int | float) else visible(value)), field_name


@cache
def _problems(room: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if room.isidentifier():
        for file in (HOUSE / "engines" / room / "problems.toml", HOUSE / room / "problems.toml"):
            if file.is_file():
                found.update(_toml(file))
    return found


@cache
def _toml(file: Path) -> dict[str, Any]:
    with file.open("rb") as handle:
        return tomllib.load(handle)
