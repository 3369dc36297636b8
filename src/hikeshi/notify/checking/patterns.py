"""The words that a check looks for: regular expressions in its ja.toml and en.toml, both held against every text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from hikeshi import words

# ASCII: a Japanese letter beside a Latin word must not glue to it.
_FLAGS = re.IGNORECASE | re.ASCII
CHECKS = Path(__file__).parents[1] / "checks"


@cache
def texts(check: str, lang: str) -> Mapping[str, Any]:
    return words.texts(CHECKS / check, lang)


@cache
def compiled(check: str, key: str = "patterns") -> re.Pattern[str]:
    """The expressions under `key` in both languages as one; upper and lower case are the same."""
    both = [one for lang in ("ja", "en") for one in texts(check, lang)[key]]
    return re.compile("|".join(f"(?:{one})" for one in both) or "(?!)", _FLAGS)


@cache
def table(check: str, key: str) -> dict[str, re.Pattern[str]]:
    """The same for a table of expressions by name."""
    ja, en = texts(check, "ja")[key], texts(check, "en")[key]
    return {name: re.compile(f"(?:{ja[name]})|(?:{en[name]})", _FLAGS) for name in ja}


def found(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """What a pattern finds in a text, once each."""
    yield from dict.fromkeys(hit[0].strip() for hit in pattern.finditer(text) if hit[0].strip())
