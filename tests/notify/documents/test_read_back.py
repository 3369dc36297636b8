"""印刷した文書を、別の道具で読み戻す：PDFとWordに、文書の言葉が一つも欠けずに順に載っている。"""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as raw
import pytest
from docx import Document as Word
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from hikeshi.engines.paper import to_docx, to_pdf
from hikeshi.engines.paper.model import Document, plain, spans, texts
from hikeshi.notify.documents import Parties, Party, build, kinds
from hikeshi.notify.wording import Fact
from tests.components import needs
from tests.notify.documents.cast import HANAKO, NOW, PARTIES, facts

LANGS: tuple[Any, ...] = ("ja", "en")
# はしご高、立つさき、土吉（サロゲートペア）、辺の異体字、IVS（辻󠄀）、JIS X 0213 の第3・第4水準。
RARE = "髙﨑 𠮷邉 辻󠄀 俱剝塡頰 𠂉𠮟𡈽𩸽 㔟 槗"


def everything() -> dict[str, Fact]:
    """すべての事実がわかった事故。"""
    known = {key: replace(fact, status="confirmed") for key, fact in facts().items()}
    return {
        **known,
        "route": Fact(None, "confirmed", "管理画面の裏口から入られました。"),
        "course_of_events": Fact(None, "confirmed", "11月5日 3時12分 不正なログイン\n11月6日 9時30分 気づいて切り離し"),
        "ransom": Fact(True, "confirmed"),
        "publication": Fact(None, "confirmed", "店のサイトで公表しました。"),
    }


def squeezed(text: str) -> str:
    """空白と改行のない文字の列。読み取る道具が合成した字や罫線は数えない。"""
    # pdfium gives a hyphen at the end of a line as U+FFFE.
    return re.sub(r"[\s\u200b\u00ad]", "", unicodedata.normalize("NFKC", text.replace("\ufffe", "-")))


def wanted(document: Document) -> Iterator[str]:
    """文書の言葉。空欄は、紙では「（…：未記入）」になるので、その名前だけ。"""
    for text in texts(document):
        if document.is_letter and plain(text) == document.title:
            continue
        for span in spans(text):
            yield from (squeezed(line) for line in span.text.splitlines() if squeezed(line))


def by_poppler(pdf: bytes, folder: Path) -> str:
    (folder / "it.pdf").write_bytes(pdf)
    ran = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", "it.pdf", "-"], cwd=folder, capture_output=True, check=True
    )
    return ran.stdout.decode()


def by_pdfium(pdf: bytes) -> str:
    file = pypdfium2.PdfDocument(pdf)
    said = "".join(page.get_textpage().get_text_range() for page in file)
    file.close()
    return said


def by_word(data: bytes) -> str:
    """本文の段落と表、見出し・脚注の欄の文字。"""
    file = Word(io.BytesIO(data))
    parts = []
    for block in file.iter_inner_content():
        if isinstance(block, WordParagraph):
            parts.append(block.text)
        elif isinstance(block, WordTable):
            parts += [cell.text for row in block.rows for cell in row.cells]
    for section in file.sections:
        parts += [one.text for one in (*section.header.paragraphs, *section.footer.paragraphs)]
    return "\n".join(parts)


def lacking(document: Document, read: str) -> list[str]:
    flat = squeezed(read)
    return [line for line in wanted(document) if line not in flat]


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("lang", LANGS)
def test_word_and_pdf_say_all_that_the_document_says(kind: str, lang: Any) -> None:
    """どの文書も、PDFとWordから読み戻すと、文書の言葉が一行も欠けていない。"""
    document = build(kind, everything(), PARTIES, lang, now=NOW, reference="HKS-2026-001")
    pdf = to_pdf(document)
    assert lacking(document, by_pdfium(pdf)) == []
    assert lacking(document, by_word(to_docx(document))) == []


@pytest.mark.parametrize("stage", ["preliminary", "final"])
def test_another_reader_sees_the_same(tmp_path: Path, stage: Any) -> None:
    """別の読み取り道具（poppler）で読んでも、最初と最後の報告、何も埋まっていない紙の言葉が欠けない。"""
    needs("pdftotext")
    for kind, known, parties in (
        ("ppc-copy-sheet", facts(), PARTIES),
        ("public-statement", facts(), PARTIES),
        ("bank-notice", {}, Parties(Party())),
    ):
        document = build(kind, known, parties, "ja", now=NOW, stage=stage)
        assert lacking(document, by_poppler(to_pdf(document), tmp_path)) == [], kind


def test_names_with_rare_characters_print(tmp_path: Path) -> None:
    """髙﨑、𠮷邉、異体字、JIS X 0213 の字の名前が、宛名にも差出人にも、欠けずに印刷され、読み戻せる。"""
    needs("pdftotext")
    parties = replace(PARTIES, sender=replace(HANAKO, person=RARE))
    document = build("customer-letter", facts(), replace(parties, addressee=Party(person=RARE)), "ja", now=NOW)
    pdf = to_pdf(document)
    bare = re.sub("[\U000e0100-\U000e01ef]", "", RARE)
    for read in (by_poppler(pdf, tmp_path), by_pdfium(pdf), by_word(to_docx(document))):
        flat = squeezed(re.sub("[\U000e0100-\U000e01ef]", "", read))
        assert flat.count(squeezed(bare)) >= 2
        assert "〓" not in flat and "\ufffd" not in flat


@pytest.mark.parametrize("kind", ["customer-letter", "ppc-copy-sheet"])
def test_the_file_is_made_for_the_archive(kind: str) -> None:
    """PDFは、書体をすべて中に持ち、色の決まりと言語と題名を備え、外を見に行かない（PDF/A-2bの約束）。"""
    pdf = to_pdf(build(kind, everything(), PARTIES, "ja", now=NOW))
    assert pdf.startswith(b"%PDF-1.7") and pdf.rstrip().endswith(b"%%EOF")
    for must in (b"<pdfaid:part>2", b"<pdfaid:conformance>B", b"<pdfuaid:part>1", b"/OutputIntents", b"/MarkInfo"):
        assert must in pdf, must
    for never in (b"/Encrypt", b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/AcroForm"):
        assert never not in pdf, never
    file = pypdfium2.PdfDocument(pdf)
    letters = [one for page in file for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT])]
    assert letters
    assert all(raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(one.raw)) == 1 for one in letters)
    file.close()
