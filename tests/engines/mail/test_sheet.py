"""宛先の一覧を読む：表計算の CSV と XLSX、書いた一覧。どの列が何かを、見出しから当てる。"""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail import sheet


def test_a_spreadsheet(tmp_path: Path) -> None:
    """XLSX の数は小数点なしの文字になり、空の行は人にならない。"""
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["お名前", "郵便番号", "件数"])
        page.write_row(2, 0, ["髙橋 𠮷子", 1000001, 3])
    assert sheet.read(tmp_path / "x.xlsx", "x.xlsx") == [["お名前", "郵便番号", "件数"], ["髙橋 𠮷子", "1000001", "3"]]


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        (
            ["お名前", "メールアドレス", "〒", "ご住所", "電話番号", "項目", "件数"],
            ["name", "email", "postal_code", "address", "phone", "items", "records"],
        ),
        (["顧客名", "E-mail", "備考"], ["name", "email", ""]),
        (["Name", "Email address", "Address", "Phone"], ["name", "email", "address", "phone"]),
        (["氏　名", "ＴＥＬ", "住所1"], ["name", "phone", "address"]),
        (["会員番号", "登録日"], ["", ""]),
        (["氏名", "氏名"], ["name", ""]),
    ],
)
def test_headings(row: list[str], fields: list[str]) -> None:
    """見出しから列を当て、わからない列は当てず、同じものを二度当てない。"""
    assert sheet.guess(row) == fields
    assert sheet.has_heading(row) == any(fields)


def test_a_list_without_a_heading() -> None:
    """見出しのない一覧では、「@」のある列がアドレス、残りの最初が名前。"""
    rows = sheet.typed("hanako@example.com\t山田 花子\ntaro@example.com\t鈴木 太郎\n", "書いた一覧")
    assert not sheet.has_heading(rows[0])
    assert sheet.guess_by_cells(rows) == ["email", "name"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "mail.list_empty"),
        (b"\n\n,,\n", "mail.list_empty"),
        (b"PK\x03\x04broken", "mail.list_unreadable"),
        (b"\xd0\xcf\x11\xe0broken", "mail.list_unreadable"),
        (b'a,"' + b"x" * 200_000, "mail.list_unreadable"),
        (b"a@example.com\n" * (sheet.MOST_ROWS + 2), "mail.list_too_large"),
    ],
)
def test_what_is_no_list(tmp_path: Path, content: bytes, code: str) -> None:
    """読めないもの、空のもの、大きすぎるものは、黙って切らず、そう言う。"""
    (tmp_path / "list").write_bytes(content)
    with pytest.raises(Problem) as told:
        sheet.read(tmp_path / "list", "名簿")
    assert told.value.code == code
