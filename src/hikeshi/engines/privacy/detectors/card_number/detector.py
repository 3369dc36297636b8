"""Card numbers: Luhn's check, the prefix of an issuer, and the length that belongs to it."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator

from ... import normal

QUICK = (
    rb"(?:^|[^0-9a-z.+-])[2-6][0-9]{3}[- ]?[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{2,4}(?:[^0-9]|$)",
    rb"(?:^|[^0-9a-z.+-])3[0-9]{3}[- ]?[0-9]{6}[- ]?[0-9]{4,5}(?:[^0-9]|$)",
    rb"(?:\xef\xbc[\x90-\x99]){4}[^0-9\n]{0,3}(?:\xef\xbc[\x90-\x99]){4}",
)
_OTHER = (
    r"(?<!カード)(?:ポイント|会員|メンバー|診察|図書|利用者|社員|職員|従業員|学生|交通|icカード|スタンプ|ギフト"
    r"|プリペイド|保険|points?(?![a-z])|member|loyalty|gift|employee|student|staff)(?!様|さま|さん)"
)
"""Cards that nobody pays with, though their numbers may bear the same check digit; 会員様のカード is no such card."""
_PAID = r"クレジット|credit|決済|支払|引落|引き落と"
HEADER: re.Pattern[str] | None = re.compile(
    rf"(?:(?!.*(?:{_OTHER}))|.*(?:{_PAID})).*(?:カード番号|card_?(?:number|no)|クレジットカード|credit_?card).*"
)
_NO_PAYMENT = re.compile(
    rf"(?:{_OTHER})(?:(?!番号|カード|card|number|no\b|id\b)[^\n、。,のはが:：]){{0,10}}(?:カード|card|番号|number|no|id)"
    r"(?:(?!カード番号|card n)[^0-9\n、。,]){0,12}$",
    re.I,
)
_PAYMENT = re.compile(rf"{_PAID}|visa|master|jcb|amex|diners", re.I)
_BEFORE = 40
VOTE = 0.9
FIELD = "card"
_FOUND = re.compile(
    r"(?<![\w.+-])(?:[2-6]\d{3}([- ]?)\d{4}\1\d{4}\1\d{2,4}|3\d{3}([- ]?)\d{6}\2\d{4,5})(?![\w-]|\.\d)", re.A
)
_DIGIT = str.maketrans("0123456789", "0246813579")


def luhn(digits: str) -> bool:
    """Whether the check digit of ISO/IEC 7812 is right."""
    return sum(map(int, digits[-1::-2])) % 10 == -sum(map(int, digits[-2::-2].translate(_DIGIT))) % 10


def issued(digits: str) -> bool:
    """Whether a known issuer gives out numbers that begin so, in this length."""
    two, three, four, length = int(digits[:2]), int(digits[:3]), int(digits[:4]), len(digits)
    if digits[0] == "4":
        return length == 16
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return length == 16
    if two in (34, 37):
        return length == 15
    if 3528 <= four <= 3589 or four == 6011 or two == 65 or 644 <= three <= 649 or two == 62:
        return length == 16
    return (300 <= three <= 305 or two in (36, 38, 39)) and length == 14


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _FOUND.finditer(text):
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        if (number := value(found[0])) and (not _NO_PAYMENT.search(before) or _PAYMENT.search(before)):
            yield found.start(), found.end(), number


def no_payment(heading: str) -> bool:
    """Whether a heading names the numbers of such another card."""
    return bool(re.search(rf"(?:{_OTHER}).*(?:カード|card)", heading)) and not _PAYMENT.search(heading)


def value(cell: str) -> str | None:
    digits = normal.plain(cell).strip().replace("-", "").replace(" ", "")
    right = 14 <= len(digits) <= 16 and digits.isascii() and digits.isdecimal() and len(set(digits)) > 1
    return digits if right and issued(digits) and luhn(digits) else None
