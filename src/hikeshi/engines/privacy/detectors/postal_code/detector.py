"""Postal codes: behind 〒 or a label, before an address, or in a column that is called so."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ... import normal, normals

QUICK = (
    rb"\xe3\x80\x92",
    rb"(?:^|[^0-9a-z.)(-])[0-9]{3}-[0-9]{4}(?:[^0-9-]|$)",
    rb"[^0-9][0-9]{3}\xef\xbc\x8d[0-9]{4}",
    rb"\xef\xbc[\x90-\x99]\xef\xbc[\x8d\x90-\x99]",
)
HEADER: re.Pattern[str] | None = re.compile(r".*(?:郵便番号|〒|postal|zip|postcode|〒).*")
VOTE = 0.9
FIELD = "postal"
AROUND = 1
_FOUND = re.compile(
    r"〒\s{0,3}(\d{3}-?\d{4})(?![\d-])"
    r"|(?:郵便番号|(?i:zip|postal code))[^0-9\n]{1,6}(\d{3}-?\d{4})(?![\d-])"
    r"|(?<![\w.()+-])(\d{3}-\d{4})(?![\d-]|\.\d)(?=\s{0,4}[一-龥])",
    re.A,
)
_WITH_DASH = re.compile(r"〒?\s?\d{3}-\d{4}")


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _FOUND.finditer(text):
        if value := normal.postal(found[found.lastindex or 0]):
            yield found.start(), found.end(), value


def value(cell: str) -> str | None:
    digits = cell.strip()
    # Excel eats the zero of 060-0001 when the column is one of numbers.
    return normal.postal(f"0{digits}" if len(digits) == 6 and digits.isdecimal() else cell)


def values(cells: Sequence[str]) -> list[str | None]:
    return normals.postals(cells, value)


def vote(cell: str) -> bool:
    return _WITH_DASH.fullmatch(normal.plain(cell).strip()) is not None
