"""宛名：会社だけの名前には「御中」、人の名前には「様」。"""

from __future__ import annotations

import pytest

from hikeshi.notify.delivery import merging
from hikeshi.notify.delivery.people import Recipient


@pytest.mark.parametrize(
    ("name", "ja", "en"),
    [
        ("佐藤 花子", "佐藤 花子 様", "佐藤 花子"),
        ("株式会社山田商店", "株式会社山田商店 御中", "株式会社山田商店"),
        ("山田商店 株式会社", "山田商店 株式会社 御中", "山田商店 株式会社"),
        ("医療法人社団 花の会", "医療法人社団 花の会 御中", "医療法人社団 花の会"),
        ("(有)鈴木工業", "(有)鈴木工業 御中", "(有)鈴木工業"),
        ("株式会社山田商店 山田 太郎", "株式会社山田商店 山田 太郎 様", "株式会社山田商店 山田 太郎"),
        ("株式会社山田商店　御中", "株式会社山田商店 御中", "株式会社山田商店 御中"),
        ("佐藤 花子様", "佐藤 花子様", "佐藤 花子様"),
        ("", "", ""),
    ],
)
def test_a_business_is_addressed_as_one(name: str, ja: str, en: str) -> None:
    """会社や法人だけの名前は「御中」、担当者の名前があれば「様」。名簿にある敬称は重ねない。"""
    person = Recipient(1, name=name)
    assert merging.addressee(person, "ja").replace("　", " ") == ja
    assert merging.addressee(person, "en").replace("　", " ") == en
