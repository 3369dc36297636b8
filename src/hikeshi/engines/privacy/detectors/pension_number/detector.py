"""Basic pension numbers: four and six digits, behind 年金."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator

from ... import normal

QUICK = (rb"\xe5\xb9\xb4\xe9\x87\x91",)
HEADER: re.Pattern[str] | None = re.compile(r".*(?:年金番号|年金手帳|pension).*")
VOTE = 0.0
FIELD = "identity"
_NUMBER = re.compile(r"\d{4}[- ]?\d{6}", re.A)
_LABEL = re.compile(
    r"(?:基礎年金番号|年金番号|年金手帳(?:の)?(?:記号)?番号)[^0-9A-Za-z\n]{0,8}(\d{4}[- ]?\d{6})(?![\w-])", re.A
)


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _LABEL.finditer(text):
        if number := value(found[1]):
            yield found.start(1), found.end(1), number


def value(cell: str) -> str | None:
    text = normal.plain(cell).strip()
    return text.replace("-", "").replace(" ", "").upper() if _NUMBER.fullmatch(text) else None
