"""備えのページ：だれが何を見て、何を書けるか。悪い入力も、日本語と英語も。"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.prepare import rules
from hikeshi.prepare import services as prepare
from hikeshi.prepare.catalog import contact_kinds
from hikeshi.prepare.models import Item
from tests.cast import Cast, assemble
from tests.prepare.visiting import SECRET, fill, signed_in, text_of

pytestmark = pytest.mark.django_db
JAPANESE = re.compile("[\u3041-\u30fa\u4e00-\u9fff]+")


@pytest.fixture
def cast() -> Iterator[Cast]:
    yield assemble()
    translation.activate("ja")


def pages(cast: Cast) -> list[str]:
    """Every page of the room that can be read."""
    every = ["/prepare/", "/prepare/versions/"]
    for subject in rules.SUBJECTS:
        every += [f"/prepare/{subject}/", *([f"/prepare/{subject}/new/"] if subject != "role" else [])]
    every += [f"/prepare/{row.subject}/{row.key}/" for row in Item.objects.filter(chain_id=cast.workspace.pk)]
    every += [f"/prepare/contact/new/?kind={kind}" for kind in contact_kinds()]
    if prepare.plan_versions(cast.workspace):
        every += ["/prepare/versions/1/", "/prepare/versions/1/changes/"]
    return every


# --- who sees what --------------------------------------------------------------------------------------------------


def test_every_page_answers(cast: Cast) -> None:
    """花子は、備えのどのページも開ける。"""
    fill(cast)
    client = signed_in(cast.hanako)
    assert {url: client.get(url).status_code for url in pages(cast)} == dict.fromkeys(pages(cast), 200)


def test_saburo_sees_nothing(cast: Cast) -> None:
    """三郎は、どのページを開いても花子の備えを一つも見ず、花子の行には届かない。"""
    fill(cast)
    client = signed_in(cast.saburo)
    for url in pages(cast):
        seen = text_of(client.get(url))
        for secret in (SECRET, "ひみつの名簿", "03-1234-5678", "レジのパソコン", "ひみつの理由", "花子"):
            assert secret not in seen, url
    key = Item.objects.get(subject="device").key
    own = [
        f"/prepare/device/{key}/",
        "/prepare/versions/1/",
        "/prepare/versions/1/changes/",
        "/prepare/versions/1/ja.pdf",
    ]
    assert {url: client.get(url).status_code for url in own} == dict.fromkeys(own, 404)
    acts = [f"/prepare/contact/lawyer/{verb}/" for verb in ("verify", "remove", "restore")]
    acts += ["/prepare/versions/1/approve/"]
    assert {url: client.post(url).status_code for url in acts} == dict.fromkeys(acts, 404)
    before = casebook.head(cast.workspace).number
    client.post("/prepare/contact/lawyer/", {"kind": "lawyer", "name": "のっとり", "seen": "0"})
    client.post("/prepare/answer/", {"cell": "contact.bank", "answer": "none"})
    assert casebook.head(cast.workspace).number == before
    assert prepare.contacts(cast.workspace)[0]["name"] == SECRET


def test_stranger_is_sent_to_sign_in(cast: Cast) -> None:
    """サインインしていない人は、どのページも見られない。"""
    fill(cast)
    for url in pages(cast):
        response = Client().get(url)
        assert response.status_code == 302, url
        assert "login" in response["Location"] or "account" in response["Location"]


def test_reader_reads_and_writes_nothing(cast: Cast) -> None:
    """「読むだけ」の人は計画を読めるが、書くことも承認することもできない。"""
    fill(cast)
    desk.add_member(cast.workspace, cast.taro, "reader")
    client = signed_in(cast.taro)
    page = text_of(client.get("/prepare/"))
    assert SECRET in page
    assert "/prepare/device/new/" not in page.split('id="help"')[0]
    before = casebook.head(cast.workspace).number
    for url in ("contact/lawyer/", "device/new/", "contact/lawyer/remove/", "contact/lawyer/verify/", "answer/"):
        assert client.post(f"/prepare/{url}", {"name": "x", "kind": "pc"}).status_code == 403
    assert client.post("/prepare/versions/", {"effective_on": "2026-12-01"}).status_code in (403, 404)
    assert client.post("/prepare/versions/1/approve/").status_code == 403
    assert casebook.head(cast.workspace).number == before


def test_helper_prepares_and_the_owner_approves(cast: Cast) -> None:
    """太郎は備えを書いて版を作れ、承認は花子だけができる。"""
    taro = signed_in(cast.taro)
    assert taro.post("/prepare/contact/bank/", {"kind": "bank", "name": "銀行", "phone": "110"}).status_code == 302
    assert taro.post("/prepare/versions/", {"effective_on": "2026-12-01"}).status_code == 302
    assert taro.post("/prepare/versions/1/approve/").status_code == 403
    assert "承認を待っています" in text_of(taro.get("/prepare/versions/"))
    hanako = signed_in(cast.hanako)
    hanako.post("/prepare/versions/1/approve/")
    hanako.post("/prepare/versions/1/approve/")
    assert prepare.plan_versions(cast.workspace)[0]["approved_by"] == ["花子"]


# --- the readiness page ---------------------------------------------------------------------------------------------


def test_exactly_one_task(cast: Cast) -> None:
    """備えのページの上には、次の5分がちょうど一つあり、書く所へ行ける。"""
    page = text_of(signed_in(cast.hanako).get("/prepare/"))
    assert page.count('class="task"') == 1
    assert "保険会社の電話番号を書く" in page
    assert 'href="/prepare/insurance/cyber/"' in page


def test_blanks_by_name_and_in_the_plan(cast: Cast) -> None:
    """空欄は名前で数えられ、計画書の中の同じ場所にもすき間としてある。"""
    page = text_of(signed_in(cast.hanako).get("/prepare/"))
    said = prepare.readiness(cast.workspace, "ja")
    assert f"空欄 {said['blank']}件" in page
    for cell in said["blanks"]:
        assert cell["name"] in page
        assert cell["href"] in page
    assert page.count("paper-blank") > 20


def test_old_contacts_are_named(cast: Cast) -> None:
    """半年以上確かめていない連絡先は、名前で挙げられ、一度の押しで確かめたと記録できる。"""
    fields = {"kind": "lawyer", "name": SECRET, "phone": "110", "verified_on": "2020-01-01"}
    prepare.state(cast.workspace, cast.actor, "contact", fields, key="lawyer")
    client = signed_in(cast.hanako)
    assert "この半年、確かめていないもの 1件" in text_of(client.get("/prepare/"))
    client.post("/prepare/contact/lawyer/verify/")
    assert "この半年、確かめていない" not in text_of(client.get("/prepare/"))


def test_saving_leads_to_the_next_task(cast: Cast) -> None:
    """保存すると備えのページに戻り、次の一つが示される。"""
    client = signed_in(cast.hanako)
    page = text_of(
        client.post("/prepare/insurance/cyber/", {"name": "さくら", "phone": "110", "then": "next"}, follow=True)
    )
    assert "保存しました" in page
    assert "パソコンに詳しい人の電話番号を書く" in page


@pytest.mark.parametrize("said", ["none", "unknown"])
def test_blank_can_be_answered_without_writing(cast: Cast, said: str) -> None:
    """書けないときは「わからない」「ない」で答えられ、次に進める。"""
    client = signed_in(cast.hanako)
    assert 'value="unknown"' in text_of(client.get("/prepare/insurance/cyber/"))
    page = text_of(client.post("/prepare/answer/", {"cell": "insurance.cyber", "answer": said}, follow=True))
    assert "パソコンに詳しい人の電話番号を書く" in page


def test_nonsense_answers_are_not_recorded(cast: Cast) -> None:
    """知らない欄への答えや、知らない答えは記録されない。"""
    client = signed_in(cast.hanako)
    prepare.answer(cast.workspace, cast.actor, "contact.bank", "open")
    before = casebook.head(cast.workspace).number
    client.post("/prepare/answer/", {"cell": "no.such", "answer": "none"})
    client.post("/prepare/answer/", {"cell": "contact.bank", "answer": "maybe"})
    assert casebook.head(cast.workspace).number == before


def test_one_person_holds_all_roles_in_one_go(cast: Cast) -> None:
    """一つのしるしで、一人が三つの役割を受け持つ（R4）。"""
    signed_in(cast.hanako).post("/prepare/role/leader/", {"name": "花子", "phone": "090", "also": "on"})
    assert [r["name"] for r in prepare.roles(cast.workspace)] == ["花子"] * 3


# --- files, languages, statements -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("docx", b"PK")])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_files(cast: Cast, lang: str, form: str, begins: bytes) -> None:
    """いまの計画書も、版の計画書も、PDFとWordで受け取れる。"""
    fill(cast)
    client = signed_in(cast.hanako)
    for url in (f"/prepare/plan/{lang}.{form}", f"/prepare/versions/1/{lang}.{form}"):
        response = client.get(url)
        assert response.content.startswith(begins)
        assert "attachment" in response["Content-Disposition"]
    assert client.get(url).content == prepare.plan_file(cast.workspace, lang, form, 1)


def test_english_pages_are_english(cast: Cast) -> None:
    """英語を選ぶと、どのページにも、人が書いたもののほかに日本語はない。"""
    client = signed_in(cast.hanako, "en")
    for url in [*pages(cast), "/prepare/role/leader/", "/prepare/insurance/cyber/"]:
        page = re.sub(r"<(script|style).*?</\1>", "", text_of(client.get(url)), flags=re.S)
        shown = re.sub(r"<[^>]+>", " ", page).replace("花子の店", "").replace("花子", "").replace("日本語", "")
        assert JAPANESE.findall(shown) == [], url


def test_few_statements(cast: Cast, django_assert_max_num_queries: Any) -> None:
    """連絡先が100件あっても、備えのページが尋ねる回数は増えない。"""
    for n in range(100):
        prepare.state(cast.workspace, cast.actor, "contact", {"kind": "partner", "name": f"取引先{n}", "phone": "1"})
    client = signed_in(cast.hanako)
    client.get("/prepare/")
    with django_assert_max_num_queries(16):
        client.get("/prepare/")
    with django_assert_max_num_queries(12):
        client.get("/prepare/contact/")


def test_the_plan_is_folded_but_whole(cast: Cast) -> None:
    """備えのページでは、計画書の体制と連絡先だけが開き、手順と別紙は見出しを押すと開く。文はどれも失われない。"""
    from hikeshi.engines.paper.page import to_html
    from hikeshi.prepare import folding, versions

    page = text_of(signed_in(cast.hanako).get("/prepare/"))
    document = versions.document(cast.workspace, "ja", links=True)
    whole, folded = to_html(document, level=2), folding.folded(document)
    chapters = whole.count("<h3")
    assert chapters > 5
    assert folded.count('<details class="paper-fold"><summary><h3') == chapters - 1
    assert folded.index("<h3") < folded.index("paper-fold") < folded.index("2. インシデント対応手順")
    assert re.sub(r"</?(details|summary)[^>]*>|\s", "", folded) == re.sub(r"\s", "", whole)
    assert folded.index("</article>") > folded.rindex("</details>")
    assert "paper-fold" in signed_in(cast.hanako).get("/prepare/").content.decode()
    assert "ステップ6 記録と完了" in page
