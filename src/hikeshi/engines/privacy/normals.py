"""Normal forms of many different cells at once: what normal.py says of each, from one look at all of them together.

The cells stand one a line in one text, so that an expression goes over all of them in one call. A quick form is taken
only for shapes of which normal.py is known to say the same; every other cell is asked there. A test compares the two.
"""
# words: data throughout, what people write in names, addresses and dates

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from . import normal

LONGEST = 200
"""A longer cell is asked by itself, so that no text costs more than its length."""
One = Callable[[str], str | None]
_BLANK = "\t\x0b\x0c\r\x1c-\x1f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_BLANKS = re.compile(f"[{_BLANK}]+")
_LETTERS = (
    r"A-Za-z一-龥々〆ヶ〇〓\ue000-\uf8ff\u3400-\u4dbf\uf900-\ufaff\U00020000-\U0003ffffぁ-んァ-ヴーàâäéèêëîïôöûüçñ'’-"
)
_NAME = re.compile(rf"^(?:([{_LETTERS}]{{2,30}})|.*)$", re.M)
_NO_NAME = re.compile(f"[{_BLANK}・.,，、()（）]+")
_TITLE = re.compile(r"(?:様|殿|さん|先生|氏|御中|くん|ちゃん|さま)$", re.M)
_FIRM = re.compile("[社法組協商業所院校店()]|大学")
"""One of these stands in every firm's name; the whole expression is asked only there."""
_EMAIL = re.compile(r"^(?:([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]*\.[A-Za-z]+)|.*)$", re.M)
_PHONE = re.compile(r"^(?: *(?!0081|81-)([0-9()][0-9() -]*)|.*)$", re.M)
_NO_DIGIT = re.compile("[() -]+")
_EATEN = re.compile(r"^(?=[1-9][0-9]{8,9}$)", re.M)
_NATIONAL = re.compile(r"^(?:((?![0-9]{3}([0-9])\2*$)(?!00|0120|0800|0570)(?:0[2-9]0[0-9]{8}|0[0-9]{9}))|.*)$", re.M)
_POSTAL = re.compile(r"^(?:〒? ?([0-9]{3})-?([0-9]{4})|.*)$", re.M)
_BIRTH = re.compile(
    r"^(?:(1[89][0-9]{2}|20[0-9]{2})(?:[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)|.*)$", re.M
)
_CODE = re.compile(r"^[0-9]{3}-?[0-9]{4}", re.M)
_MARK = re.compile("^〒", re.M)
_PREFECTURE = re.compile("^(?:" + "|".join(normal.PREFECTURES) + ")+", re.M)
_STEM = re.compile(r"^(?:([^0-9\n]*[0-9]+(?:-[0-9]+)*).*|.*)$", re.M)
_TOWN = re.compile("[一-龥ァ-ヶ]")
_NAMES = {**normal.KANA, **normal.VARIANTS}
_WIDE = {0xFF01 + n: chr(0x21 + n) for n in range(94)} | {0x3000: " "}
_MOBILE = frozenset(["090", "080", "070", "050", "060", "020"])


def each(cells: Sequence[str], quick: Callable[[str], list[str | None]], one: One) -> list[str | None]:
    """`quick` over the cells that are one short line each, as one text; `one` for the others.

    `quick` answers with the normal form of each line; "" for none, None for a line that `one` is to be asked about.
    """
    odd = {n for n, cell in enumerate(cells) if len(cell) > LONGEST or "\n" in cell}
    there = [cell for n, cell in enumerate(cells) if n not in odd] if odd else cells
    said = quick("\n".join(there)) if there else []
    made = [(value or None) if value is not None else one(cell) for value, cell in zip(said, there, strict=True)]
    if not odd:
        return made
    short = iter(made)
    return [one(cell) if n in odd else next(short) for n, cell in enumerate(cells)]


def emails(cells: Sequence[str]) -> list[str | None]:
    return each(cells, lambda text: [found.lower() or None for found in _EMAIL.findall(text)], normal.email)


def names(cells: Sequence[str], one: One) -> list[str | None]:
    """`one`: what is asked about a cell that is no name of the usual kind."""

    def quick(text: str) -> list[str | None]:
        text = "\n".join(map(str.strip, _plain(text).split("\n")))
        lines = text.split("\n")
        if _FIRM.search(text):
            lines = ["" if "(" in line or (_FIRM.search(line) and normal.FIRM.search(line)) else line for line in lines]
        text = _NO_NAME.sub("", _TITLE.sub("", "\n".join(lines)))
        found = "\n".join(_NAME.findall(text)).translate(_NAMES).upper()
        return [(name or None) if name not in normal.NOBODY else None for name in found.split("\n")]

    return each(cells, quick, one)


def phones(cells: Sequence[str]) -> list[str | None]:
    def quick(text: str) -> list[str | None]:
        shaped = _PHONE.findall(_plain(text))
        digits = _EATEN.sub("0", _NO_DIGIT.sub("", "\n".join(shaped)))
        right = [found[0] for found in _NATIONAL.findall(digits)]
        return [
            (number if (len(number) == 11) == (number[:3] in _MOBILE) else "") if shape else None
            for shape, number in zip(shaped, right, strict=True)
        ]

    return each(cells, quick, lambda cell: normal.phone(cell, bare=True))


def postals(cells: Sequence[str], one: One) -> list[str | None]:
    def quick(text: str) -> list[str | None]:
        codes = [a + b for a, b in _POSTAL.findall(_plain(text))]
        return [(code if code != "0000000" else "") or None for code in codes]

    return each(cells, quick, one)


def births(cells: Sequence[str]) -> list[str | None]:
    def quick(text: str) -> list[str | None]:
        return [_day(*found) for found in _BIRTH.findall(_plain(text))]

    return each(cells, quick, normal.birth)


def _day(year: str, month: str, day: str, other_month: str, other_day: str) -> str | None:
    month, day = month or other_month, day or other_day
    if not year or year < "1880" or not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None  # nothing, or to be asked once more
    return f"{year}{month:0>2}{day:0>2}"


def addresses(cells: Sequence[str]) -> list[str | None]:
    return each(cells, _addresses, normal.address)


def _addresses(text: str) -> list[str | None]:
    """The steps of normal.address, each over all lines."""
    text = _CODE.sub("", _MARK.sub("", _BLANKS.sub("", _plain(text))))
    text = normal.CHOME.sub(lambda found: normal.kanji_number(found[1]), text)
    text = normal.UNITS.sub("-", text).replace("の", "-").replace("ノ", "-")
    text = _changed(text, normal.VARIANTS)
    text = _PREFECTURE.sub("", normal.DASHED.sub("-", text))
    stems = _STEM.findall(text.replace("大字", "").replace("字", ""))
    return [stem.rstrip("-") if len(stem) >= 4 and _TOWN.search(stem) else "" for stem in stems]


def _plain(text: str) -> str:
    """normal.plain, quicker where few letters of double width are all that is not plain already."""
    return normal.plain(text if text.isascii() else _changed(text, _WIDE))


def _changed(text: str, table: dict[int, str]) -> str:
    """str.translate, quick where few characters of the table are there."""
    for character in set(text):
        if (other := table.get(ord(character))) is not None:
            text = text.replace(character, other)
    return text
