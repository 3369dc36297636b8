"""備えのページ：だれが何を見て、何を書けるか。悪い入力も、日本語と英語も。"""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.prepare import rules
from hikeshi.prepare import services as prepare
from hikeshi.prepare.catalog import contact_kinds
from hikeshi.prepare.forms import FORMS
from hikeshi.prepare.models import Item
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
JAPANESE = re.compile("[\u3041-\u30fa\u4e00-\u9fff]+")
SECRET = "川端ひみつ法律事務所"


@pytest.fixture
def cast() -> Iterator[Cast]:
    yield assemble()
    translation.activate("ja")


def signed_in(person: Any, lang: str = "ja") -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = lang
    return client


def fill(cast: Cast) -> None:
    """Something of each sort, and a version."""
    for subject, key, fields in (
        ("role", "leader", {"name": "花子", "phone": "090"}),
        ("contact", "lawyer", {"kind": "lawyer", "name": SECRET, "phone": "03-1234-5678"}),
        ("insurance", "cyber", {"name": "さくら損保", "phone": "0120-1"}),
        ("device", None, {"kind": "pc", "name": "レジのパソコン"}),
        ("holding", None, {"name": "ひみつの名簿", "kinds": ["name"], "people_max": 12}),
        ("backup", None, {"name": "金庫のディスク"}),
    ):
        prepare.state(cast.workspace, cast.actor, subject, fields, key=key)
    prepare.make_version(cast.workspace, cast.actor, effective_on=date(2026, 12, 1), reason="ひみつの理由")


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


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


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
    assert taro.post("/prepare/contact/bank/", {"kind": "bank", "name": "銀行", "phone": "1"}).status_code == 302
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
    fields = {"kind": "lawyer", "name": SECRET, "phone": "1", "verified_on": "2020-01-01"}
    prepare.state(cast.workspace, cast.actor, "contact", fields, key="lawyer")
    client = signed_in(cast.hanako)
    assert "半年以上確かめていないもの 1件" in text_of(client.get("/prepare/"))
    client.post("/prepare/contact/lawyer/verify/")
    assert "半年以上確かめていない" not in text_of(client.get("/prepare/"))


def test_saving_leads_to_the_next_task(cast: Cast) -> None:
    """保存すると備えのページに戻り、次の一つが示される。"""
    client = signed_in(cast.hanako)
    page = text_of(
        client.post("/prepare/insurance/cyber/", {"name": "さくら", "phone": "1", "then": "next"}, follow=True)
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


# --- forms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", FORMS)
def test_name_alone_is_enough(cast: Cast, subject: str) -> None:
    """どの用紙も、名前だけで保存できる。"""
    where = {"role": "role/leader/", "contact": "contact/bank/", "insurance": "insurance/cyber/"}
    url = "/prepare/" + where.get(subject, f"{subject}/new/")
    data = {"name": "なまえ", "kind": {"contact": "bank", "device": ""}.get(subject, "")}
    assert signed_in(cast.hanako).post(url, data).status_code == 302
    assert Item.objects.get(chain_id=cast.workspace.pk).data["name"] == "なまえ"


@pytest.mark.parametrize("subject", FORMS)
def test_empty_form_says_what_is_missing(cast: Cast, subject: str) -> None:
    """名前がなければ、何が足りないかを言い、書いたものは画面に残る。"""
    where = {"role": "role/leader/", "contact": "contact/bank/", "insurance": "insurance/cyber/"}
    url = "/prepare/" + where.get(subject, f"{subject}/new/")
    response = signed_in(cast.hanako).post(url, {"kind": "bank", "remarks": "消えないで"})
    assert response.status_code == 422
    assert "消えないで" in text_of(response)
    assert not Item.objects.exists()


HOSTILE = ["<script>alert('x')</script>", '"><img src=x onerror=alert(1)>', "\u202egnirts", "{{ 7|add:7 }}", "𠮷" * 40]


@pytest.mark.parametrize("bad", HOSTILE)
@pytest.mark.parametrize("subject", FORMS)
def test_hostile_text_in_every_field(cast: Cast, subject: str, bad: str) -> None:
    """どの欄に何を書かれても、どのページでも文字として出るだけである。"""
    where = {"role": "role/leader/", "contact": "contact/bank/", "insurance": "insurance/cyber/"}
    client = signed_in(cast.hanako)
    data = {
        name: bad
        for name, field in FORMS[subject].base_fields.items()
        if type(field).__name__ in ("Line", "Phone", "Text")
    }
    data |= {"kind": "bank" if subject == "contact" else "pc"}
    assert client.post("/prepare/" + where.get(subject, f"{subject}/new/"), data).status_code == 302
    for url in ("/prepare/", f"/prepare/{subject}/"):
        seen = client.get(url).content.decode()
        assert "<script>alert" not in seen
        assert "<img src=x" not in seen
        assert "\u202e" not in seen
        assert "14" not in seen if "add" in bad and url != "/prepare/" else True
    key = Item.objects.get(chain_id=cast.workspace.pk).key
    form = client.get(f"/prepare/{subject}/{key}/").content.decode()
    assert "<script>alert" not in form
    assert "<img src=x" not in form


@pytest.mark.parametrize(("bad", "status"), [("a\x00b", 422), ("あ" * 5000, 422)])
def test_unstorable_text_is_refused_and_kept_on_the_page(cast: Cast, bad: str, status: int) -> None:
    """NULや長すぎる文字は断られ、ほかの欄に書いたものは画面に残る。"""
    response = signed_in(cast.hanako).post(
        "/prepare/contact/bank/", {"kind": "bank", "name": bad, "hours": "平日9時から"}
    )
    assert response.status_code == status
    assert "平日9時から" in text_of(response)
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    ("said", "kept"), [("１，０００人", 1000), ("約400", 400), ("0", 0), ("1,234,567", 1234567), ("", None)]
)
def test_numbers_as_people_write_them(cast: Cast, said: str, kept: int | None) -> None:
    """人数は、全角でも、コンマや「約」「人」がついていても読める。"""
    signed_in(cast.hanako).post("/prepare/holding/new/", {"name": "名簿", "people_max": said})
    assert prepare.holdings(cast.workspace)[0]["people_max"] == kept


@pytest.mark.parametrize("said", ["たくさん", "-5", "1.5", "4００〜５００", "99999999999999", "1e9", "٣"])
def test_what_is_no_number_is_said(cast: Cast, said: str) -> None:
    """数として読めないものは、わからなければ空けてよいと言って返す。"""
    response = signed_in(cast.hanako).post("/prepare/holding/new/", {"name": "名簿", "people_max": said})
    assert response.status_code == 422
    assert "空けておいてかまいません" in text_of(response)


def test_bounds_the_wrong_way_round(cast: Cast) -> None:
    """「少なくとも」が「多くて」より大きければ、そう言う。"""
    response = signed_in(cast.hanako).post(
        "/prepare/holding/new/", {"name": "名", "people_min": "9", "people_max": "3"}
    )
    assert response.status_code == 422


def test_two_people_edit_the_same_line(cast: Cast) -> None:
    """二人が同じ連絡先を開いていたとき、後の人は両方を並べて見て、自分の内容で保存し直せる。"""
    fill(cast)
    hanako, taro = signed_in(cast.hanako), signed_in(cast.taro)
    seen = re.search(r'name="seen" value="(\d+)"', text_of(taro.get("/prepare/contact/lawyer/")))
    assert seen
    first = {"kind": "lawyer", "name": SECRET, "phone": "03-1111-1111", "seen": seen[1]}
    assert hanako.post("/prepare/contact/lawyer/", first).status_code == 302
    second = {**first, "phone": "03-2222-2222", "remarks": "太郎の書いたこと"}
    response = taro.post("/prepare/contact/lawyer/", second)
    page = text_of(response)
    assert response.status_code == 409
    for text in ("花子さんが", "03-1111-1111", "03-2222-2222", "太郎の書いたこと", "私の内容で保存する"):
        assert text in page
    again = re.search(r'name="seen" value="(\d+)"', page)
    assert again
    assert taro.post("/prepare/contact/lawyer/", {**second, "seen": again[1]}).status_code == 302
    assert prepare.contacts(cast.workspace)[0]["phone"] == "03-2222-2222"


def test_line_removed_while_it_was_written(cast: Cast) -> None:
    """書いているあいだに外された行は、知らせたうえで、新しい行として保存できる。"""
    key = prepare.state(cast.workspace, cast.actor, "device", {"kind": "pc", "name": "レジ"})
    seen = str(Item.objects.get(key=key).number)
    prepare.remove(cast.workspace, cast.actor, "device", key)
    client = signed_in(cast.taro)
    data = {"kind": "pc", "name": "レジ", "holds": "太郎の書いたこと", "seen": seen}
    response = client.post(f"/prepare/device/{key}/", data)
    assert response.status_code == 409
    assert "太郎の書いたこと" in text_of(response)
    assert client.post(f"/prepare/device/{key}/", {**data, "seen": ""}).status_code == 302
    assert [d["holds"] for d in prepare.devices(cast.workspace)] == ["太郎の書いたこと"]


@pytest.mark.parametrize(
    "url", ["role/king/", "contact/" + "k" * 300 + "/", "contact/xyz/", "role/technical/", "device/new/"]
)
def test_made_up_keys_make_nothing_odd(cast: Cast, url: str) -> None:
    """作り話の住所に送っても、変な行はできない。"""
    response = signed_in(cast.hanako).post(f"/prepare/{url}", {"name": "", "kind": "wizard", "seen": "0"})
    assert response.status_code in (404, 422)
    assert not Item.objects.exists()


def test_check_of_tomorrow_is_refused(cast: Cast) -> None:
    """まだ来ていない日に確かめたとは書けない。"""
    data = {"kind": "bank", "name": "銀行", "verified_on": "2999-01-01"}
    response = signed_in(cast.hanako).post("/prepare/contact/bank/", data)
    assert response.status_code == 422
    assert "まだ来ていない日" in text_of(response)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_strange_effective_dates(cast: Cast, day: str) -> None:
    """とんでもない適用日でも、版は作れるか、断られるかのどちらかで、壊れない。"""
    client = signed_in(cast.hanako)
    assert client.post("/prepare/versions/", {"effective_on": day}).status_code in (302, 422)
    assert client.get("/prepare/versions/").status_code == 200


def test_lists_show_choices_in_words(cast: Cast) -> None:
    """一覧には、選んだ答えも言葉で出る。"""
    fields = {"name": "名簿", "kinds": ["name", "health"], "whose": "entrusted", "sensitive": "unknown"}
    prepare.state(cast.workspace, cast.actor, "holding", fields)
    page = text_of(signed_in(cast.hanako).get("/prepare/holding/"))
    for text in ("氏名", "病歴", "預かっている情報（委託）", "わからない", "人数はまだわかりません"):
        assert text in page


def test_double_click_makes_one_line(cast: Cast) -> None:
    """同じ送信を二度しても、行は一つである。"""
    client = signed_in(cast.hanako)
    for _ in range(2):
        client.post("/prepare/device/new/", {"name": "レジ", "kind": "pc", "request_id": "abc123"})
    assert len(prepare.devices(cast.workspace)) == 1


def test_removed_line_can_be_put_back(cast: Cast) -> None:
    """外した行は、次のページで元に戻せる。"""
    fill(cast)
    client = signed_in(cast.hanako)
    page = text_of(client.post("/prepare/contact/lawyer/remove/", follow=True))
    assert 'action="/prepare/contact/lawyer/restore/"' in page
    client.post("/prepare/contact/lawyer/restore/")
    assert [c["name"] for c in prepare.contacts(cast.workspace)][0] == SECRET


@pytest.mark.parametrize(
    "url",
    [
        "contact/new/?kind=wizard",
        "contact/no-such-key/",
        "device/no-such-key/",
        "wizard/",
        "versions/9/",
        "versions/1/ja.exe",
        "plan/fr.pdf",
    ],
)
def test_addresses_that_lead_nowhere(cast: Cast, url: str) -> None:
    """ない行、ない種類、ない版の住所は、404になる。"""
    assert signed_in(cast.hanako).get(f"/prepare/{url}").status_code == 404


def test_number_to_call_has_its_hint_and_mark(cast: Cast) -> None:
    """警察の用紙は、番号の調べ方を示し、確かめていない番号には要確認と添える。"""
    page = text_of(signed_in(cast.hanako).get("/prepare/contact/police/"))
    assert "#9110" in page
    assert "要確認" in page
    assert 'value="#9110"' not in page


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
