"""Telephone numbers of Japan, as national digits; toll-free and service numbers are left out."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ... import normal, normals

QUICK = (
    rb"(?:^|[^0-9a-z.])\(?0[0-9]{1,4}[-() ][0-9]{1,4}[-) ][0-9]{3,4}(?:[^0-9]|$)",
    rb"(?:^|[^0-9a-z.])0[5789]0[0-9]{8}(?:[^0-9]|$)",
    rb"\+81",
    rb"\xef\xbc\x90\xef\xbc[\x90-\x99]",
    # Dashes and brackets of more than one byte: ‐ – − ー － （ ）
    rb"[0-9](?:\xe2\x80[\x90-\x95]|\xe2\x88\x92|\xe3\x83\xbc|\xef\xbc[\x88\x89\x8d])[0-9]{1,4}"
    rb"(?:-|\xe2\x80[\x90-\x95]|\xe2\x88\x92|\xe3\x83\xbc|\xef\xbc[\x88\x89\x8d])[0-9]{3}",
    rb"(?:tel|phone|fax|\xe9\x9b\xbb\xe8\xa9\xb1)[^0-9\n]{1,8}0[0-9]{9}",
)
HEADER: re.Pattern[str] | None = re.compile(
    r".*(?:電話|デンワ|tel|phone|携帯|mobile|連絡先番号|fax|ファックス|ファクス).*"
)
VOTE = 0.7
FIELD = "phone"
_FOUND = re.compile(
    r"(?<![\d\w.+-])(?:\+81[- ]?(?:\(0\))?[- ]?\d{1,4}|\(0\d{1,4}\)"
    r"|0\d{1,4})[- ()]{1,2}\d{1,4}[- )]{1,2}\d{3,4}(?![\d-]|\.\d)"
    r"|(?<![\d\w.+-])0[5789]0\d{8}(?![\d-]|\.\d)"
    r"|(?<=\+81)[1-9]\d{8,9}(?!\d)"
    r"|(?i:(?:tel|phone|fax|電話番号|電話)[^0-9\n]{1,8})(0\d{9})(?!\d)",
    re.A,
)


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _FOUND.finditer(text):
        start = found.start(1) if found[1] else found.start()
        bare = text[max(0, start - 3) : start] == "+81"
        value = normal.phone(f"0{found[0]}" if bare else found[1] or found[0])
        if value:
            yield start, found.end(), value


def value(cell: str) -> str | None:
    return normal.phone(cell, bare=True)


def values(cells: Sequence[str]) -> list[str | None]:
    return normals.phones(cells)


def vote(cell: str) -> bool:
    """Digits alone are no telephone number unless the column says so; eleven with the first zero are."""
    return normal.phone(cell) is not None and (len(cell.strip()) != 10 or not cell.strip().isdecimal())
