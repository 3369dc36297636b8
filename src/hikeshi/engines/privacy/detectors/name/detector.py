"""Names of people: in columns by their heading, in text behind a label, before a title, or by a common family name.

A name in text without any of these is not found; a family name alone (山田様) is a name that links nobody.
"""
# words: data throughout, headings of columns and titles

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ... import normal, normals
from ...surnames import SURNAMES, surname_of

QUICK = (
    # 担当 申込者 注文者 お客様名 署名
    rb"\xe6\x8b\x85\xe5\xbd\x93|\xe7\x94\xb3\xe8\xbe\xbc\xe8\x80\x85|\xe6\xb3\xa8\xe6\x96\x87\xe8\x80\x85|\xe5\xae\xa2\xe6\xa7\x98\xe5\x90\x8d|\xe7\xbd\xb2\xe5\x90\x8d",
    # A line of three to five kanji.
    rb"^[ \t]*(?:[\xe4-\xe9][\x80-\xbf][\x80-\xbf]){3,5}[ \t]*\r?$",
    # 様 さん 氏 殿 先生, 名前; and kanji, blank, kanji or kana.
    rb"[\xe4-\xe9][\x80-\xbf][\x80-\xbf][ ]?(?:\xe6\xa7\x98|\xe3\x81\x95\xe3\x82\x93|\xe6\xb0\x8f"
    rb"|\xe6\xae\xbf|\xe5\x85\x88\xe7\x94\x9f)",
    rb"\xe5\x90\x8d\xe5\x89\x8d|\xe6\xb0\x8f\xe5\x90\x8d",
    rb"[\xe4-\xe9][\x80-\xbf][\x80-\xbf](?: |\xe3\x80\x80)[\xe3-\xe9][\x80-\xbf][\x80-\xbf]",
)
HEADER: re.Pattern[str] | None = re.compile(
    r"(?!.*(?:(?:数|番号|コード|名簿|一覧|リスト|台帳)$|名簿|会社|商品|品名|file|host|user_?name|店|部署|company|product|建物|町名|銀行|支店|学校|科目"
    r"|件名|役職|domain|"
    r"ログイン|login|column|table|theme|plugin|option|meta|city|イベント|講座|コース|プラン|ファイル"
    r"|サービス|パソコン|口座|患者id))"
    r"(?:.*(?:氏名|名前|お名前|顧客名|会員名|患者名|担当者名?|宛名|姓名|フルネーム|利用者名|購入者名?"
    r"|注文者名?|受取人名?|代表者名?|"
    r"予約者名?|申込者名?|参加者名?|宿泊者名?|来店者名?|世帯主名?|契約者名?|(?:届け|配送|送付)先名称?|"
    r"生徒名|児童名|社員名|従業員名|名義|シメイ|ナマエ|フリガナ|ふりがな|カナ|full_?name|customer_?name|display_?name"
    r"|contact_?name).*"
    r"|name|姓|名|氏|せい|めい|セイ|メイ|last_?name|first_?name|family_?name|given_?name|sei|mei|surname|"
    r".*(?:[(（](?:姓|名|氏名)[)）])|(?:お客|様)様?名|.*_(?:last|first|full)_?name"
    r"|[姓名氏][(](?:請求先|配送先|送付先|お?届け先)[)])"
)
VOTE = 0.6
FIELD = "name"
_KANJI = "一-龥々〆ヶ\u3400-\u4dbf\uf900-\ufaff"
_LABEL = re.compile(
    rf"(?:氏名|名前|お客様名|担当者?|申込者|注文者|患者名"
    rf"|署名)[ ]{{0,3}}[::=][ ]{{0,3}}([{_KANJI}]{{1,5}}[ ]?[{_KANJI}ぁ-んァ-ヴー]{{0,5}}"
    rf"|[ァ-ヴー]{{2,8}}[ ・][ァ-ヴー]{{2,8}}|[A-Z][a-z]+ [A-Z][a-z]+)"
)
_TITLED = re.compile(
    rf"(?<![{_KANJI}])([{_KANJI}]{{1,5}}(?:[ ][{_KANJI}ぁ-んァ-ヴ]{{1,4}})?)[ ]?(?:様|さん|氏|殿|先生)(?![{_KANJI}])"
)
_SPACED = re.compile(
    rf"(?<![{_KANJI}ァ-ヴぁ-ん])([{_KANJI}]{{1,3}})[ ]([{_KANJI}]{{1,3}}|[ぁ-ん]{{2,4}}"
    rf"|[ァ-ヴー]{{2,4}})(?![{_KANJI}ァ-ヴー])"
)
_ALONE = re.compile(rf"(?m)^[ \t]*([{_KANJI}]{{3,5}})[ \t]*\r?$")
_PLACE = re.compile(r"[県都府道市区町村郡店社部課係室駅線会校園院館所局屋様方化式]$")
_POLITE = re.compile(r"[ ]?(?:様|さん|氏|殿|先生|さま)$")
_AREA = re.compile(r"[都府県市区町村郡]$")
_GROUP = re.compile(
    r"会員|顧客|企業|業者|家族|利用|各位|担当|先方|[社店部課会]長|法人|一般|新規|皆|宛|取引|株主|患者|読者"
)
_LATIN = re.compile(r"[A-Z][a-z]{1,20}[ ,]{1,2}[A-Z][a-z]{1,20}|[A-Z]{2,20} [A-Z]{2,20}")
_WHOLE = re.compile(rf"[{_KANJI}ぁ-んァ-ヴー]{{2,8}}")


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    end = -1
    for found in sorted(
        (*_LABEL.finditer(text), *_TITLED.finditer(text), *_SPACED.finditer(text), *_alone(text)),
        key=lambda m: (m.start(1), -m.end()),
    ):
        if found.start(1) < end:
            continue
        words = found[1].split(" ") if found.re is not _SPACED else [found[1], found[2]]
        value = normal.name("".join(words))
        if value is None or (found.re is not _LABEL and not _known(words, value, found[0])):
            continue
        end = found.end()
        yield found.start(1), end, value


def _alone(text: str) -> Iterator[re.Match[str]]:
    """A line that is a name and nothing else: signatures."""
    for found in _ALONE.finditer(text):
        name = normal.name(found[1]) or ""
        if len(surname_of(name)) > 1 and not _PLACE.search(name):
            yield found


def _known(words: list[str], value: str, whole: str) -> bool:
    if len(value) == 4 and whole.endswith("様") and not _GROUP.search(value):
        return True
    first = words[0].translate(normal.VARIANTS)
    return first in SURNAMES or (len(words) == 1 and (value in SURNAMES or bool(surname_of(value))))


def value(cell: str) -> str | None:
    return normal.name(cell) or _short(cell)


def values(cells: Sequence[str]) -> list[str | None]:
    return normals.names(cells, value)


def _short(cell: str) -> str | None:
    """A family name of one character: 林様."""
    text = _POLITE.sub("", normal.plain(cell).strip()).translate(normal.VARIANTS)
    return text if len(text) == 1 and text in SURNAMES else None


def vote(cell: str) -> bool:
    """A common family name and more, or two words of Latin letters that begin large."""
    if _LATIN.fullmatch(cell.strip()):
        return True
    value = normal.name(cell)
    if value is None or _AREA.search(value) or value in normal.PREFECTURES:
        return False
    return _WHOLE.fullmatch(value) is not None and bool(surname_of(value))


def person(value: str) -> bool:
    """A family name alone says too little to tell people apart."""
    return value not in SURNAMES
