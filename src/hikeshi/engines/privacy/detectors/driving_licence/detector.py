"""Driving licences: twelve digits that begin with a prefecture of the police, behind 免許."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator

from ... import normal

QUICK = (rb"\xe5\x85\x8d\xe8\xa8\xb1",)
HEADER: re.Pattern[str] | None = re.compile(r".*(?:免許証?番号|免許証|driver_?licen[sc]e|driving_?licen[sc]e).*")
VOTE = 0.0
FIELD = "identity"
_NUMBER = re.compile(r"(?:[1-9]\d)\d{10}", re.A)
_LABEL = re.compile(r"(?:免許証?の?番号|運転免許証?|免許証)[^0-9A-Za-z\n]{0,8}((?:[1-9]\d)\d{10})(?![\w-])", re.A)


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _LABEL.finditer(text):
        if number := value(found[1]):
            yield found.start(1), found.end(1), number


def value(cell: str) -> str | None:
    text = normal.plain(cell).strip()
    return text.replace("-", "").replace(" ", "").upper() if _NUMBER.fullmatch(text) else None
