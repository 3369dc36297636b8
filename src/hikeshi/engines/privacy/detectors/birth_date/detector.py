"""Dates of birth: only where a heading or label says so; other dates are nobody's birthday."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ... import normal, normals

QUICK = (
    rb"\xe8\xaa\x95\xe7\x94\x9f\xe6\x97\xa5",
    rb"\xe7\x94\x9f\xe5\xb9\xb4\xe6\x9c\x88\xe6\x97\xa5",
    rb"\xe7\x94\x9f\xe3\x81\xbe\xe3\x82\x8c",
    rb"birth|\bdob\b|bday",
)
HEADER: re.Pattern[str] | None = re.compile(r".*(?:生年月日|セイネンガッピ|誕生日|birth|^dob$|bday|date_?of_?birth).*")
VOTE = 0.0
FIELD = "birth"
_DATE = (
    # PDF puts blanks between digits and kanji.
    r"((?:1[89]\d\d|20[0-2]\d)[ ]?[-/.年][ ]?\d{1,2}[ ]?[-/.月][ ]?\d{1,2}日?"
    r"|(?:明治|大正|昭和|平成|令和|[MTSHR])[ ]?(?:\d{1,2}|元)[ ]?[-/.年][ ]?\d{1,2}[ ]?[-/.月][ ]?\d{1,2}日?)"
)
_LABEL = re.compile(
    rf"(?:生年月日|誕生日|(?i:date of birth|birth_?da(?:te|y)|dob|bday))[^\d\n一-龥MTSHR]{{0,6}}{_DATE}"
)
_BORN = re.compile(_DATE + r"[ ]?(?:生まれ|生)")


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for pattern in (_LABEL, _BORN):
        for found in pattern.finditer(text):
            if value := normal.birth(found[1]):
                yield found.start(1), found.end(1), value


def value(cell: str) -> str | None:
    return normal.birth(cell)


def values(cells: Sequence[str]) -> list[str | None]:
    return normals.births(cells)
