"""PDFをつくる仕組みの約束。"""

from __future__ import annotations

import builtins
import itertools
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper import to_pdf
from hikeshi.engines.paper.model import Document, KeyValues, Paragraph, Table
from hikeshi.engines.paper.page import to_html
from hikeshi.engines.paper.pdf import STANDARDS, can_print, print_pdf, to_png
from hikeshi.engines.paper.word import to_docx
from tests.engines.paper.samples import DAY, form, letter


def text_of(pdf: bytes) -> list[str]:
    """ページごとの文字。"""
    file = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in file]


def one(text: str, **changes) -> Document:
    return Document(title="題", lang="ja", blocks=(Paragraph(text),), date=DAY, **changes)


@pytest.mark.parametrize("document", [letter(), form(), letter(lang="en"), form(lang="en", drill=True, draft=True)])
def test_every_block_becomes_an_archival_and_accessible_pdf(document):
    """どの部品を使った文書も、日本語でも英語でも、PDF/A-2bかつPDF/UA-1になる。"""
    pdf = print_pdf(document)
    assert (pdf.standards, pdf.reason) == (STANDARDS, "")
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf.data
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf.data


def test_same_document_gives_same_bytes():
    """同じ文書からは、いつでも同じバイト列ができる。"""
    assert to_pdf(form(drill=True)) == to_pdf(form(drill=True))


def test_another_date_gives_other_bytes():
    """文書の日付が違えば、ファイルの日付も変わる。"""
    assert to_pdf(letter()) != to_pdf(letter(date=date(2026, 11, 10)))


def test_drill_is_on_every_page():
    """訓練の文書には、すべてのページに訓練の帯が印刷される。"""
    long = form(drill=True, blocks=tuple(Paragraph("長い文書です。" * 30) for _ in range(30)))
    pages = text_of(to_pdf(long))
    assert len(pages) > 2
    assert all(page.count("これは訓練です") == 2 for page in pages)
    assert all("訓練" not in page for page in text_of(to_pdf(form())))


def test_draft_is_on_every_page():
    """下書きには、すべてのページに下書きの印がつく。"""
    assert all("下書き" in page for page in text_of(to_pdf(form(draft=True))))
    assert all("下書き" not in page for page in text_of(to_pdf(form())))


@pytest.mark.parametrize(
    "hostile",
    [
        "#panic()",
        "]$x$ *太字* _斜体_ `code` @label <tag> \\ // /* */",
        '"\\"); #read("/etc/passwd")',
        "= 見出し",
        "{name}",
    ],
)
def test_text_is_never_markup(hostile):
    """文字は書かれたとおりに印刷され、命令としては働かない。"""
    assert hostile in "".join(text_of(to_pdf(one(hostile)))).replace("\r\n", " ")


def test_rare_names_print():
    """人名の字（𠮷、槗、髙）や外国の人の名前も、欠けずに印刷される。"""
    printed = text_of(to_pdf(one("𠮷田 槗本 髙橋 辻󠄀 Łukasz Erdős Nguyễn Ærø ㈱①")))[0]
    for name in ("𠮷田", "槗本", "髙橋", "Łukasz", "Erdős", "Nguyễn"):
        assert name in printed


def test_letters_without_glyph_are_named_before_printing():
    """フォントにない字があれば、印刷する前に、その字を挙げて知らせる。"""
    with pytest.raises(Problem) as raised:
        to_pdf(one("絵文字😀とタイ文字ก"))
    assert raised.value.code == "paper.missing_glyphs"
    assert raised.value.params["count"] == 2
    assert "😀(U+1F600)" in str(raised.value.params["characters"])


def test_letters_without_glyph_can_be_printed_as_codes():
    """急ぐときは、フォントにない字を番号で印刷できる。"""
    assert "絵文字〓(U+1F600)" in text_of(to_pdf(one("絵文字😀"), substitute=True))[0]


def test_direction_and_control_letters_are_shown():
    """向きを変える字や制御文字は、はたらかずに見える形で印刷される。"""
    printed = text_of(to_pdf(one("請求書\u202efdp.exe\x00\x1b[2J\ud800")))[0]
    assert "<U+202E>" in printed and "<U+0000>" in printed and "<U+001B>" in printed and "<U+D800>" in printed


def test_page_numbers_say_how_many_there_are():
    """ページ番号は、何ページ中の何ページ目かを示す。"""
    pages = text_of(to_pdf(form()))
    assert [f"{at} / {len(pages)}" in page for at, page in enumerate(pages, 1)] == [True] * len(pages)


def test_long_hash_stays_on_the_page():
    """区切りのない長い文字列も、紙からはみ出さず、写し取った文字は元のまま。"""
    digest = "".join(itertools.islice(itertools.cycle("0123456789abcdef"), 512))
    file = pypdfium2.PdfDocument(to_pdf(one(digest)))
    words = file[0].get_textpage()
    assert max(words.get_charbox(at)[2] for at in range(words.count_chars())) < 210 / 25.4 * 72
    assert digest in words.get_text_range().replace("\r\n", "")


def test_table_head_is_repeated_on_each_page():
    """表が何ページにも続くときは、見出しの行が各ページに印刷される。"""
    table = Table(("項目名", "連絡先名"), tuple((f"番号{at}", "電話") for at in range(120)))
    pages = text_of(to_pdf(form(blocks=(table,))))
    assert len(pages) > 1
    assert all("連絡先名" in page for page in pages)


def test_without_typst_a_problem_says_so(monkeypatch):
    """typstのない機械では、PDFの代わりに何ができるかを知らせる。"""
    real = builtins.__import__

    def absent(name, *rest, **more):
        if name == "typst":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    assert not can_print()
    with pytest.raises(Problem) as raised:
        to_pdf(letter())
    assert raised.value.code == "paper.no_pdf"


def test_refused_archive_form_falls_back_and_is_recorded(monkeypatch):
    """PDF/Aにできないときは、ふつうのPDFになったことと理由が結果に残り、黙って渡されることはない。"""
    monkeypatch.setattr("hikeshi.engines.paper.pdf.missing", lambda document: ())
    pdf = print_pdf(one("絵😀"))
    assert pdf.data.startswith(b"%PDF") and pdf.standards == () and "😀" in pdf.reason
    with pytest.raises(Problem) as raised:
        to_pdf(one("絵😀"))
    assert raised.value.code == "paper.not_archival"


def test_pages_can_be_previewed_as_pictures():
    """画面で確かめるために、各ページの絵をつくれる。"""
    pages = to_png(form(), dots_per_inch=40)
    assert len(pages) == len(text_of(to_pdf(form())))
    assert all(page.startswith(b"\x89PNG") for page in pages)


def test_title_and_author_are_in_the_file():
    """ファイルの題名と作成者は文書のもので、訓練なら題名にも訓練とつく。"""
    meta = pypdfium2.PdfDocument(to_pdf(replace(letter(), drill=True))).get_metadata_dict()
    assert (meta["Title"], meta["Author"]) == ("【訓練】お詫びとご報告", "佐倉花店")


def test_an_empty_text_prints_as_an_empty_place():
    """中身のない文字（空の組）が表の升や段落にあっても、PDFもWordも画面もできる。"""
    table = Table(("項目", "内容"), (("名前", ()), ((), "あり")))
    document = Document(title="題", lang="ja", blocks=(table, Paragraph(()), KeyValues((("電話", ()),))), date=DAY)
    assert print_pdf(document).standards == STANDARDS
    assert to_docx(document)
    assert "名前" in to_html(document)
