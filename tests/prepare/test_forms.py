"""備えの用紙：名前だけでよく、どんな入力でも壊れず、二人が書いても何も消えない。"""

import re
from collections.abc import Iterator

import pytest
from django.utils import translation

from hikeshi.prepare import services as prepare
from hikeshi.prepare.forms import FORMS
from hikeshi.prepare.models import Item
from tests.cast import Cast, assemble
from tests.prepare.visiting import SECRET, fill, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Iterator[Cast]:
    yield assemble()
    translation.activate("ja")


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


HOSTILE = [
    "<script>alert('x')</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202egnirts",
    "{{ 700000|add:70007 }}",
    "𠮷" * 40,
]


@pytest.mark.parametrize("bad", HOSTILE)
@pytest.mark.parametrize("subject", FORMS)
def test_hostile_text_in_every_field(cast: Cast, subject: str, bad: str) -> None:
    """どの欄に何を書かれても、どのページでも文字として出るだけである。"""
    where = {"role": "role/leader/", "contact": "contact/bank/", "insurance": "insurance/cyber/"}
    client = signed_in(cast.hanako)
    data = {
        name: f"110 {bad}" if type(field).__name__ == "Phone" else bad
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
        assert "770007" not in seen
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
    """警察の用紙は、番号の調べ方を示し、全国の相談電話には受付の時間を添える。"""
    page = text_of(signed_in(cast.hanako).get("/prepare/contact/police/"))
    assert "#9110" in page
    assert "8:30" in page
    assert 'value="#9110"' not in page
