"""文書：下書きから送った証拠まで。承認されるのは、その文そのものだけ。"""

import io
import re
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document as Word

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.notify import documents, letters, services
from tests.cast import Cast, assemble
from tests.notify.test_pages import clean, leak, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.fixture
def case(cast: Cast) -> Any:
    made = leak(cast, malicious={"value": True, "status": "suspected"}, insured=True)
    casebook.state_fact(
        made, "incident_summary", None, "confirmed", cast.actor, text="公開フォームが改ざんされていた。"
    )
    return made


def url(case: Any, kind: str, act: str = "") -> str:
    return f"/i/{case.reference}/notify/documents/{kind}/{act}"


def press(client: Client, case: Any, kind: str, act: str, **more: Any) -> Any:
    found = letters.paper_of(case, kind, "ja", more.get("stage", "preliminary"))
    post = {"sha256": found.sha256, "lang": "ja", "stage": found.stage, **more}
    return client.post(url(case, kind, f"{act}/"), post)


@pytest.mark.parametrize("kind", list(documents.kinds()))
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_each_document_has_a_page(cast: Cast, case: Any, kind: str, lang: str) -> None:
    """どの種類の文書も、事実と並べたページになり、日本語と英語で読める。"""
    answer = signed_in(cast.hanako).get(url(case, kind), {"lang": lang})
    assert answer.status_code == 200
    said = answer.content.decode()
    assert letters.paper_of(case, kind, lang, "preliminary").sha256 in said
    assert "この文のもとになる事実" in said


def test_the_whole_way_of_a_letter(cast: Cast, case: Any) -> None:
    """下書き→事実確認→承認→送った→証拠。送った文書は証拠になり、本人への通知が済む。"""
    client = signed_in(cast.hanako)
    for act in ("check", "approve"):
        assert press(client, case, "customer-letter", act).status_code == 302
    sent = press(client, case, "customer-letter", "send", how="post", to="お客様 10人", targets=["appi.notice"])
    assert sent.status_code == 302
    proof = SimpleUploadedFile("slip.jpg", b"\xff\xd8jpeg", "image/jpeg")
    assert press(client, case, "customer-letter", "prove", proof=proof, receipt="1234-5678").status_code == 302
    found = letters.paper_of(case, "customer-letter", "ja", "preliminary")
    assert all(done for step, done in found.reached.items() if step != "lawyer")
    assert found.letter
    starts = []
    for sha256 in found.letter.files:
        with casebook.open_evidence(case, sha256) as kept:
            starts.append(kept.read(4))
    assert starts == [b"%PDF", b"PK\x03\x04"]
    row = next(r for r in services.groups(case)["required"] if r.target == "appi.notice")
    assert not row.open
    kinds = [
        e.kind for e in casebook.entries(case, ["document.checked", "approval.given", "document.sent", "duty.met"])
    ]
    assert kinds == ["document.checked", "approval.given", "document.sent", "duty.met"]


def test_the_my_number_report_is_not_ticked_beforehand(cast: Cast, case: Any) -> None:
    """個人番号の報告は別の報告なので、転記用シートを送るときに、済んだとして先に選ばれていない。"""
    for key, value in (("my_number", True), ("mn_persons_max", 120), ("mn_public_view", True)):
        casebook.state_fact(case, key, value, "confirmed", cast.actor)
    client = signed_in(cast.hanako)
    for act in ("check", "approve"):
        press(client, case, "ppc-copy-sheet", act)
    said = client.get(url(case, "ppc-copy-sheet")).content.decode()
    ticks = dict(re.findall(r'name="targets" value="([^"]+)"( checked)?', said))
    assert ticks == {"ppc": " checked", "ppc-mn": ""}
    services.send_paper(case, services.paper(case, "ppc-copy-sheet", "ja"), cast.actor, how="post")
    assert [one.data["target"] for one in casebook.entries(case, ["duty.met"])] == ["ppc"]


def test_the_copy_sheet_goes_by_the_web_form(cast: Cast, case: Any) -> None:
    """転記用シートは欄ごとに写せて、受付番号を書くと委員会への最初の報告が済む。"""
    client = signed_in(cast.hanako)
    said = client.get(url(case, "ppc-copy-sheet")).content.decode()
    assert said.count("data-copy=") > 20
    assert "未確認" in said
    for act in ("check", "approve"):
        press(client, case, "ppc-copy-sheet", act)
    held = press(client, case, "ppc-copy-sheet", "send", how="web_form", receipt="R8-999", targets=["ppc"])
    said = held.content.decode()
    assert held.status_code == 422 and "送る前に1つだけ" in said and 'value="R8-999"' in said
    back = f"/i/{case.reference}/notify/documents/ppc-copy-sheet/"
    answered = client.post(f"/i/{case.reference}/notify/clean/", {"both": "no", "next": back})
    assert answered["Location"] == back and "送る前に1つだけ" not in client.get(back).content.decode()
    press(client, case, "ppc-copy-sheet", "send", how="web_form", receipt="R8-999", targets=["ppc"])
    assert [(clock["target"], clock["stage"]) for clock in services.clocks(case)] == [("ppc", "final")]
    told = next(r for r in services.groups(case)["required"] if r.target == "ppc").dues[0].told
    assert told
    assert told.receipt == "R8-999"


def test_the_text_is_made_of_facts(cast: Cast, case: Any) -> None:
    """PDFとWordを読み戻すと、確かめた事実はそのまま、疑いは「おそれ」として書かれている。"""
    found = letters.paper_of(case, "ppc-copy-sheet", "ja", "preliminary")
    pdf = pypdfium2.PdfDocument(letters.printed(found, "pdf"))
    printed = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    pdf.close()
    word = Word(io.BytesIO(letters.printed(found, "docx")))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    for text in (printed, "\n".join([p.text for p in word.paragraphs] + cells)):
        flat = text.replace("\n", "").replace("\r", "")
        assert "公開フォームが改ざんされていた" in flat
        assert "不正の目的をもって行われた行為によるものであるおそれ（調査中）" in flat


def test_a_changed_fact_opens_the_lock(cast: Cast, case: Any) -> None:
    """承認のあとで事実が変わると、文が変わり、承認はなかったことになる。"""
    client = signed_in(cast.hanako)
    for act in ("check", "approve"):
        press(client, case, "customer-letter", act)
    assert letters.paper_of(case, "customer-letter", "ja", "preliminary").approved
    casebook.state_fact(case, "cause", None, "confirmed", cast.actor, text="古いプログラムの弱点")
    found = letters.paper_of(case, "customer-letter", "ja", "preliminary")
    assert not found.approved
    assert not found.reached["checked"]
    with pytest.raises(Problem) as caught:
        letters.send(case, found, cast.actor, how="post")
    assert caught.value.code == "notify.step_missing"
    # The same facts again are the same text: what was approved is approved.
    casebook.state_fact(case, "cause", None, "unknown", cast.actor)
    assert letters.paper_of(case, "customer-letter", "ja", "preliminary").approved


def test_a_page_of_yesterday_cannot_approve_todays_text(cast: Cast, case: Any) -> None:
    """ページを開いたあとに文が変わっていたら、承認も送付もしない。"""
    client = signed_in(cast.hanako)
    press(client, case, "customer-letter", "check")
    old = letters.paper_of(case, "customer-letter", "ja", "preliminary").sha256
    casebook.state_fact(case, "cause", None, "confirmed", cast.actor, text="古いプログラムの弱点")
    for act in ("check", "approve", "send"):
        answer = press(client, case, "customer-letter", act, sha256=old, how="post")
        assert answer.status_code == 422
        assert "事実が変わり" in answer.content.decode()
    assert not list(casebook.entries(case, ["approval.given", "document.sent"]))


@pytest.mark.parametrize("act", ["approve", "send", "prove", "lawyer"])
def test_no_step_is_skipped(cast: Cast, case: Any, act: str) -> None:
    """確認していない文は承認できず、承認していない文は送ったことにできない。"""
    more = {"how": "post", "receipt": "1", "lawyer": "approved", "name": "弁護士"}
    assert press(signed_in(cast.hanako), case, "insurer-notice", act, **more).status_code == 422
    assert not list(casebook.entries(case, ["approval.given", "document.sent", "document.proved"]))


def test_approving_one_language_approves_no_other(cast: Cast, case: Any) -> None:
    """日本語の文の承認は、英語の文の承認にならない。確報の文の承認は、速報の文の承認にならない。"""
    client = signed_in(cast.hanako)
    for act in ("check", "approve"):
        press(client, case, "ppc-copy-sheet", act)
    assert not letters.paper_of(case, "ppc-copy-sheet", "en", "preliminary").approved
    assert not letters.paper_of(case, "ppc-copy-sheet", "ja", "final").approved


def test_a_draft_says_so(cast: Cast, case: Any) -> None:
    """承認までは、PDFに「下書き」と出る。承認すると消える。"""
    client = signed_in(cast.hanako)

    def text() -> str:
        pdf = pypdfium2.PdfDocument(client.get(url(case, "insurer-notice", "file.pdf"), {"lang": "ja"}).content)
        said = "".join(page.get_textpage().get_text_bounded() for page in pdf)
        pdf.close()
        return said

    assert "下書き" in text()
    for act in ("check", "approve"):
        press(client, case, "insurer-notice", act)
    assert "下書き" not in text()


def test_without_a_lawyer_there_is_a_way_on(cast: Cast, case: Any) -> None:
    """弁護士がいなくても、理由を書いて進める。理由なしでは進めない。"""
    client = signed_in(cast.hanako)
    press(client, case, "customer-letter", "check")
    assert press(client, case, "customer-letter", "lawyer", lawyer="none").status_code == 422
    assert press(client, case, "customer-letter", "lawyer", lawyer="approved").status_code == 422
    reason = "顧問弁護士なし。ひまわりほっとダイヤルは予約が来週"
    assert press(client, case, "customer-letter", "lawyer", lawyer="none", reason=reason).status_code == 302
    found = letters.paper_of(case, "customer-letter", "ja", "preliminary")
    assert found.reached["lawyer"]
    assert found.letter
    assert casebook.text(case, found.letter.no_lawyer_sha256) == reason
    press(client, case, "customer-letter", "lawyer", lawyer="approved", name="山田 弁護士", how="by_mail")
    lawyer = letters.paper_of(case, "customer-letter", "ja", "preliminary").lawyer
    assert (lawyer.actor_name, lawyer.how) == ("山田 弁護士", "by_mail")


def test_who_may_do_which_step(cast: Cast, case: Any) -> None:
    """太郎（技術）は事実を確かめられるが、承認も送付もできない。三郎には文書があることも見えない。"""
    taro, saburo = signed_in(cast.taro), signed_in(cast.saburo)
    assert press(taro, case, "customer-letter", "check").status_code == 302
    assert press(taro, case, "customer-letter", "approve").status_code == 403
    assert press(taro, case, "customer-letter", "send", how="post").status_code == 403
    for path in ("", "file.pdf"):
        assert saburo.get(url(case, "customer-letter", path)).status_code == 404
    assert press(saburo, case, "customer-letter", "check").status_code == 404
    assert saburo.get(f"/i/{case.reference}/notify/sender/").status_code == 404


def test_the_sender_is_written_once(cast: Cast, case: Any) -> None:
    """差出人の住所は、一度書けばどの文書にも出て、空きのしるしが消える。"""
    client = signed_in(cast.hanako)
    before = letters.paper_of(case, "insurer-notice", "ja", "preliminary")
    post = {
        "name": "花子の店",
        "person": "佐倉 花子",
        "title": "代表",
        "address": "東京都千代田区1-1",
        "phone": "03-0000-0000",
    }
    assert client.post(f"/i/{case.reference}/notify/sender/", post).status_code == 302
    after = letters.paper_of(case, "insurer-notice", "ja", "preliminary")
    assert len(after.blanks) < len(before.blanks)
    assert "東京都千代田区1-1" in after.text
    assert "代表　佐倉 花子" in after.text


@pytest.mark.parametrize(
    "path",
    ["documents/none/", "documents/customer-letter/?lang=fr", "documents/customer-letter/?stage=late"],
)
def test_unknown_documents_are_not_found(cast: Cast, case: Any, path: str) -> None:
    """ない文書、ない言葉、ない段階は、見つからないと言う。"""
    assert signed_in(cast.hanako).get(f"/i/{case.reference}/notify/{path}").status_code == 404


def test_every_document_named_by_a_duty_exists() -> None:
    """義務のファイルが名指す文書は、すべてある。"""
    from hikeshi.notify.law.lawfiles import shipped

    book = shipped()
    named = [kind for duty in book.duties for kind in duty.documents]
    named += [kind for filing in book.filings.values() for kind in filing.documents]
    assert named
    assert set(named) <= set(documents.kinds())


def test_a_fact_can_be_mended_from_the_letter(cast: Cast, case: Any) -> None:
    """文書のページから事実を直し、同じ文書にもどる。外のページへは飛ばない。"""
    client = signed_in(cast.hanako)
    back = f"{url(case, 'customer-letter')}?lang=ja&stage=preliminary"
    ask = f"/i/{case.reference}/notify/questions/cause/"
    answer = client.post(ask, {"words": "設定の誤り", "sure": "suspected", "next": back})
    assert answer.headers["Location"] == back
    assert "設定の誤りの可能性（調査中）" in letters.paper_of(case, "customer-letter", "ja", "preliminary").text
    away = client.post(ask, {"words": "設定の誤り", "sure": "confirmed", "next": "https://example.org/"})
    assert "example.org" not in away.headers["Location"]


def test_a_drill_says_so_in_its_letter(cast: Cast) -> None:
    """訓練の文書には、訓練と出る。"""
    from hikeshi.desk import services as desk

    workspace = desk.make_workspace("訓練", owner=cast.hanako, drill=True)
    case = casebook.open_case(workspace, cast.actor)
    found = letters.paper_of(case, "customer-letter", "ja", "preliminary")
    assert found.document.drill
    assert "訓練" in found.text


def test_the_way_without_a_browser(cast: Cast, case: Any) -> None:
    """訓練のように人がいなくても、同じ手順で確認・承認・送付でき、役立つ義務がすべて済む。"""
    found = services.paper(case, "insurer-notice", "ja")
    found = services.check_paper(case, found, cast.actor)
    found = services.approve_paper(case, found, cast.actor)
    clean(case, cast)
    found = services.send_paper(case, found, cast.actor, how="mail", to="保険会社")
    assert found.reached["sent"]
    row = next(r for r in services.groups(case)["required"] if r.target == "insurance.notice")
    assert not row.open
    assert services.document_file(case, "insurer-notice", "pdf", "ja").startswith(b"%PDF")


def test_only_who_may_send_files_the_proof(cast: Cast, case: Any) -> None:
    """送った証拠は、送ってよい人だけが、開いている事故にだけ足せる。"""
    found = services.check_paper(case, services.paper(case, "insurer-notice", "ja"), cast.actor)
    found = services.approve_paper(case, found, cast.actor)
    found = services.send_paper(case, found, cast.actor, how="post")
    taro = casebook.Actor(str(cast.taro.pk), str(cast.taro), "technical")
    saburo = casebook.Actor(str(cast.saburo.pk), str(cast.saburo), "owner")
    for actor in (taro, saburo):
        with pytest.raises(Problem, match="not_allowed"):
            letters.prove(case, found, actor, evidence=[], receipt="1")
    letters.prove(case, found, cast.actor, evidence=[], receipt="1")
    casebook.close_case(case, cast.actor)
    with pytest.raises(Problem, match="case_closed"):
        letters.prove(case, found, cast.actor, evidence=[], receipt="2")
    assert len(list(casebook.entries(case, ["document.proved"]))) == 1
