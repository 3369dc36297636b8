"""名前もメールもない人：カード・口座・生年月日・パスワード・会員番号だけの行も、人として数える。"""

from __future__ import annotations

from pathlib import Path

import pytest

from hikeshi.engines.privacy import Report
from tests.engines.privacy.labelled import Lines, card
from tests.engines.privacy.reading import read

ROWS = 40
FAMILIES = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤"]
READ = ["サトウ", "スズキ", "タカハシ", "タナカ", "イトウ", "ワタナベ", "ヤマモト", "ナカムラ", "コバヤシ", "カトウ"]
GIVEN = ("タロウ", "ハナコ", "ケン", "ミサキ")
_RNG = Lines(11).rng
CARDS = [card(_RNG).replace("-", "").replace(" ", "") for _ in range(ROWS)]


def row(n: int) -> dict[str, str]:
    """What is known of somebody who has no name."""
    return {
        "会員番号": f"M{n + 1:04}",
        "患者ID": str(n + 1),
        "user_id": f"user{n}",
        "お名前": f"{FAMILIES[n % 10]}様",
        "口座名義": f"{READ[n % 10]} {GIVEN[n // 10]}",
        "口座番号": str(1_234_500 + n * 7),
        "カード番号": CARDS[n],
        "生年月日": f"{1950 + n}/{n % 12 + 1}/{n % 28 + 1}",
        "パスワード": f"secret{n}",
        "病名": "高血圧症",
        "金額": str(n * 100),
        "商品": "珈琲豆",
    }


def table(folder: Path, heading: str, name: str = "a.csv", rows: int = ROWS, more: str = "") -> Report:
    words = heading.split(",")
    lines = [heading, *(",".join(row(n)[word] for word in words) for n in range(rows))]
    (folder / name).write_text("\n".join(lines) + "\n" + more, encoding="utf-8")
    return read(folder)


@pytest.mark.parametrize(
    "heading",
    [
        "お名前,カード番号",
        "金額,カード番号",
        "口座名義,口座番号",
        "会員番号,生年月日",
        "生年月日,金額",
        "user_id,パスワード",
        "患者ID,病名",
        "会員番号,口座番号,金額",
    ],
)
def test_who_has_no_name_is_counted(tmp_path: Path, heading: str) -> None:
    """姓とカード、名義（カナ）と口座、会員番号と生年月日、IDとパスワードなどの表は、行の数だけの人。"""
    report = table(tmp_path, heading)
    assert report.people.at_least >= ROWS * 0.9
    assert report.people.at_least <= report.people.estimate <= report.people.at_most <= ROWS * 1.1
    assert all(kind.people for kind in report.kinds.values())


@pytest.mark.parametrize("heading", ["会員番号,商品", "パスワード,金額", "お名前,商品", "病名,商品"])
def test_who_may_be_somebody_raises_the_upper_bound(tmp_path: Path, heading: str) -> None:
    """会員番号だけ、パスワードだけ、姓だけ、病名だけの行は、「多くて」に入り、「少なくとも」には入らない。"""
    people = table(tmp_path, heading).people
    assert people.at_least == 0
    assert people.at_most == ROWS


@pytest.mark.parametrize(
    "text",
    ["口座番号：1234567", f"カード番号 {CARDS[0]}", "パスワード：hunter22", "生年月日：1980年1月2日", "病歴：糖尿病"],
)
def test_it_is_never_nobody_when_something_personal_was_found(tmp_path: Path, text: str) -> None:
    """文の中に一つでもあれば、「多くて0人」とは言わない。"""
    (tmp_path / "a.txt").write_text(f"{text}\n", encoding="utf-8")
    people = read(tmp_path).people
    assert (people.at_least, people.at_most) == (0, 1)


def test_a_members_number_leads_to_the_person(tmp_path: Path) -> None:
    """名前のある名簿と、会員番号しかない表は、番号が同じなら同じ人で、人は増えない。"""
    named = "\n".join(
        f"M{n + 1:04},{family}{given},{n}@example.jp"
        for n, (given, family) in enumerate((g, f) for g in ("太郎", "花子", "健", "美咲") for f in FAMILIES)
    )
    (tmp_path / "members.csv").write_text(f"会員番号,氏名,メール\n{named}\n", encoding="utf-8")
    before = read(tmp_path).people
    after = table(tmp_path, "会員番号,カード番号")
    assert after.people == before
    assert after.kinds["card_number"].people == ROWS


def test_the_unnamed_may_be_the_named_or_not(tmp_path: Path) -> None:
    """名簿とつながらないカードの表は、同じ人かもしれず別の人かもしれないので、幅が両方を含む。"""
    named = "\n".join(f"{family}太郎,{family}@example.jp" for family in FAMILIES)
    (tmp_path / "members.csv").write_text(f"氏名,メール\n{named}\n", encoding="utf-8")
    people = table(tmp_path, "金額,カード番号").people
    assert ROWS * 0.9 <= people.at_least <= ROWS
    assert ROWS + len(FAMILIES) <= people.at_most <= (ROWS + len(FAMILIES)) * 1.1


def test_the_holder_of_an_account_is_the_person_of_the_row(tmp_path: Path) -> None:
    """氏名と口座名義（カナでも漢字でも）が並ぶ給与台帳で、一人を二人と数えない。会社の名義は人ではない。"""
    for holder in ("山田 太郎", "ヤマダ タロウ"):
        (tmp_path / "a.csv").write_text(f"氏名,口座番号,口座名義\n山田太郎,1234567,{holder}\n", encoding="utf-8")
        assert read(tmp_path).people.at_most == 1
    (tmp_path / "a.csv").write_text("銀行,口座番号,口座名義\nみずほ,1234567,カ）ヤマダシヨウテン\n", encoding="utf-8")
    assert read(tmp_path).people.at_least == 0


def test_the_holders_of_accounts_are_the_people_of_the_list(tmp_path: Path) -> None:
    """社員名簿と、口座名義（カナ。銀行は小さい字を大きく書く）だけの振込の表は、同じ人たち。"""
    people = [
        f"{family}{'一二三四五六七八九十'[n]}郎,{READ[n]} キョウコ,{n}@example.jp" for n, family in enumerate(FAMILIES)
    ]
    (tmp_path / "staff.csv").write_text("\n".join(["氏名,フリガナ,メール", *people]), encoding="utf-8")
    before = read(tmp_path).people
    paid = [f"{1_234_500 + n},{reading} キヨウコ" for n, reading in enumerate(READ)]
    (tmp_path / "paid.csv").write_text("\n".join(["口座番号,口座名義", *paid]), encoding="utf-8")
    after = read(tmp_path)
    assert after.people == before
    assert after.kinds["bank_account"].people == len(READ)


def test_one_family_name_in_charge_of_all_is_nobody_of_the_list(tmp_path: Path) -> None:
    """どの行にもある担当者の姓や、郵便番号だけのアンケートは、人を増やさない。"""
    (tmp_path / "a.csv").write_text("郵便番号,担当,満足度\n" + "150-0001,佐藤,5\n" * 30, encoding="utf-8")
    assert read(tmp_path).people.at_most == 0
