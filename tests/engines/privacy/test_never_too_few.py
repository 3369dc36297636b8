"""「多くとも」は少なすぎない：似た名前の家族も、姓だけの行も、同姓同名も、数に入る。"""

from __future__ import annotations

from pathlib import Path

import pytest

from hikeshi.engines.privacy import People
from tests.engines.privacy.reading import read

FAMILIES = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤")


def people(folder: Path, text: str) -> People:
    (folder / "list.csv").write_text(text, encoding="utf-8")
    return read(folder).people


def test_brothers_at_one_email_are_not_one_mistyped_name(tmp_path: Path) -> None:
    """母親のメールを使う「健一・健二」は、打ちまちがいの一人とは言い切らない。多ければ、別の人と数える。"""
    two = people(tmp_path, "氏名,メール\n山田健一,y@gmail.com\n山田健二,y@gmail.com\n")
    assert (two.at_least, two.at_most) == (1, 2)
    rows = [f"{name}{given},m{n}@gmail.com" for n, name in enumerate(FAMILIES) for given in ("健一", "健二", "健三")]
    many = people(tmp_path, "氏名,メール\n" + "\n".join(rows))
    assert many.at_least <= 30 <= many.at_most
    assert many.estimate >= 27


def test_one_slip_of_the_hand_is_still_one_person(tmp_path: Path) -> None:
    """同じメールの人が何度も出てくる名簿では、一つの打ちまちがいは、人数の見積もりを増やさない。"""
    names = [f"{family}{given}" for family in FAMILIES for given in ("太郎", "花子", "健", "美優", "翔", "愛")]
    rows = [f"{name},m{n}@gmail.com,{phone}" for n, name in enumerate(names) for phone in ("", f"090-1234-{n:04d}")]
    rows.append("佐藤大郎,m0@gmail.com,")
    assert people(tmp_path, "氏名,メール,電話番号\n" + "\n".join(rows)).estimate == 60


@pytest.mark.parametrize("field", ["電話番号", "メール"])
def test_a_family_name_alone_joins_one_of_the_family(field: str, tmp_path: Path) -> None:
    """「山田」だけの行は、同じ電話やメールを使う家族の一人であって、家族全員を一人にまとめない。"""
    value = {"電話番号": "045-123-4567", "メール": "y@gmail.com"}[field]
    names = ("山田太郎", "山田花子", "山田")
    found = people(tmp_path, f"氏名,{field}\n" + "".join(f"{name},{value}\n" for name in names))
    assert (found.at_least, found.at_most) == (2, 2)


@pytest.mark.parametrize(("heading", "value"), [("生年月日", "{}/4/{}"), ("会員番号", "M{}-{}")])
def test_a_list_tells_people_of_one_name_apart(heading: str, value: str, tmp_path: Path) -> None:
    """一つの名簿が生年月日や会員番号で分けている同姓同名は、「多くとも」に全員が入る。"""
    rows = [f"佐藤健一,{value.format(1950 + n, n % 28 + 1)}" for n in range(20)]
    assert people(tmp_path, f"氏名,{heading}\n" + "\n".join(rows)).at_most == 20


def test_families_who_are_many_never_count_below_nobody(tmp_path: Path) -> None:
    """名前の似た大家族ばかりの名簿でも、少なくとも・およそ・多くとも、の順が保たれる。"""
    givens = ("一郎", "二郎", "三郎", "四郎")
    rows = [f"{name}{given},f{n}@gmail.com" for n, name in enumerate(FAMILIES * 4) for given in givens]
    found = people(tmp_path, "氏名,メール\n" + "\n".join(rows))
    assert 1 <= found.at_least <= found.estimate <= found.at_most <= 160
    assert found.at_most >= 40
