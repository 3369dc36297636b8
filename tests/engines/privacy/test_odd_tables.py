"""ふしぎな作りの表：下にある二つ目の表・行の頭に見出しのある書式・外字・コメントや図形の中の文も読む。"""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import xlsxwriter

from hikeshi.engines.privacy import People
from tests.engines.privacy.reading import kinds, read

FAMILIES = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤")


def people(folder: Path, data: str | bytes) -> People:
    (folder / "list.csv").write_bytes(data.encode() if isinstance(data, str) else data)
    return read(folder).people


def rows_of(names: list[str], start: int) -> list[list[str]]:
    return [[f"u{start + n}@gmail.com", name, f"090-{start + n:04d}-{n:04d}"] for n, name in enumerate(names)]


def test_a_second_table_below_the_first_is_read_by_its_own_headings(tmp_path: Path) -> None:
    """同じ表の下のほうに、列の並びの違う二つ目の表があっても、その人たちを数える。見出しは人に数えない。"""
    first = [[name, mail] for mail, name, _ in rows_of([f"{one}太郎" for one in FAMILIES], 1000)]
    second = rows_of([f"{one}花子" for one in FAMILIES], 3000)
    table = [["氏名", "メール"], *first, [], ["合計", "10"], ["メールアドレス", "会員名", "電話番号"], *second]
    (tmp_path / "list.csv").write_text("\n".join(",".join(row) for row in table), encoding="utf-8")
    report = read(tmp_path)
    assert report.people.estimate == 20
    assert kinds(report) == {"email": 20, "name": 20, "phone": 10}


def test_a_row_of_a_form_heads_no_table(tmp_path: Path) -> None:
    """「氏名」「電話番号」が行の頭にならぶ書式は、二つ目の表の見出しとはみなさない。"""
    rows = [["氏名", "メール"], *([f"{one}太郎", f"u{n}@gmail.com"] for n, one in enumerate(FAMILIES))]
    rows += [["氏名", "佐藤 花子"], ["電話番号", "090-1111-2222"]]
    rows += [[f"{one}美優", f"v{n}@gmail.com"] for n, one in enumerate(FAMILIES)]
    (tmp_path / "list.csv").write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    assert kinds(read(tmp_path))["email"] == 20


def test_names_with_characters_of_their_own_are_names(tmp_path: Path) -> None:
    """外字（Shift_JIS の私用領域）や、外字の代わりの「〓」を含む名前も、名前である。"""
    rows = "氏名,備考\r\n鈴木太郎,\r\n@@野太郎,\r\n@@野花子,\r\n".encode("cp932").replace(b"@@", b"\xf0\x40")
    assert people(tmp_path, rows).estimate == 3
    assert people(tmp_path, "氏名,備考\n〓田太郎,\n〓田花子,\n").estimate == 2


def test_comments_and_text_boxes_of_excel_are_read(tmp_path: Path) -> None:
    """Excel のコメントと図形の中の文も調べる。"""
    book = xlsxwriter.Workbook(str(tmp_path / "stock.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["商品", "数量"])
    sheet.write_comment("B2", "山田太郎様 taro@gmail.com")
    sheet.insert_textbox("D2", "鈴木花子様 hanako@gmail.com")
    book.close()
    report = read(tmp_path)
    assert report.people.estimate == 2
    assert kinds(report) == {"email": 2, "name": 2}


def test_a_table_within_a_letter_is_read_and_pictures_are_told(tmp_path: Path) -> None:
    """Word の中に埋め込まれた Excel も数える。写真ほどの絵は、調べていないと知らせる。小さな印は知らせない。"""
    book = xlsxwriter.Workbook(str(tmp_path / "inner.xlsx"))
    book.add_worksheet().write_column(0, 0, ["メール", "taro@gmail.com", "hanako@gmail.com"])
    book.close()
    for name, picture in (("letter", 40_000), ("logo", 2_000)):
        letter = docx.Document()
        letter.add_paragraph("お世話になっております。")
        letter.save(str(tmp_path / f"{name}.docx"))
        with zipfile.ZipFile(tmp_path / f"{name}.docx", "a") as packed:
            packed.write(tmp_path / "inner.xlsx", "word/embeddings/Sheet1.xlsx")
            packed.writestr("word/media/image1.png", bytes(picture))
    (tmp_path / "inner.xlsx").unlink()
    report = read(tmp_path)
    assert report.people.estimate == 2
    assert kinds(report) == {"email": 4}
    told = [(Path(path).name, problem.code) for path, problem in report.not_examined]
    assert told == [("letter.docx", "privacy.pictures_inside")]
