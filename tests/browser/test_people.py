"""人がすること：二人で同じものを直す、戻る、二度押す、閉じて開く、長く置いたあとに書く。"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Page

from hikeshi.casebook import services as casebook
from hikeshi.contain import services as contain
from hikeshi.prepare import services as prepare
from tests.browser.person import Person
from tests.cast import PASSWORD, Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., Page]


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.fixture
def case(cast: Cast) -> Any:
    return cast.open_case("")


def kinds(case: Any, kind: str) -> list[Any]:
    return list(casebook.entries(case, [kind]))


def shown(name: str) -> Any:
    return contain.shelf().words[name]["ja"]


def test_two_write_the_same_contact(browser_page: Open, cast: Cast) -> None:
    """二人が同じ連絡先を直すと、あとの人に両方が見え、選んだ方が残り、記録には両方ある。"""
    fields = {"kind": "lawyer", "name": "川端法律事務所", "phone": "03-0000-0000"}
    prepare.state(cast.workspace, cast.actor, "contact", fields, key="lawyer")
    hanako = Person(browser_page("/prepare/contact/lawyer/", person=cast.hanako))
    taro = Person(browser_page("/prepare/contact/lawyer/", person=cast.taro))
    taro.write("電話番号", "03-2222-2222")
    taro.press("保存する")
    hanako.write("電話番号", "03-1111-1111")
    hanako.press("保存する")
    assert "ほかの人が書き直しています" in hanako.text()
    assert "03-2222-2222" in hanako.text()
    assert "03-1111-1111" in hanako.text()
    hanako.press("私の内容で保存する")
    (lawyer,) = [one for one in prepare.contacts(cast.workspace, "ja") if one["name"] == "川端法律事務所"]
    assert lawyer["phone"] == "03-1111-1111"
    told = [entry.data for entry in casebook.entries(cast.workspace) if "03-2222-2222" in str(entry.data)]
    assert len(told) == 1


def test_two_answer_the_same_card(browser_page: Open, cast: Cast, case: Any) -> None:
    """二人が同じカードに答えると、両方が記録に残り、どちらも次へ進む。"""
    address = f"/i/{case.reference}/first-hour/card-zero/"
    hanako = Person(browser_page(address, person=cast.hanako))
    taro = Person(browser_page(address, person=cast.taro))
    hanako.press(shown("card-zero").chips["another"])
    taro.press(shown("card-zero").unknown)
    assert [entry.data["answer"] for entry in kinds(case, "card.answered")] == ["seen", "unknown"]
    assert hanako.path != address
    assert taro.path != address


def test_back_is_safe(browser_page: Open, cast: Cast, case: Any) -> None:
    """答えたあとに「戻る」で戻ると、前の答えが見え、答え直すと両方が残り、続きから進む。"""
    one = Person(browser_page(f"/i/{case.reference}/first-hour/", person=cast.hanako))
    one.press(shown("card-zero").chips["another"])
    one.choose(contain.shelf().situations["web-site"]["ja"].seen)
    one.press(shown("first-look").primary)
    further = one.path
    one.page.go_back()
    assert one.path.endswith("/first-look/")
    assert "に答えました" in one.text()
    one.press("カードの一覧")
    one.page.go_back()
    one.choose(contain.shelf().situations["virus-warning"]["ja"].seen)
    one.press(shown("first-look").primary)
    looks = [entry.data for entry in kinds(case, "card.answered") if entry.data["card"] == "first-look"]
    assert [len(look["chips"]) for look in looks] == [1, 2]
    assert one.path not in (further.replace(further.split("/")[-2], "first-look"),)


def test_closing_and_opening_again(browser_page: Open, cast: Cast, case: Any) -> None:
    """どこで窓を閉じても、開き直すと同じカードから続けられる。"""
    one = Person(browser_page(f"/i/{case.reference}/first-hour/", person=cast.hanako))
    one.press(shown("card-zero").chips["another"])
    one.press(shown("first-look").unknown)
    at = one.path
    one.page.context.close()
    again = Person(browser_page("/", person=cast.hanako))
    again.press_at("main a.button.primary")
    again.press_at(".task a.button.primary")
    assert again.path == at


@pytest.mark.parametrize("script", [True, False])
def test_pressed_twice_recorded_once(browser_page: Open, cast: Cast, script: bool) -> None:
    """ボタンを二度続けて押しても、事故は一つ、答えもメモも一つだけ記録される。"""
    page = browser_page("/", person=cast.hanako, script=script)
    page.get_by_role("button", name="事故かもしれない").dblclick()
    page.wait_for_url("**/first-hour/card-zero/")
    (case,) = casebook.cases(cast.workspace)
    page.get_by_role("button", name=shown("card-zero").chips["another"]).dblclick()
    page.wait_for_url("**/first-hour/first-look/")
    page.locator("#note-text").fill("店の鍵を閉めた")
    page.locator(".notebar button").dblclick()
    page.wait_for_load_state("networkidle")
    assert len(kinds(case, "card.answered")) == 1
    assert len(kinds(case, "note.added")) == 1
    for room, field, words, button, kind in (
        ("recover", "すること", "鍵だけにする", "加える", "recover.item_added"),
        ("improve", "すること", "二段階にする", "加える", "improve.measure_added"),
    ):
        page.goto(f"/i/{case.reference}/{room}/")
        page.get_by_label(field).first.fill(words)
        page.locator("main").get_by_role("button", name=button, exact=True).dblclick()
        page.wait_for_load_state("networkidle")
        assert len(kinds(case, kind)) == 1, room
    page.goto(f"/i/{case.reference}/recover/")
    page.locator("main form[action*='/take/'] button").first.dblclick()
    page.wait_for_load_state("networkidle")
    assert len(kinds(case, "recover.item_added")) == 2


@pytest.mark.parametrize(("room", "kind"), [("recover", "recover.item_added"), ("improve", "improve.measure_added")])
def test_the_same_form_twice(cast: Cast, case: Any, room: str, kind: str) -> None:
    """同じ用紙が二度届いても記録は一つ、言葉を変えて送り直せば二つめも残る。"""
    client = Client()
    client.force_login(cast.hanako, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/i/{case.reference}/{room}/").content.decode()
    form = next(part for part in page.split("<form")[1:] if 'name="what"' in part)
    sent = dict(re.findall(r'name="(request_id|stage|nature)" value="(\w+)"', form))
    target = re.search(r'action="([^"]+)"', form)
    assert target
    for words in ("鍵だけにする", "鍵だけにする", "二段階にする"):
        assert client.post(target[1], {**sent, "what": words}).status_code == 302
    assert len(kinds(case, kind)) == 2


@pytest.mark.parametrize("script", [True, False])
def test_written_after_the_sign_in_ran_out(browser_page: Open, cast: Cast, case: Any, script: bool) -> None:
    """サインインが切れたあとに書いたメモも失われず、サインインしてもう一度送れば記録になる。"""
    one = Person(browser_page(f"/i/{case.reference}/", person=cast.hanako, script=script))
    Session.objects.all().delete()
    one.page.locator("#note-text").fill("知らない人が入っていた")
    one.press("記録", within=one.page.locator(".notebar"))
    assert one.path == "/desk/account/login/"
    one.write("サインインの名前", "hanako")
    one.write("パスワード", PASSWORD)
    one.press("サインイン", within=one.page.locator("main form").first)
    assert "知らない人が入っていた" in one.text()
    assert kinds(case, "note.added") == []
    one.press("もう一度送る")
    assert one.path == f"/i/{case.reference}/"
    (note,) = kinds(case, "note.added")
    assert casebook.text(case, note.data["text"]) == "知らない人が入っていた"
    assert one.page.locator("#note-text").input_value() == ""


def test_a_note_on_a_closed_incident(browser_page: Open, cast: Cast, case: Any) -> None:
    """もう一人が閉じたあとに書いたメモも、言葉で受け止められ、失われない。"""
    taro = Person(browser_page(f"/i/{case.reference}/", person=cast.taro))
    casebook.close_case(case, cast.actor, outcome="incident")
    taro.page.locator("#note-text").fill("あとから気づいたこと")
    taro.press("記録", within=taro.page.locator(".notebar"))
    recorded = [casebook.text(case, entry.data["text"]) for entry in kinds(case, "note.added")]
    assert (
        recorded == ["あとから気づいたこと"] or taro.page.locator("#note-text").input_value() == "あとから気づいたこと"
    )
