"""Passports: two letters and seven digits behind 旅券, パスポート or passport."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator

from ... import normal

QUICK = (
    rb"\xe6\x97\x85\xe5\x88\xb8",
    rb"\xe3\x83\x91\xe3\x82\xb9\xe3\x83\x9d\xe3\x83\xbc\xe3\x83\x88",
    rb"passport",
)
HEADER: re.Pattern[str] | None = re.compile(r".*(?:旅券|パスポート|passport).*")
VOTE = 0.0
FIELD = "identity"
_NUMBER = re.compile(r"[A-Z]{2} ?\d{7}", re.A)
_LABEL = re.compile(
    r"(?:旅券番号|旅券|パスポート(?:番号)?|(?i:passport(?: ?(?:no\.?"
    r"|number))?))[^0-9A-Za-z\n]{0,8}([A-Z]{2} ?\d{7})(?![\w-])",
    re.A,
)


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _LABEL.finditer(text):
        if number := value(found[1]):
            yield found.start(1), found.end(1), number


def value(cell: str) -> str | None:
    text = normal.plain(cell).strip()
    return text.replace("-", "").replace(" ", "").upper() if _NUMBER.fullmatch(text) else None
