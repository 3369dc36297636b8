"""The names and types of facts that every room shares: facts.toml, whose meaning docs/facts.md explains."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def vocabulary() -> dict[str, dict[str, Any]]:
    """Key → {type, ja, en, values, …}."""
    path = HERE / "facts.toml"
    if not path.is_file():
        path = HERE.parent / "notify" / "facts.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def label(key: str, lang: str) -> str:
    """What a fact is called; a key outside the vocabulary (a device's, a finding's) is its own name."""
    entry = vocabulary().get(key.split(":", 1)[0])
    return str(entry[lang]) if entry and lang in entry else key


def choices(key: str, lang: str) -> list[tuple[str, str]]:
    """The named values of a key, with their words."""
    return [(name, str(said[lang])) for name, said in vocabulary()[key].get("values", {}).items()]


def value_said(key: str, value: Any, lang: str) -> str:
    """A fact's value in words: choices by their names, the rest plainly."""
    from hikeshi.casebook.sayings import plain

    named = vocabulary().get(key, {}).get("values", {})
    if isinstance(value, list):
        return ("、" if lang == "ja" else ", ").join(value_said(key, inner, lang) for inner in value)
    if isinstance(value, str) and value in named:
        return str(named[value][lang])
    return plain(value, lang)
