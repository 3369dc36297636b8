"""Numbers that a firm gives to its people: members', customers', patients', employees' numbers and the names they sign
in with. They are no kind of personal data that is told, but a row without a name is somebody's by them."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from . import kinds, normal

STAFF = "担当"
"""Whose family name stands in every row of a list of customers, and is nobody's of the list."""
_LONGEST = 64
_ROLES = {
    "member": r"会員|メンバー|組合員|member",
    "customer": r"(?:お|ご)?(?:顧客|客様|客さま)|(?:ご)?(?:利用者|契約者)|customer|client",
    "patient": r"患者|診察券|カルテ|patient",
    "employee": r"社員|従業員|職員|スタッフ|employee|staff",
    "student": r"学籍|学生|生徒|児童|園児|受講者?|受講生|student",
    "user": r"line_?ユーザー?|line_?user_?|ユーザー?|利用者|ログイン|アカウント|友だち|友達|user|login|account",
}
_NUMBER = r"(?:カード|証)?[ _-]?(?:番号|no\.?|id|コード|code|number|num)"
_HEADINGS = {role: re.compile(rf"(?:{words}){_NUMBER}") for role, words in _ROLES.items()}
_ALSO = {"employee": re.compile(r"社番"), "user": re.compile(r"user_?(?:name|login)|login|ユーザー?名|ユーザネーム")}
_TABLES = {
    "member": re.compile(r"(?:^|[_.])members?$|会員(?:名簿|一覧|台帳)?$"),
    "customer": re.compile(r"(?:^|[_.])(?:customer|client)s?$|顧客(?:名簿|一覧|台帳)?$"),
    "patient": re.compile(r"(?:^|[_.])patients?$|患者(?:一覧)?$"),
    "employee": re.compile(r"(?:^|[_.])(?:employees?|staffs?)$|(?:社員|従業員)(?:名簿|一覧|台帳)?$"),
    "student": re.compile(r"(?:^|[_.])students?$"),
    "user": re.compile(r"(?:^|[_.])(?:user|account)s?$"),
}
_TIDY = re.compile(r"[\s*＊※:：]+")
_NOTHING = frozenset(["", "-", "0", "なし", "無し", "none", "null", "n/a"])


@dataclass(frozen=True, slots=True)
class _Member:
    """Reads the cells of a column of such numbers."""

    role: str

    def value(self, cell: str) -> str | None:
        number = normal.plain(cell).strip().lower().removesuffix(".0")
        if number in _NOTHING or len(number) > _LONGEST:
            return None
        return f"{self.role} {number.lstrip('0') or number}"


def role(heading: str) -> str | None:
    """Whose numbers the column of this heading holds; None when it holds none."""
    text = _TIDY.sub("", normal.plain(heading)).lower()
    for name, pattern in (*_HEADINGS.items(), *_ALSO.items()):
        if len(text) <= 40 and pattern.fullmatch(text):
            return name
    return None


def role_of_table(name: str) -> str | None:
    """Whose table this is by its name: `id` in `users` is what others call `user_id`."""
    return next((role for role, words in _TABLES.items() if words.search(name[-64:].lower())), None)


def kind(role: str) -> str:
    """The name under which a column of these numbers is read, beside those of the detectors."""
    return f"member:{role}"


@dataclass(frozen=True, slots=True)
class How:
    """How a column's cells are read."""

    value: Callable[[str], str | None]
    person: Callable[[str], bool] | None = None
    values: Callable[[Sequence[str]], list[str | None]] | None = None
    """The same as `value` for many cells at once, where the detector has a quicker way."""


def how(name: str) -> How:
    """How the cells of a column of this kind are read: a detector's, or a number's of people."""
    before, found, role = name.partition("member:")
    if found and not before:
        return How(_Member(role).value)
    detector = kinds.detectors()[name]
    return How(detector.value, getattr(detector, "person", None), getattr(detector, "values", None))
