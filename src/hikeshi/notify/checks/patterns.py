"""The words that a check looks for: regular expressions in its patterns.toml, of both languages for every text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

# ASCII: a Japanese letter beside a Latin word must not glue to it.
_FLAGS = re.IGNORECASE | re.ASCII
CHECKS = Path(__file__).parent


@cache
def patterns(check: str) -> Mapping[str, Any]:
    """Both languages' expressions of one check."""
    return tomllib.loads((CHECKS / check / "patterns.toml").read_text(encoding="utf-8"))


@cache
def compiled(check: str, key: str = "patterns") -> re.Pattern[str]:
    """The expressions under `key` in both languages as one; upper and lower case are the same."""
    both = [one for lang in ("ja", "en") for one in patterns(check)[lang][key]]
    return re.compile("|".join(f"(?:{one})" for one in both) or "(?!)", _FLAGS)


@cache
def table(check: str, key: str) -> dict[str, re.Pattern[str]]:
    """The same for a table of expressions by name."""
    ja, en = (patterns(check)[lang][key] for lang in ("ja", "en"))
    return {name: re.compile(f"(?:{ja[name]})|(?:{en[name]})", _FLAGS) for name in ja}


def found(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """What a pattern finds in a text, once each."""
    yield from dict.fromkeys(hit[0].strip() for hit in pattern.finditer(text) if hit[0].strip())
