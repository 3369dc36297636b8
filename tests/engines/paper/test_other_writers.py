"""Word、ページ、文字だけの形をつくる仕組みの約束。"""

from __future__ import annotations

import time
import zipfile
from io import BytesIO
from xml.etree import ElementTree

import docx
import pytest

from hikeshi.engines.paper import to_docx, to_html, to_page, to_pdf, to_text
from hikeshi.engines.paper.model import Document, Field, Heading, Paragraph, Span, Table, blanks, spans, texts
from tests.engines.paper.samples import DAY, form, letter

HOSTILE = "<script>alert(1)</script> & \"quoted\" 'x' \u202e\x00"


def word_of(document: Document):
    return docx.Document(BytesIO(to_docx(document)))


def word_text(document: Document) -> str:
    file = word_of(document)
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in file.paragraphs), *cells])


@pytest.mark.parametrize("document", [letter(), form()])
def test_every_writer_says_every_word(document):
    """どの形でも、文書の言葉はひとつも落ちない。"""
    shown = (word_text(document), to_html(document), to_text(document))
    inside = [span.text for text in texts(document) for span in spans(text)]
    words = [text for text in inside if text not in (document.header, document.footer, document.reference)]
    if document.is_letter:
        words = [text for text in words if text != "拝啓"]
    for written in shown:
        assert [text for text in words if text not in written] == []


def test_word_is_the_same_bytes_later(monkeypatch):
    """同じ文書からは、時間がたっても同じWordファイルができる。"""
    first = to_docx(form(drill=True))
    later = time.localtime(time.time() + 10**8)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    assert to_docx(form(drill=True)) == first


def test_word_uses_real_styles_and_japanese_fonts():
    """Wordでは本物のスタイルを使い、日本語フォントが東アジアの字に割り当てられる。"""
    file = word_of(form())
    styles = {paragraph.text: paragraph.style.name for paragraph in file.paragraphs}
    assert styles["報告の控え"] == "Title"
    assert styles["概要"] == "Heading 1"
    # 見出しの段は飛ばない（読み上げの順序のため）。
    assert styles["連絡先"] == "Heading 2"
    assert styles["切る"] == "List Number"
    wanted = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia"
    assert file.styles["Normal"].element.rPr.rFonts.get(wanted) == "Yu Gothic"


def test_word_numbers_start_anew_in_each_list():
    """番号つきの一覧は、一覧ごとに指定の番号から始まる。"""
    file = word_of(form())
    ids = {p.text: p._p.pPr.numPr.numId.val for p in file.paragraphs if p.style.name == "List Number"}
    assert ids["切る"] == ids["残す"] != ids["電話する"]


def test_word_table_head_repeats():
    """Wordの表も、見出しの行が各ページでくり返される。"""
    assert "w:tblHeader" in word_of(form()).tables[3].rows[0]._tr.xml


def test_word_header_and_footer_say_drill_and_draft():
    """訓練と下書きの印は、Wordのヘッダーとフッターに入る。"""
    section = word_of(form(drill=True, draft=True)).sections[0]
    header = "\n".join(p.text for p in section.header.paragraphs)
    footer = "\n".join(p.text for p in section.footer.paragraphs)
    assert "これは訓練です" in header and "これは訓練です" in footer and "下書き" in header
    plain_header = "\n".join(p.text for p in word_of(form()).sections[0].header.paragraphs)
    assert "訓練" not in plain_header and "下書き" not in plain_header and "HKS-2026-001" in plain_header


def test_word_properties_are_the_documents():
    """Wordの題名、作成者、日付は文書のもの。"""
    properties = word_of(letter(drill=True)).core_properties
    assert (properties.title, properties.author) == ("【訓練】お詫びとご報告", "佐倉花店")
    assert properties.created.date() == properties.modified.date() == DAY


def test_word_parts_are_well_formed_whatever_the_text():
    """制御文字や壊れた字が混ざっても、開けるWordファイルになる。"""
    document = letter(title=HOSTILE, blocks=(Paragraph(HOSTILE + "\ud800"), Heading(1, HOSTILE)))
    with zipfile.ZipFile(BytesIO(to_docx(document))) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(package.read(name))
    assert "<script>alert(1)</script>" in word_text(document)


def test_html_escapes_everything():
    """ページでは、どの欄に書かれた文字も命令にならない。"""
    nasty = Document(
        title=HOSTILE,
        subtitle=HOSTILE,
        header=HOSTILE,
        footer=HOSTILE,
        reference=HOSTILE,
        lang="ja",
        date=DAY,
        blocks=(
            Paragraph(HOSTILE),
            Field(HOSTILE, HOSTILE, "confirmed", HOSTILE),
            Table((HOSTILE,), ((HOSTILE,),), caption=HOSTILE),
            Paragraph((Span(HOSTILE, href='/"><script>'), Span("x", href="javascript:alert(1)"))),
        ),
    )
    for page in (to_html(nasty), to_page(nasty)):
        assert "<script" not in page
        assert "javascript:" not in page
        assert "\u202e" not in page and "\x00" not in page


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("/prepare/", True),
        ("https://example.com/", True),
        ("tel:0300000000", True),
        ("mailto:hanako@example.com", True),
        ("#top", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("data:text/html,x", False),
        ("JavaScript:alert(1)", False),
        ("relative", False),
    ],
)
def test_html_links_lead_only_to_safe_places(href, kept):
    """リンクは、自分のページと、電話・メール・https など決まった行き先だけ。"""
    page = to_html(form(blocks=(Paragraph((Span("行き先", href=href),)),)))
    assert ("<a href=" in page) is kept
    assert "行き先" in page


def test_html_has_no_inline_style_or_script():
    """画面に埋め込む断片は、内容の保護方針（CSP）に反する書き方をしない。"""
    page = to_html(form(drill=True, draft=True))
    assert "style" not in page and "<script" not in page and "onclick" not in page


def test_html_headings_follow_the_pages_level():
    """断片の見出しは、置かれるページの見出しの段に続く。"""
    page = to_html(form(), level=2)
    assert '<h2 class="paper-title">' in page and "<h3>概要</h3>" in page and "<h4>連絡先</h4>" in page


def test_text_marks_drill_at_both_ends():
    """文字だけの形でも、はじめと終わりに訓練とわかる。"""
    lines = to_text(letter(drill=True)).strip().splitlines()
    assert "訓練" in lines[0] and "訓練" in lines[-1]


def test_letter_opens_with_haikei_in_its_first_line():
    """手紙の頭語は、最初の段落の行頭に置かれる。"""
    assert "拝啓　平素は格別の" in to_text(letter())
    assert "拝啓　平素は格別の" in word_text(letter())
    assert "拝啓　平素は格別の" in to_html(letter())


def test_blanks_are_found():
    """まだ埋まっていない欄を、文書から数え上げられる。"""
    assert blanks(form()) == ("弁護士の電話番号",)


def test_document_refuses_a_refuted_field():
    """否定された事実を、文書の欄の状態として示すことはできない。"""
    with pytest.raises(ValueError):
        Field("原因", "うわさ", "refuted")


def test_document_refuses_uneven_tables():
    """表の行と見出しの数が合わなければ、つくる時点でわかる。"""
    with pytest.raises(ValueError):
        Table(("一", "二"), (("一",),))


def test_page_alone_prints_as_it_is():
    """1枚のHTMLとして保存したものは、外のものを何も読み込まない。"""
    page = to_page(form(drill=True))
    assert "@page" in page and "http" not in page and "これは訓練です" in page
    assert to_pdf(form(drill=True))
