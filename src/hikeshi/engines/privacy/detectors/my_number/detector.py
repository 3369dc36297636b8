"""My Number（個人番号）: the check digit is right, and a label or a column's vote says so.

One random number of twelve digits in ten passes the check, so that the digits alone are not believed.
"""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator

from ....common.mynumber import is_my_number
from ... import normal

QUICK = (
    rb"\xe3\x83\x9e\xe3\x82\xa4\xe3\x83\x8a\xe3\x83\xb3\xe3\x83\x90",
    rb"\xe5\x80\x8b\xe4\xba\xba\xe7\x95\xaa\xe5\x8f\xb7",
    rb"my ?number",
)
HEADER: re.Pattern[str] | None = re.compile(r".*(?:マイナンバー|個人番号|my_?number).*")
VOTE = 0.9
LEAST = 10
"""Rows before a column may vote: 0 false columns in 20,000 at ten rows, 1 at five."""
FIELD = "identity"
AROUND = 2
_NEAR = 120
_WORD = re.compile(r"マイナンバー|個人番号|(?i:my ?number)")
_FOUND = re.compile(r"(?<![\w+.-])(?:\d{12}|\d{4}[- ]\d{4}[- ]\d{4})(?![\w-]|\.\d|[ ]\d{4})", re.A)


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _FOUND.finditer(text):
        if (value := _number(found[0])) and _WORD.search(text, max(0, found.start() - _NEAR), found.end() + _NEAR // 2):
            yield found.start(), found.end(), value


def _number(text: str) -> str | None:
    digits = text.replace("-", "").replace(" ", "")
    return digits if is_my_number(digits) else None


def value(cell: str) -> str | None:
    digits = normal.plain(cell).strip()
    # Excel eats leading zeros.
    return _number(digits.zfill(12) if digits.isdecimal() and len(digits) >= 10 else digits)
