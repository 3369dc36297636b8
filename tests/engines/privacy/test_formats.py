"""形式：どの形式のファイルからも、同じ二人が見つかる。読めないものは、なぜかを述べる。"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import noto_cjk_sans_jp_regular as regular
import pytest
import typst

from hikeshi.engines.privacy import Report
from hikeshi.engines.privacy import kinds as found_by_folder
from tests.engines.privacy import samples
from tests.engines.privacy.reading import kinds, read

# Format -> (file, whether both telephones and addresses stand in it, too).
FILES: dict[str, tuple[str, Callable[[Path], bytes]]] = {
    "delimited": ("a", lambda _: samples.delimited()),
    "spreadsheet": ("a", lambda _: samples.spreadsheet()),
    "word": ("a", lambda _: samples.word()),
    "slides": ("a", lambda _: samples.slides()),
    "pdf": ("a", lambda _: samples.pdf("taro@example.jp 090-1234-5678", "hanako@example.com 03-1234-5678")),
    "text": ("a", lambda _: samples.FORMS.encode("utf-16")),
    "html": ("a", lambda _: samples.html()),
    "mail": ("a", lambda _: samples.mbox()),
    "outlook": ("a", lambda _: samples.outlook()),
    "rtf": ("a", lambda _: samples.rtf()),
    "sqlite": ("a", samples.sqlite),
    "sql_dump": ("a", lambda _: samples.mysql()),
    "json_records": ("a", lambda _: samples.listed()),
    "wordpress": ("a", lambda _: samples.wordpress()),
    "ldif": ("a", lambda _: samples.ldif()),
    "vcard": ("a", lambda _: samples.vcards()),
}


def put(folder: Path, data: bytes, name: str = "file") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def why(report: Report) -> list[str]:
    return [problem.code for _, problem in report.not_examined]


def test_every_format_has_its_sample() -> None:
    """どの形式にも、ここに見本がある。"""
    assert set(FILES) == set(found_by_folder.extractor_names()) - {"old_office"}


@pytest.mark.parametrize("form", FILES)
def test_the_same_two_people_are_found(form: str, tmp_path: Path) -> None:
    """名前の末尾がなくても中身で形式がわかり、同じ二人が見つかる。"""
    report = read(put(tmp_path / "in", FILES[form][1](tmp_path)))
    assert [(one.format, one.examined) for one in report.files] == [(form, True)], report.not_examined
    assert report.people.estimate == 2, report
    assert kinds(report)["email"] >= 2
    assert report.kinds["email"].people == 2
    if form != "pdf":
        assert report.kinds["name"].people == 2
        assert report.kinds["address"].people >= 1
    assert report.kinds["phone"].people >= 1


def test_postgresql_and_tabs_are_read_too(tmp_path: Path) -> None:
    """PostgreSQL のダンプと TSV も、同じに読める。"""
    put(tmp_path, samples.postgresql(), "a.sql")
    put(tmp_path, samples.delimited("\t"), "b.tsv")
    report = read(tmp_path)
    assert [one.format for one in report.files] == ["sql_dump", "delimited"]
    assert report.people.estimate == 2
    assert report.kinds["name"].found == 4


def test_an_old_excel_file_is_read(tmp_path: Path) -> None:
    """古い Excel（xls）も、新しいものと同じに読める。"""
    report = read(put(tmp_path, samples.old_spreadsheet()))
    assert [(one.format, one.examined) for one in report.files] == [("spreadsheet", True)]
    assert (report.people.at_least, report.people.estimate) == (2, 2)
    assert {kind: count.people for kind, count in report.kinds.items()} == dict.fromkeys(
        ("name", "email", "phone", "address"), 2
    )


def test_people_are_linked_across_files(tmp_path: Path) -> None:
    """いくつの形式のファイルにあっても、同じ人は一人である。"""
    for form, (_, make) in FILES.items():
        put(tmp_path / "in", make(tmp_path), form)
    report = read(tmp_path / "in")
    assert len(report.files) == len(FILES)
    assert (report.people.at_least, report.people.estimate) == (2, 2)


def test_archives_and_attachments_are_opened(tmp_path: Path) -> None:
    """zip・tar・gz の中の Excel も、メールに付いた Excel も読む。"""
    book = samples.spreadsheet()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("顧客.xlsx", book)
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as tar:
        info = tarfile.TarInfo("c.csv")
        info.size = len(samples.delimited())
        tar.addfile(info, io.BytesIO(samples.delimited()))
    put(tmp_path, gzip.compress(samples.mysql()), "d.sql.gz")
    put(tmp_path, bytes(samples.message(book)), "e.eml")
    put(tmp_path, samples.outlook(book), "f.msg")
    report = read(tmp_path)
    names = {Path(one.path).name for one in report.files}
    assert names == {
        "a.zip!顧客.xlsx",
        "b.tar.gz!c.csv",
        "d.sql.gz",
        "e.eml",
        "e.eml!名簿.xlsx",
        "f.msg",
        "f.msg!名簿.xlsx",
    }
    assert report.not_examined == []
    assert report.people.estimate == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (samples.pdf("", ""), "privacy.image_only"),
        (samples.pdf("secret", encrypted=True), "privacy.encrypted"),
        (b"%PDF-1.4\nbroken", "privacy.broken"),
        (samples.compound({"EncryptionInfo": b"x" * 10, "EncryptedPackage": b"y" * 9000}), "privacy.encrypted"),
        (samples.old_spreadsheet(locked=True), "privacy.encrypted"),
        (samples.compound({"Workbook": b"\x09\x08" + b"x" * 5000}), "privacy.broken"),
        (samples.compound({"WordDocument": b"x" * 5000, "1Table": b"y" * 50}), "privacy.old_office"),
        (samples.compound({"WordDocument": b"x" * 5000})[:700], "privacy.broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "privacy.unknown_format"),
        (b"", "privacy.empty"),
        (samples.spreadsheet()[:-200], "common.archive_broken"),
    ],
)
def test_what_is_not_examined_says_why(data: bytes, code: str, tmp_path: Path) -> None:
    """画像だけの PDF・暗号化・壊れたもの・知らない形式は、調べていない理由を述べ、結果に混ぜない。"""
    report = read(put(tmp_path, data))
    assert why(report) == [code]
    assert report.files == []


def test_a_pdf_with_some_scanned_pages_is_half_examined(tmp_path: Path) -> None:
    """一部のページだけ文字がない PDF は、読めた分を数え、読めないページ数を述べる。"""
    report = read(put(tmp_path, samples.pdf("taro@example.jp", "")))
    assert [(one.format, one.examined) for one in report.files] == [("pdf", False)]
    assert [(p.code, p.params["pages"], p.params["total"]) for _, p in report.not_examined] == [
        ("privacy.pages_without_text", 1, 2)
    ]


def test_a_locked_zip_costs_only_itself(tmp_path: Path) -> None:
    """パスワードのかかった zip の中身は調べられず、ほかのファイルは調べる。"""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "x")
    data = bytearray(out.getvalue())
    for at in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1
    put(tmp_path, bytes(data), "a.zip")
    put(tmp_path, samples.delimited(), "b.csv")
    report = read(tmp_path)
    assert why(report) == ["common.archive_locked"]
    assert report.people.estimate == 2


def test_a_statement_of_many_lines_is_one_table(tmp_path: Path) -> None:
    """phpMyAdmin の、1行に1件ずつ書かれた INSERT も、引用符や「;」を含む値も、一つの表として読む。"""
    rows = ",\n".join(f"({n}, '山田;太郎{'一二三'[n]}', 'o''hara{n}@example.jp', 'x\\'y')" for n in range(3))
    text = f"-- phpMyAdmin SQL Dump\nINSERT INTO `t` (`id`, `氏名`, `email`, `memo`) VALUES\n{rows};\n"
    report = read(put(tmp_path, text.encode()))
    assert kinds(report) == {"email": 3}
    names = text.replace("山田;", "山田")
    assert kinds(read(put(tmp_path, names.encode()))) == {"name": 3, "email": 3}


def test_a_zip_in_a_mail_is_opened(tmp_path: Path) -> None:
    """メールに付いた zip の中も読み、パスワードつきなら理由を述べる。"""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("名簿.csv", samples.delimited())
    report = read(put(tmp_path, bytes(samples.message(out.getvalue())), "a.eml"))
    assert [one.format for one in report.files] == ["delimited", "mail"]
    assert report.not_examined == []
    data = bytearray(out.getvalue())
    for at in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1
    assert why(read(put(tmp_path, bytes(samples.message(bytes(data))), "a.eml"))) == ["privacy.encrypted"]


def test_tables_defined_on_one_line_or_never_closed_swallow_nothing(tmp_path: Path) -> None:
    """CREATE TABLE が1行で書かれても、閉じなくても、列の名前がわかり、その後の行は読まれる。"""
    insert = (
        "INSERT INTO `kaiin` VALUES (1,'松浦紀子','noriko@example.jp','a,b'),(2,'岡崎友也','tomo@example.jp','');\n"
    )
    columns = "`id` int(11), `氏名` varchar(9) DEFAULT 'x,(y', `mail` varchar(99), `rank` enum('a','b'), KEY `k` (`id`)"
    for n, text in enumerate((f"CREATE TABLE `kaiin` ({columns});\n", f"CREATE TABLE `kaiin` (\n  {columns}\n")):
        report = read(put(tmp_path / str(n), f"-- MySQL dump 10.13\n{text}{insert}".encode(), "a.sql"))
        assert kinds(report) == {"name": 2, "email": 2}
    copy = "COPY public.kaiin (name, email) FROM stdin;\n松浦紀子\tnoriko@example.jp\n\\.\n"
    text = f"-- PostgreSQL database dump\nCREATE TABLE public.kaiin (name text, email text);\n{copy}"
    assert kinds(read(put(tmp_path / "pg", text.encode(), "b.sql"))) == {"name": 1, "email": 1}


def test_japanese_in_a_pdf_is_read_with_its_blanks_and_radicals(tmp_path: Path) -> None:
    """日本語の PDF は、字の間に空白が入っても、漢字が部首の字（⽣・⽇）に化けていても、読める。"""
    fonts = [str(Path(regular.__file__ or "").parent)]
    told = "お名前：松浦 紀子\n\nメール：noriko\\@example.jp\n\n⽣年⽉⽇：昭和55年3⽉4⽇\n\n"
    told += "住所：⻘森県弘前市土手町1-2-3\n"
    source = tmp_path / "a.typ"
    source.write_text(told, encoding="utf-8")
    typst.compile(str(source), output=str(tmp_path / "a.pdf"), font_paths=fonts, ignore_system_fonts=True)
    source.unlink()
    assert kinds(read(tmp_path)) == {"name": 1, "email": 1, "birth_date": 1, "address": 1}


def test_an_rtf_with_pictures_is_half_examined(tmp_path: Path) -> None:
    """絵の入った RTF は、文章を数え、絵を見ていないことを述べる。"""
    data = samples.rtf()[:-1] + b"{\\pict 0a0b0c}}"
    report = read(put(tmp_path / "in", data, "a.rtf"))
    assert (report.people.estimate, why(report), report.files[0].examined) == (2, ["privacy.pictures_inside"], False)


def test_a_file_written_into_the_text_of_a_mail_is_opened(tmp_path: Path) -> None:
    """uuencode で本文に書き込まれた名簿も読み、途中で切れていれば、読めた分を数えて理由を述べる。"""
    report = read(put(tmp_path, samples.uuencoded(samples.delimited(), "list.csv"), "a.eml"))
    assert [one.format for one in report.files] == ["delimited", "mail"]
    assert (report.people.estimate, why(report)) == (2, [])
    report = read(put(tmp_path, samples.uuencoded(samples.delimited(), "list.csv", whole=False), "a.eml"))
    assert (report.people.estimate, why(report)) == (2, ["privacy.uuencoded_broken"])
    assert [one.examined for one in report.files] == [True, False]


def test_plain_rows_and_odd_rows_of_a_dump_are_read_alike(tmp_path: Path) -> None:
    """バックスラッシュ・関数・二重引用符・'NULL' という文字列の行があっても、ダンプのどの行も同じに読まれる。"""
    rows = ["(1,'山田太郎','a@example.jp')", "(2,'鈴木\\'花','b@example.jp')", "(3,NULL,'c@example.jp')"]
    rows += ["(now(),N'佐藤花子', 'd@example.jp')", "(5,'高橋''一','e@example.jp')", "(6,'伊藤次郎','f@example.jp')"]
    for apart in (",", ",\n", " , "):
        text = f"-- MySQL dump 10.13\nINSERT INTO `t` (`no`,`name`,`email`) VALUES {apart.join(rows)};\n"
        assert kinds(read(put(tmp_path, text.encode(), "a.sql"))) == {"name": 5, "email": 6}


def test_nobody_is_lost_beside_an_address_book(tmp_path: Path) -> None:
    """LDIF の後に続くメモの人も、グループに並ぶ宛先の人も、1人ずつ数える。"""
    entry = "dn: cn=list\ncn: 山田太郎\nmail: taro@example.jp\n"
    members = "".join(f"member: cn=a{n},mail=a{n}@example.jp\n" for n in range(40))
    put(tmp_path, f"{entry}{members}\n顧客\n090-1234-5678\n".encode(), "a.ldif")
    report = read(tmp_path)
    assert kinds(report) == {"name": 1, "email": 41, "phone": 1}
    assert report.people.at_most >= 41
