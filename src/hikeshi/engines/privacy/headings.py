"""What the heading of a column says, and which columns of a table are of one person."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from . import kinds, members, normal

_KANA = re.compile(r"フリガナ|ふりがな|カナ|かな|ヨミ|よみ|読み|kana|セイ|メイ|せい|めい")
_PART = re.compile(
    r"^(?:姓|名|氏)[(（](?:請求先|配送先|送付先|お?届け先)[)）]$"
    r"|^(?:姓|名|氏|せい|めい|セイ|メイ|sei|mei|surname)$|last_?name|first_?name|family_?name|given_?name"
    r"|[(（](?:姓|名)[)）]|.*(?:姓|名)(?:カナ|かな)$"
)
_OTHER = re.compile(
    r"(請求先|依頼主|発送元|差出人|配送先|送付先|お届け先|送り先|届け先|保護者|緊急連絡先|配偶者|家族|billing|shipping"
    r"|紹介者|代理人|同伴者|連帯保証人|担当)"
)
_HOLDER = re.compile(r"(?!.*(?:変更|番号|日|住所|電話)).*名義.*|.*account_?holder.*")
_TIDY = re.compile(r"[\s*＊※:：]+")
_NUMBERED = re.compile(r"[0-9]+$")
_HALF = re.compile(r"(.*[^氏])[姓名]((?:カナ|かな|フリガナ|ふりがな|[(（](?:カナ|かな|フリガナ|ふりがな)[)）])?)")
_WORDS = re.compile(r"名|者|先|番号|主|住所|電話|連絡|メール|mail|tel|phone|name", re.I)
_FAMILIAR = (
    "氏名 名前 お名前 姓名 姓 名 フリガナ ふりがな 会員名 顧客名 お客様名 患者名 社員名 利用者名 生徒名 児童名 "
    "保護者名 担当者 電話 電話番号 携帯 携帯電話 TEL Tel tel 連絡先 ご連絡先 メール メールアドレス E-mail Email "
    "email e-mail Mail mail 住所 ご住所 郵便番号 生年月日 name Name phone Phone address Address 個人番号 マイナンバー"
)
FAMILIAR = frozenset(_FAMILIAR.split())
"""Headings as most tables write them: a row further down without one of these is not looked at as a second heading."""
_MAIN = ("請求先", "billing")
_CONTACT = members.STAFF
_DIFFERENT = 0.8
_LEAST = 5


@dataclass(frozen=True, slots=True)
class Column:
    """`person` tells several people in one row apart (orderer, receiver); `part` is a piece of a name or address."""

    kind: str
    field: str
    person: str = ""
    part: bool = False


@lru_cache(20_000)
def column_of(heading: str) -> Column | None:
    """What a heading says of its column; None when it says nothing that we look for."""
    text = _NUMBERED.sub("", _TIDY.sub("", normal.plain(heading)).lower())
    if not text or len(text) > 40:
        return None
    if _HOLDER.fullmatch(text):
        return Column("name", "kana")
    for kind in _ORDER:
        detector = kinds.detectors()[kind]
        if detector.HEADER and detector.HEADER.fullmatch(text):
            other = _OTHER.search(text)
            field = detector.FIELD
            if field == "name" and _KANA.search(text):
                field = "kana"
            part = bool(_PART.search(text)) if field in ("name", "kana") else field == "address"
            return Column(kind, field, other[1] if other else "", part)
    return None


# The particular before the general: 「マイナンバー」 before 「番号」, 「口座名義」 is an account's.
_ORDER = (
    "my_number",
    "card_number",
    "driving_licence",
    "passport",
    "health_insurance",
    "pension_number",
    "email",
    "password",
    "secret_key",
    "postal_code",
    "birth_date",
    "phone",
    "bank_account",
    "address",
    "special_care",
    "name",
)


def tidy(heading: str) -> str:
    return _TIDY.sub("", normal.plain(heading)).lower()


def is_holder(heading: str) -> bool:
    """Whether this column says whose an account is."""
    return _HOLDER.fullmatch(tidy(heading)) is not None


def is_words(cell: str) -> bool:
    """Whether a cell looks like a heading more than like what stands under one."""
    text = normal.plain(cell)
    return len(text) <= 40 and _WORDS.search(text) is not None and not re.search(r"[0-9]{2}|@", text)


def other_person(heading: str) -> str:
    """Whose column this is, when not the row's own person's."""
    found = _OTHER.search(tidy(heading))
    return found[1] if found else ""


def paired(headings: Sequence[str], columns: list[Column | None]) -> None:
    """「注文者姓」 beside 「注文者名」 are two halves of a name, though each alone would be a whole one."""
    texts = [tidy(heading) for heading in headings]
    for n, text in enumerate(texts[: len(columns)]):
        half = _HALF.fullmatch(text)
        if half and half[1] and {f"{half[1]}姓{half[2]}", f"{half[1]}名{half[2]}"} <= set(texts):
            columns[n] = Column("name", "kana" if half[2] else "name", other_person(text), part=True)


def joined(columns: list[Column | None], rows: Sequence[Sequence[str]]) -> None:
    """Where the row's own person has no name, the one who is billed is that person; a firm's contact is, too, when it
    is another one in nearly every row. The e-mail of an order stands apart from 「billing name」."""
    _folded(columns)
    if _names(columns, rows, ""):
        return
    for person in (*_MAIN, _CONTACT):
        there = _names(columns, rows, person)
        if there and (person != _CONTACT or _several(there)):
            for n, one in enumerate(columns):
                if one and one.person == person:
                    columns[n] = replace(one, person="")
                elif one and not one.person and one.field == "name":
                    columns[n] = None  # "Name" of an order: its number
            return


def _folded(columns: list[Column | None]) -> None:
    """A telephone for emergencies, of nobody named, is one more of the row's own person."""
    fields: dict[str, set[str]] = {}
    for one in columns:
        if one and one.person:
            fields.setdefault(one.person, set()).add(one.field)
    for n, one in enumerate(columns):
        if one and one.person and fields[one.person] == {"phone"}:
            columns[n] = replace(one, person="")


def _names(columns: list[Column | None], rows: Sequence[Sequence[str]], person: str) -> list[str]:
    """The names that stand in the columns of this person."""
    them = [n for n, one in enumerate(columns) if one and one.kind == "name" and one.person == person]
    return [name for row in rows for n in them if n < len(row) and (name := normal.name(row[n]))]


def _several(names: list[str]) -> bool:
    whole = [name for name in names if kinds.detectors()["name"].person(name)]  # type: ignore[attr-defined]
    return len(whole) >= _LEAST and len(set(whole)) >= _DIFFERENT * len(names)
