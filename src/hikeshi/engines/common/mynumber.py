"""My Number（個人番号、マイナンバー）: find it in text and mask it.

It may be kept only for the few purposes of the My Number Act, so it stands in no entry, table, report or log. A run of
exactly twelve digits on its own counts when its check digit is right (one random number in eleven is); a longer run, a
part of a hash, a UUID, a decimal or an international telephone number does not, nor a time written in twelve digits.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

MASK = "（マイナンバー）"  # words: data, the record has no language

_SPACES = "[ \u00a0\u2002\u2003\u2009\u3000]"
_HYPHENS = "[-\u2010-\u2015\u2212\u30fc\uff0d\uff70\ufe63]"  # words: data; ー is typed for it, too
_DIGIT = "[0-9０-９]"
_BESIDE = "0-9０-９A-Za-zＡ-Ｚａ-ｚ"  # a letter beside it makes it a part of a code; a Japanese word does not
_FOUND = re.compile(
    rf"(?<![{_BESIDE}+＋])(?<![0-9０-９][.．,，])(?<![0-9A-Fa-f]{{4}}-)"
    rf"(?:(?P<run>{_DIGIT}{{12}})(?![.．,，]{_DIGIT})"
    rf"|(?<!{_DIGIT}{_HYPHENS})(?<!{_DIGIT}{{3}}{_SPACES})"
    rf"{_DIGIT}{{4}}(?P<gap>{_SPACES}|{_HYPHENS}){_DIGIT}{{4}}(?P=gap){_DIGIT}{{4}}"
    rf"(?!{_HYPHENS}{_DIGIT})(?!{_SPACES}{_DIGIT}{{3}}))"
    rf"(?![{_BESIDE}])"
)
_MAYBE = re.compile(rf"{_DIGIT}{{4}}(?:{_SPACES}|{_HYPHENS})?{_DIGIT}{{4}}(?:{_SPACES}|{_HYPHENS})?{_DIGIT}{{4}}")
"""Whatever _FOUND finds, this finds, too: one look at a whole value instead of one at each of its texts."""
_NO_DIGIT = re.compile(r"\D")
_TIME = re.compile(r"(?:199|20[0-4])\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d")


def check_digit(first_eleven: str) -> int:
    """The twelfth digit that belongs to eleven digits.

    Source: Ordinance of the Ministry of Internal Affairs no. 85 of 2014 (平成26年総務省令第85号), article 5.
    """
    if len(first_eleven) != 11 or not first_eleven.isdecimal():
        raise ValueError("eleven digits")
    # The n-th digit from the right weighs n + 1 up to the sixth, n - 5 from the seventh on.
    total = sum(int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(first_eleven), 1))
    return 0 if total % 11 <= 1 else 11 - total % 11


def is_my_number(digits: str) -> bool:
    """Whether these are twelve digits (of any width) with the right check digit. Twelve equal ones are none."""
    if len(digits) != 12 or not digits.isdecimal() or len(set(digits)) == 1:
        return False
    return check_digit(digits[:11]) == int(digits[11])


might_hold = _MAYBE.search
"""A first look for who has very many texts: what it finds nothing in, `masked` leaves as it is."""


def masked(text: str) -> tuple[str, int]:
    """The text with every My Number on its own replaced by MASK, and how many there were."""
    if not might_hold(text):
        return text, 0
    count = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal count
        digits = _NO_DIGIT.sub("", found[0])
        if not is_my_number(digits) or (found["run"] and _TIME.fullmatch(str(int(digits)).zfill(12))):
            return found[0]
        count += 1
        return MASK

    return _FOUND.sub(replace, text), count


def masked_in(value: Any) -> tuple[Any, int]:
    """Any JSON value with the My Numbers in its texts and names masked, and how many. Numbers stay as they are."""
    try:
        if not _MAYBE.search(orjson.dumps(value).decode()):
            return value, 0
    except orjson.JSONEncodeError:
        pass  # what JSON cannot hold is looked at text by text
    return _masked_each(value)


def _masked_each(value: Any) -> tuple[Any, int]:
    if isinstance(value, str):
        text, count = masked(value)
        return (text, count) if count else (value, 0)
    if isinstance(value, list | tuple):
        pairs = [_masked_each(inner) for inner in value]
        count = sum(n for _, n in pairs)
        return ([inner for inner, _ in pairs], count) if count else (value, 0)
    if isinstance(value, dict):
        return _masked_names(value)
    return value, 0


def _masked_names(value: dict[Any, Any]) -> tuple[dict[Any, Any], int]:
    clean: dict[Any, Any] = {}
    total = 0
    for name, inner in value.items():
        key, in_name = masked(name) if isinstance(name, str) else (name, 0)
        base, nth = key, 1
        while in_name and (key in clean or key in value):
            nth += 1
            key = f"{base}〔{nth}〕"
        clean[key], in_value = _masked_each(inner)
        total += in_name + in_value
    return (clean, total) if total else (value, 0)
