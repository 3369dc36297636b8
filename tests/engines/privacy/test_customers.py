"""小さな会社にある名簿：表題のある表、縦に並んだ票、いくつもの文字コードと書き方、同じ客が別のファイルにいる場合。"""

from __future__ import annotations

import io
from email.message import EmailMessage
from pathlib import Path

import py7zr
import pytest
import xlsxwriter

from hikeshi.engines.privacy import Report
from tests.engines.privacy.reading import kinds, read

HEADINGS = ["No", "氏名", "ﾌﾘｶﾞﾅ", "電話番号", "住所", "生年月日", "備考"]
HANAKO = ["1", "髙橋　花子", "ﾀｶﾊｼ ﾊﾅｺ", "０９０−１２３４−５６７８", "東京都港区芝１−２−３", "昭和60年3月4日", ""]
ICHIRO = ["2", "高橋 一郎", "ﾀｶﾊｼ ｲﾁﾛｳ", "090-1234-5678", "東京都港区芝1丁目2番3号", "S58.1.2", ""]
TARO = ["3", "山田太郎", "ヤマダタロウ", "9011112222", "大阪府大阪市北区梅田1-1", "平成元年12月1日", ""]


def book(**sheets: list[list[str]]) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
        if len(rows[0]) == 1:
            sheet.merge_range(0, 0, 0, 6, rows[0][0])
    made.close()
    return out.getvalue()


def counted(folder: Path, files: dict[str, bytes | str]) -> Report:
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return read(folder)


def numbers(report: Report) -> tuple[int, int, int]:
    return report.people.at_least, report.people.estimate, report.people.at_most


def test_one_customer_in_a_list_a_mail_and_a_web_site(tmp_path: Path) -> None:
    """表題が結合され見出しが3行目にある Excel、退会者のシート、メール、WordPress にいる同じ三人は、三人である。"""
    mail = EmailMessage()
    mail["From"], mail["To"] = "高橋花子 <hanako@example.jp>", "info@shop.test"
    mail["Subject"], mail["Date"] = "注文", "Mon, 23 Nov 2026 10:00:00 +0900"
    mail.set_content("TEL 090-1234-5678\n高橋花子\n", charset="iso-2022-jp")
    blog = (
        '<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:wxr_version>1.2'
        "</wp:wxr_version><item><wp:comment><wp:comment_author>髙橋花子</wp:comment_author><wp:comment_author_email>"
        "hanako@example.jp</wp:comment_author_email></wp:comment></item></channel></rss>"
    )
    rows = [["2026年度 顧客名簿（社外秘）"], ["作成：総務部", ""], HEADINGS, HANAKO, ICHIRO, TARO]
    left = [["氏名", "メール"], ["山田太郎", "taro@example.jp"]]
    report = counted(tmp_path, {"a.xlsx": book(顧客=rows, 退会=left), "1.eml": bytes(mail), "wp.xml": blog})
    assert numbers(report) == (3, 3, 3)
    assert (kinds(report)["birth_date"], kinds(report)["phone"], kinds(report)["address"]) == (3, 4, 3)


@pytest.mark.parametrize(
    ("rows", "people"),
    [
        ([["お客様カード", ""], ["氏名", "山田太郎"], ["電話番号", "090-1234-5678"], ["生年月日", "1980/1/2"]], 1),
        ([["氏名", "山田太郎"], ["電話", "03-1234-5678"], ["住所", "東京都港区芝1-2-3"], ["", ""]] * 1, 1),
        (
            [["氏名", "山田太郎"], ["電話", "03-1234-5678"], ["メール", "a@example.jp"]]
            + [["氏名", "鈴木花子"], ["電話", "03-1234-5679"], ["メール", "b@example.jp"]],
            2,
        ),
        (
            [["項目", "1", "2"], ["氏名", "山田太郎", "鈴木花子"], ["メール", "a@example.jp", "b@example.jp"]]
            + [["電話", "03-1234-5678", ""]],
            2,
        ),
    ],
    ids=["card", "form", "forms below", "people beside"],
)
def test_headings_below_each_other_are_headings(rows: list[list[str]], people: int, tmp_path: Path) -> None:
    """見出しが縦に並んだ票では、見出しを人の名前に数えず、票ごと・列ごとに一人と数える。"""
    report = counted(tmp_path, {"a.xlsx": book(票=rows)})
    assert numbers(report) == (people, people, people)
    assert kinds(report)["name"] == people


def test_a_list_of_names_is_not_taken_for_a_form(tmp_path: Path) -> None:
    """横に見出しのある表は、そのまま一行が一人である。"""
    rows = [["氏名", "電話"], ["山田太郎", "03-1234-5678"], ["鈴木花子", "03-1234-5679"], ["佐藤次郎", ""]]
    assert numbers(counted(tmp_path, {"a.xlsx": book(a=rows)})) == (3, 3, 3)


def test_headings_said_again_and_sums_are_nobody(tmp_path: Path) -> None:
    """途中にもう一度ある見出しの行、「合計」「同上」「不明」は、人に数えない。"""
    text = "氏名,電話\n山田太郎,090-1234-5678\n\n氏名,電話\n鈴木花子,090-2222-3333\n合計,2\n同上,\n不明,\n"
    report = counted(tmp_path, {"a.csv": text})
    assert numbers(report) == (2, 2, 2)
    assert kinds(report) == {"name": 2, "phone": 2}


def test_who_married_is_one_person_and_twins_are_two(tmp_path: Path) -> None:
    """姓が変わっても、名と、メールか電話と、生年月日（またはメールと電話の両方）が同じなら一人。双子や夫婦は二人。"""
    before, after = "鈴木花子,hanako@example.jp,03-1234-5678,1985-03-04", "佐藤花子,hanako@example.jp,,昭和60年3月4日"
    head = "氏名,メール,電話,生年月日\n"
    assert numbers(counted(tmp_path, {"a.csv": f"{head}{before}\n", "b.csv": f"{head}{after}\n"})) == (1, 1, 1)
    both = "佐藤（旧姓：鈴木）花子,hanako@example.jp,03-1234-5678,"
    assert numbers(counted(tmp_path, {"b.csv": f"{head}{both}\n"})) == (1, 1, 1)
    twin = "鈴木健二,hanako@example.jp,03-1234-5678,1985-03-04"
    assert counted(tmp_path, {"b.csv": f"{head}{twin}\n"}).people.at_most == 2
    couple = "佐藤太郎,hanako@example.jp,03-1234-5678,1983-01-01"
    assert numbers(counted(tmp_path, {"b.csv": f"{head}{couple}\n"})) == (2, 2, 2)


def test_a_family_at_one_telephone_is_several(tmp_path: Path) -> None:
    """ひとつの電話の家族三人は、名が一字違いでも、およそ三人と数える。"""
    report = counted(
        tmp_path, {"a.csv": "氏名,電話\n山田太郎,03-1111-2222\n山田花子,03-1111-2222\n山田一郎,03-1111-2222\n"}
    )
    assert (report.people.estimate, report.people.at_most >= 3) == (3, True)


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-16-le", "utf-8-sig"])
def test_encodings_of_japan(encoding: str, tmp_path: Path) -> None:
    """どの文字コードの名簿も、和暦の生年月日も、同じに読まれる。"""
    rows = "氏名,フリガナ,生年月日\n山田太郎,ヤマダ タロウ,昭60.3.4\n高橋花子,タカハシ ハナコ,平成元年2月3日生\n"
    report = counted(tmp_path, {"a.csv": (rows + "佐藤次郎,サトウ ジロウ,令和2年1月1日\n").encode(encoding)})
    assert kinds(report) == {"name": 3, "birth_date": 3}


def test_half_width_kana_is_read(tmp_path: Path) -> None:
    """半角カナだけの名簿（銀行や古い機械のもの）も、全角の英数字が混じったものも読める。"""
    plain = "ｼﾒｲ,ﾃﾞﾝﾜﾊﾞﾝｺﾞｳ\r\nﾔﾏﾀﾞ ﾀﾛｳ,0312345678\r\nｽｽﾞｷ ﾊﾅｺ,0312345679\r\n"
    for text in (plain, plain.replace("03123", "０３１２３")):
        report = counted(tmp_path, {"a.csv": text.encode("cp932")})
        assert (numbers(report), kinds(report)) == ((2, 2, 2), {"name": 2, "phone": 2})


def test_a_7z_whose_names_are_locked_says_so(tmp_path: Path) -> None:
    """名前まで暗号化された 7z は、壊れているのではなくパスワードがかかっていると述べる。"""
    with py7zr.SevenZipFile(tmp_path / "a.7z", "w", password="x", header_encryption=True) as archive:
        archive.writestr(b"a,b", "a.csv")
    assert [problem.code for _, problem in read(tmp_path).not_examined] == ["common.archive_locked"]


def test_order_mails_have_each_their_own_form(tmp_path: Path) -> None:
    """HTML の注文メールを集めた mbox では、項目の順がメールごとに違っても、一通に一人と数える。"""
    mails = b""
    for n in range(6):
        rows = [
            ("お名前", f"山田{'一二三四五六'[n]}子"),
            ("電話番号", f"03-1234-567{n}"),
            ("メールアドレス", f"y{n}@example.jp"),
        ]
        rows = [("ご注文番号", f"A-{n}"), *rows[n % 3 :], *rows[: n % 3]]
        cells = "".join(f"<tr><th>{name}</th><td>{said}</td></tr>" for name, said in rows)
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "info@shop.test", "order@shop.test", "order"
        mail.set_content(f"<html><body><table>{cells}</table></body></html>", subtype="html", charset="utf-8")
        mails += b"From a Mon Nov 23 10:00:00 2026\n" + bytes(mail) + b"\n"
    report = counted(tmp_path, {"a.mbox": mails})
    assert (kinds(report)["name"], report.kinds["name"].people) == (6, 6)
    assert report.people.estimate == 6
