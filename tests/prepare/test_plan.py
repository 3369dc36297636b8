"""計画書：plan.md のすべての条項が、画面にもPDFにもWordにもある。"""

import io
import re
import subprocess
from datetime import date
from html import unescape

import docx
import pytest

from hikeshi.engines.paper.model import BulletList, Document, Heading, Table, blanks, plain, texts
from hikeshi.engines.paper.page import to_html
from hikeshi.engines.paper.pdf import to_pdf
from hikeshi.engines.paper.word import to_docx
from hikeshi.prepare.catalog import contact_kinds
from hikeshi.prepare.catalog import texts as words_of
from hikeshi.prepare.plan.compare import compare
from hikeshi.prepare.plan.content import Content, DutyRow, Measure, Revision
from hikeshi.prepare.plan.document import plan_document
from hikeshi.prepare.plan.source import from_source, to_source
from hikeshi.prepare.rules import Item, Kind, Preparation
from tests.components import needs

CLAUSES = (
    "P1", "P2", "P3", "R1", "R2", "R3", "R4", "C0", "C1", "C2", "C3", "C4", "C5",
    "S1.1", "S1.2", "S1.3a", "S1.3b", "S1.3c", "S2.1", "S2.2", "S2.3", "S3.1", "S3.2", "S3.3",
    "S4.1a", "S4.1b", "S4.1c", "S4.2", "S5.1", "S5.2", "S5.3", "S6.1", "S6.2",
)  # fmt: skip
KINDS = tuple(Kind(k.id, k.rank, k.needs, k.clause, k.optional) for k in contact_kinds().values())
TODAY = date(2026, 11, 23)
ITEMS = (
    Item("role", "leader", "", {"name": "山田花子", "phone": "090-1111-2222", "deputy": "山田次郎"}),
    Item("contact", "lawyer", "lawyer", {"name": "川端法律事務所", "phone": "03-1234-5678", "hours": "平日9時"}),
    Item("insurance", "cyber", "", {"name": "さくら損保", "phone": "0120-000-000", "policy_no": "CY-778"}),
    Item("device", "device-1", "pc", {"name": "レジのパソコン", "holds": "売上"}),
    Item(
        "holding",
        "holding-1",
        "",
        {"name": "顧客名簿", "kinds": ["name", "phone"], "people_min": 400, "people_max": 1200, "whose": "own"},
    ),
    Item("backup", "backup-1", "", {"name": "金庫のディスク", "covers": "会計"}, verified_on=date(2026, 10, 1)),
)


def content(lang: str = "ja", items: tuple[Item, ...] = (), **more: object) -> Content:
    answers = more.pop("answers", {})
    return Content(Preparation(KINDS, items, answers), lang, "花子デザイン", TODAY, **more)  # type: ignore[arg-type]


def squeezed(text: str) -> str:
    """Without spaces and hyphens: a printed line breaks anywhere."""
    return re.sub(r"[\s\u00ad‐-]", "", text)


def said(lang: str, clause: str) -> list[str]:
    """What must be read of a clause."""
    words = words_of(lang)["clauses"][clause]
    return words["items"] if "items" in words else [words["text"]]


@pytest.fixture(scope="module", params=["ja", "en"])
def document(request: pytest.FixtureRequest) -> Document:
    return plan_document(content(request.param, ITEMS))


def test_every_clause_has_its_words() -> None:
    """条項の番号は、二つの言語の言葉にちょうど一つずつある。"""
    for lang in ("ja", "en"):
        assert sorted(words_of(lang)["clauses"]) == sorted(CLAUSES)


def test_every_clause_on_the_page(document: Document) -> None:
    """すべての条項の文が、画面の計画書にある。"""
    page = squeezed(unescape(re.sub(r"<[^>]+>", "", to_html(document))))
    assert [c for c in CLAUSES for text in said(document.lang, c) if squeezed(text) not in page] == []


def test_every_clause_in_the_pdf(document: Document, tmp_path_factory: pytest.TempPathFactory) -> None:
    """すべての条項の文が、PDFの計画書から読み取れる。"""
    needs("pdftotext")
    file = tmp_path_factory.mktemp("plan") / "plan.pdf"
    file.write_bytes(to_pdf(document))
    out = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, text=True, check=True).stdout
    # What stands at the head and foot of each page falls into the middle of a sentence that goes on overleaf.
    lines = [
        line for line in out.replace("\f", "\n").split("\n") if not re.fullmatch(r"(.*\d+ / \d+.*|下書き|DRAFT)", line)
    ]
    printed = squeezed("".join(line for line in lines if line.strip() not in (document.title, document.footer)))
    assert [c for c in CLAUSES for text in said(document.lang, c) if squeezed(text) not in printed] == []


def test_every_clause_in_word(document: Document) -> None:
    """すべての条項の文が、Wordの計画書にある。"""
    read = docx.Document(io.BytesIO(to_docx(document)))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    whole = squeezed("".join([*(p.text for p in read.paragraphs), *cells]))
    assert [c for c in CLAUSES for text in said(document.lang, c) if squeezed(text) not in whole] == []


def test_shape_of_the_original() -> None:
    """題名、章、表の見出し、6つのステップは、もとの計画書の形をしている。"""
    document = plan_document(content())
    heads = [block.text for block in document.blocks if isinstance(block, Heading)]
    tables = [tuple(map(plain, block.head)) for block in document.blocks if isinstance(block, Table)]
    assert document.title == "情報セキュリティインシデント対応計画（体制と手順書）"
    assert heads[:4] == [
        "1. 目的と体制",
        "1-1 目的",
        "1-2 インシデント対応体制（CSIRT／個人事業主版）",
        "1-3 連絡先リスト（事前に準備）",
    ]
    assert "2. インシデント対応手順" in heads
    assert [h.split()[0] for h in heads if h.startswith("ステップ")] == [f"ステップ{n}" for n in range(1, 7)]
    assert tables[:2] == [("役割", "担当者", "連絡先/備考"), ("項目", "連絡先/担当者", "備考")]


def test_same_shape_in_english() -> None:
    """英語の計画書は、日本語と同じ順に同じ種類の段落を持つ。"""
    shapes = [[type(b).__name__ for b in plan_document(content(lang, ITEMS)).blocks] for lang in ("ja", "en")]
    assert shapes[0] == shapes[1]


def test_english_has_no_japanese() -> None:
    """英語の計画書に、訳されていない言葉はない。"""
    whole = "".join(plain(text) for text in texts(plan_document(content("en"))))
    assert re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]+", whole.replace("花子デザイン", "")) == []


def test_what_is_written_is_printed(document: Document) -> None:
    """書いた名前、番号、人数が計画書に載る。"""
    whole = "".join(plain(text) for text in texts(document))
    for item in ITEMS:
        assert str(item.data["name"]) in whole
    for text in ("090-1111-2222", "03-1234-5678", "CY-778", "1,200", "山田次郎"):
        assert text in whole


def test_blank_cells_are_gaps_with_links() -> None:
    """空欄は、何を書く所かを言うすき間になり、画面では書く所への道になる。"""
    linked = content(href=lambda subject, key: f"/prepare/{subject}/{key}/")
    page = to_html(plan_document(linked))
    for address in ("role/leader", "contact/lawyer", "insurance/cyber", "contact/police", "device/new", "plan/plan"):
        assert f'href="/prepare/{address}/"' in page
    assert len(blanks(plan_document(content()))) > 3


def test_none_is_printed_as_none() -> None:
    """「ない」と答えた欄は、すき間ではなく「該当なし」になる。"""
    answers = {"contact.lawyer": "none", "insurance.cyber": "none"}
    rows = [r for b in plan_document(content(answers=answers)).blocks if isinstance(b, Table) for r in b.rows]
    by_head = {plain(row[0]): plain(row[1]) for row in rows}
    assert by_head["顧問弁護士"] == "該当なし"
    assert by_head["サイバー保険会社"] == "加入していません"


def test_working_copy_is_a_draft_and_a_version_is_not() -> None:
    """版になっていない計画書には「下書き」と出て、版になると適用日が入る。"""
    assert plan_document(content()).draft
    made = plan_document(content(version=3, effective_on=date(2026, 12, 1)))
    whole = "".join(plain(text) for text in texts(made))
    assert not made.draft
    assert "2026年12月1日" in whole
    assert "第3版" in whole


def test_duties_come_as_given() -> None:
    """届出の期限は、渡されたものがそのまま別紙に載り、渡されなければ別紙はない。"""
    duty = DutyRow("個人情報保護委員会", "漏えいの報告", "目安の日数", "規則の条")
    whole = "".join(plain(text) for text in texts(plan_document(content(duties=[duty]))))
    assert "目安の日数" in whole
    assert "別紙5" not in "".join(plain(text) for text in texts(plan_document(content())))


def test_measures_stand_in_the_record_of_revisions() -> None:
    """版に加えた再発防止策は、改定の記録に担当と期日とともに載る。"""
    revision = Revision(2, TODAY, "事故のあと", (Measure("2段階のサインイン", "太郎", "2026-12-31"),), "HKS-2026-001")
    whole = "".join(plain(text) for text in texts(plan_document(content(revisions=[revision]))))
    for text in ("改定の記録", "事故のあと", "HKS-2026-001", "2段階のサインイン", "太郎", "2026年12月31日"):
        assert text in whole


def test_the_record_of_revisions_names_the_incident_once_and_days_in_words() -> None:
    """理由が事故の番号を言っていれば番号は繰り返さず、期日はその言語の書き方で載る。"""
    measure = Measure("2段階のサインイン", "太郎", "2026-03-02")
    revision = Revision(2, TODAY, "事故 HKS-2026-001 から学んだことを反映", (measure,), "HKS-2026-001")
    for lang, said in (("ja", "2026年3月2日"), ("en", "2 March 2026")):
        whole = "".join(plain(text) for text in texts(plan_document(content(lang, revisions=[revision]))))
        assert whole.count("HKS-2026-001") == 1
        assert said in whole
        assert "2026-03-02" not in whole


def test_source_gives_the_document_back() -> None:
    """もとの形から、同じ計画書がそのまま作り直せて、同じ文書はいつも同じバイト列になる。"""
    documents = {lang: plan_document(content(lang, ITEMS)) for lang in ("ja", "en")}
    source = to_source(documents)
    assert from_source(source) == documents
    assert to_source(from_source(source)) == source


def test_changes_name_their_place() -> None:
    """二つの版の違いは、どの章の何が変わったかを言い、変わらないところは出さない。"""
    old = plan_document(content("ja", ITEMS))
    moved = (*ITEMS[:1], Item("contact", "lawyer", "lawyer", {"name": "川端法律事務所", "phone": "03-9"}), *ITEMS[2:])
    found = compare(old, plan_document(content("ja", moved)))
    assert {change.mark for change in found} == {"added", "removed"}
    assert {change.section for change in found} == {"1-3 連絡先リスト（事前に準備）"}
    assert any("03-9" in change.text for change in found if change.mark == "added")
    assert compare(old, old) == []


def test_draft_differs_from_a_version_only_in_what_was_written() -> None:
    """版といまの内容を比べると、適用日や版の番号は違いに数えず、空欄は空欄と言う。"""
    version = plan_document(content("ja", ITEMS, version=1, effective_on=TODAY))
    assert compare(version, plan_document(content("ja", ITEMS))) == []
    emptied = compare(version, plan_document(content("ja", ITEMS[1:])))
    assert any("名前：未記入" in change.text for change in emptied if change.mark == "added")


@pytest.mark.parametrize(
    "bad", ["<script>alert(1)</script>", "a\u202eb", "#set page(width: 1pt)", "𠮷" * 300, "\U0001f600"]
)
def test_hostile_text_is_only_text(bad: str) -> None:
    """計画書に何を書かれても、文字として載るだけである。"""
    item = Item("contact", "lawyer", "lawyer", {"name": bad, "phone": bad})
    document = plan_document(content("ja", (item,)))
    page = to_html(document)
    assert "<script" not in page
    assert "\u202e" not in page
    from hikeshi.engines.paper.pdf import print_pdf

    assert print_pdf(document, substitute=True).data.startswith(b"%PDF")


def test_incidents_of_the_plan_are_named() -> None:
    """計画書は、漏えい、不正アクセス、マルウェア、停止の4つと、そのほかを挙げる。"""
    lists = [b for b in plan_document(content()).blocks if isinstance(b, BulletList)]
    assert len(lists[0].items) == 5


@pytest.mark.parametrize(
    ("lang", "period"), [("ja", "2025年4月1日 – 2027年3月31日"), ("en", "1 April 2025 – 31 March 2027")]
)
def test_the_policy_period_is_written_as_days_are(lang: str, period: str) -> None:
    """保険期間は、計画のほかの日付と同じ書き方で書く。"""
    policy = Item(
        "insurance", "cyber", "", {"name": "さくら損保", "period_from": "2025-04-01", "period_to": "2027-03-31"}
    )
    document = plan_document(content(lang, (policy,)))
    assert period in "\n".join(plain(text) for text in texts(document))
