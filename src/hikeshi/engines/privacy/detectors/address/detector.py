"""Addresses of Japan: a prefecture or a city, and a number."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ... import normal, normals

QUICK = (
    # 県 都 府 道 市 区 町 村 郡 (with kanji before them), and a digit of any width soon after.
    rb"[\xe4-\xe9][\x80-\xbf][\x80-\xbf]"
    rb"(?:\xe7\x9c\x8c|\xe9\x83\xbd|\xe5\xba\x9c|\xe9\x81\x93|\xe5\xb8\x82|\xe5\x8c\xba|\xe7\x94\xba"
    rb"|\xe6\x9d\x91|\xe9\x83\xa1)"
    rb"[^\n,\t]{2,60}(?:[0-9]|\xef\xbc[\x90-\x99]|\xe4\xb8\x81\xe7\x9b\xae)",
)
HEADER: re.Pattern[str] | None = re.compile(
    r"(?!.*(?:メール|mail|ip|mac|url|web)).*(?:住所|所在地|address|番地|都道府県|市区町村|建物"
    r"|prefecture|city|町名|居所|本籍).*"
)
VOTE = 0.6
FIELD = "address"
_TOWN = r"[一-龥々ヶケぁ-んァ-ン]"
_FOUND = re.compile(
    "(?:"
    + "|".join(normal.PREFECTURES)
    + rf")[ ]?{_TOWN}{{1,12}}?[市区町村郡]{_TOWN}{{0,20}}[ ]?(?:\d{{1,4}}|[一二三四五六七八九十]{{1,3}}丁目)"
    + r"(?:[丁目番地号の -]{0,3}\d{1,4}){0,4}(?:番地?|号)?"
    + rf"|(?<!{_TOWN})[一-龥ヶケ]{{1,5}}[市郡区][一-龥々ヶケぁ-んァ-ン]{{1,16}}[ ]?(?:\d{{1,4}}"
    rf"|[一二三四五六七八九十]{{1,3}}丁目)"
    + r"(?:丁目|番地?|号|-)\d{0,4}(?:[丁目番地号の-]{0,3}\d{1,4}){0,4}(?:番地?|号)?"
)
_CITY = re.compile(r"^(?:" + "|".join(normal.PREFECTURES) + r"|.{1,5}[市区郡]).{1,30}\d", re.S)


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _FOUND.finditer(text):
        if value := normal.address(found[0]):
            yield found.start(), found.end(), value


def value(cell: str) -> str | None:
    return normal.address(cell)


def values(cells: Sequence[str]) -> list[str | None]:
    return normals.addresses(cells)


def vote(cell: str) -> bool:
    text = normal.plain(cell).strip()
    return len(text) < 80 and _CITY.match(text) is not None and normal.address(text) is not None
