"""小さな会社の台帳と、よく使われるサービスの書き出しの見出し：一人が二人にならず、見出しが人にならない。"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.privacy.reading import kinds, read

FAMILIES = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "林", "森"]
READ = "サトウ スズキ タカハシ タナカ イトウ ワタナベ ヤマモト ナカムラ コバヤシ カトウ ハヤシ モリ"
GIVEN = [("太郎", "タロウ"), ("花子", "ハナコ"), ("健一", "ケンイチ")]
ROWS = 36


def row(n: int) -> dict[str, str]:
    """What stands for {family} and so on in the rows."""
    family, (given, read_given) = FAMILIES[n % 12], GIVEN[n // 12]
    return {
        "n": str(n),
        "family": family,
        "given": given,
        "name": f"{family} {given}",
        "kana": f"{READ.split()[n % 12]} {read_given}",
        "read_family": READ.split()[n % 12],
        "read_given": read_given,
        "tel": f"090-{1000 + n * 37}-{2000 + n * 53}",
        "office": f"03-{1000 + n}-{2000 + n}",
        "mail": f"person{n}@example.jp",
        "zip": f"{100 + n}-{1000 + n}",
        "town": f"神宮前{n % 5 + 1}-{n + 1}-{n % 9 + 1}",
        "staff": "佐藤" if n % 2 else "鈴木",
    }


LEDGERS = {
    "reservations": ("予約日時,ご予約者名,人数,連絡先,備考", "2026/11/1 19:00,{name},2,{tel},窓側"),
    "reservations by family name": ("予約日,予約者,人数,TEL,担当", "2026/11/1,{family}様,2,{tel},{staff}"),
    "a firm's contacts": ("得意先コード,得意先名,担当者,TEL", "{n},株式会社{family}商店,{name},{office}"),
    "a school's list": ("No,氏名,ふりがな,学年,緊急連絡先電話番号", "{n},{name},{kana},1,{tel}"),
    "slips of a carrier": (
        "お届け先電話番号,お届け先郵便番号,お届け先住所1,お届け先名称1,品名",
        "{tel},{zip},東京都渋谷区{town},{name},豆",
    ),
    "slips with a sender": (
        "お届け先電話番号,お届け先住所,お届け先名,ご依頼主電話番号,ご依頼主名",
        "{tel},東京都渋谷区{town},{name},03-1111-2222,株式会社山本",
    ),
    "orders in halves": (
        "注文者姓,注文者名,注文者姓カナ,注文者名カナ,注文者メールアドレス,送付先姓,送付先名,送付先住所それ以降の住所",
        "{family},{given},{read_family},{read_given},{mail},{family},{given},{town}",
    ),
    "orders with brackets": (
        "氏(請求先),名(請求先),電話番号(請求先),氏(配送先),名(配送先),電話番号(配送先)",
        "{family},{given},{tel},{family},{given},{tel}",
    ),
    "orders in English": (
        "Name,Email,Billing Name,Billing Zip,Billing Phone,Shipping Name,Shipping Phone",
        "#10{n},{mail},{name},{zip},{tel},{name},{tel}",
    ),
}


@pytest.mark.parametrize("which", LEDGERS)
def test_each_row_of_a_ledger_is_one_person(tmp_path: Path, which: str) -> None:
    """予約・得意先・名簿・送り状・ネットショップの注文の表で、行の数が人数の幅の中にあり、幅は狭い。"""
    heading, line = LEDGERS[which]
    text = "\n".join([heading, *(line.format(**row(n)) for n in range(ROWS))])
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    people = read(tmp_path).people
    extra = 2 if "sender" in which or "family name" in which else 0
    assert people.at_least <= ROWS + extra
    assert people.at_most >= ROWS
    assert people.at_most - people.at_least <= ROWS * 0.25
    assert abs(people.estimate - ROWS) <= ROWS * 0.06 + extra


def test_a_heading_nobody_knows_is_not_a_person(tmp_path: Path) -> None:
    """知らない見出しの列が値の形で名前とわかったとき、見出しの言葉まで人に数えない。"""
    lines = [f"{n},{row(n)['name']}" for n in range(10)]
    (tmp_path / "a.csv").write_text("\n".join(["明細,入力者", *lines]), encoding="utf-8")
    assert kinds(read(tmp_path)) == {"name": 10}
    assert read(tmp_path).people.estimate == 10


def test_prefectures_and_premiums_are_nobody(tmp_path: Path) -> None:
    """都道府県の列は名前ではなく、給与台帳の「健康保険」は金額であって番号ではない。"""
    (tmp_path / "a.csv").write_text("1,東京都,渋谷区\n" * 20, encoding="utf-8")
    assert kinds(read(tmp_path)) == {}
    (tmp_path / "a.csv").write_text("氏名,健康保険,差引支給額\n山田太郎,12000,205000\n", encoding="utf-8")
    assert kinds(read(tmp_path)) == {"name": 1}


def test_a_number_of_a_user_leads_to_the_table_of_users(tmp_path: Path) -> None:
    """データベースの書き出しで、ほかの表の user_id は users の id と同じ人。人は増えない。"""
    users = ",".join(f"({n + 1},'{row(n)['name']}','{row(n)['mail']}')" for n in range(ROWS))
    orders = ",".join(f"({n},{n % ROWS + 1},300)" for n in range(100))
    text = f"INSERT INTO `users` (`id`,`name`,`email`) VALUES {users};\n"
    (tmp_path / "a.sql").write_text(text, encoding="utf-8")
    alone = read(tmp_path).people
    (tmp_path / "a.sql").write_text(
        f"{text}INSERT INTO `orders` (`id`,`user_id`,`price`) VALUES {orders};\n", encoding="utf-8"
    )
    assert read(tmp_path).people == alone
    assert alone.at_least > 0
