"""いま事故が起きている：最初のカードまで一度、名前もパスワードも聞かれない。サインインしなくても読める。"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from hikeshi.casebook import services as casebook
from hikeshi.contain import services as contain
from hikeshi.desk.models import Person as Who
from hikeshi.desk.models import Workspace
from hikeshi.site import serve
from tests.browser import journey
from tests.browser.looking import assert_fits, assert_no_axe_violations, keep_picture
from tests.browser.person import Person
from tests.cast import PASSWORD, Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., Page]
SEEN = "注文の画面に、知らない文が出ている"


def look(page: Page) -> None:
    assert_fits(page)
    assert_no_axe_violations(page)


def answers(case: Any) -> list[str]:
    return [entry.data["card"] for entry in casebook.entries(case, ["card.answered"])]


@pytest.mark.parametrize("script", [True, False])
def test_one_press_to_the_first_card(browser_page: Open, script: bool) -> None:
    """合い言葉のアドレスから一度押すと、事故が開いて最初のカードが出る。名前とパスワードはあとで決められる。"""
    words = contain.shelf().words
    page = browser_page(f"/start/{serve.first_run_token()}/", script=script)
    one = Person(page, each=look if script else None)
    assert page.locator("main .button").first.inner_text().replace("\n", "") == "いま事故が起きている"
    one.press("いま事故が起きている")
    found = re.fullmatch(r"/i/(HKS-\d{4}-\d{3})/first-hour/card-zero/", one.path)
    assert found, f"one press led to {one.path}"
    keep_picture(page, "emergency-card-zero")
    case = casebook.find_case(Workspace.objects.get(), found[1])
    one.press(words["card-zero"]["ja"].chips["another"])
    one.write("見たまま（なくてもかまいません）", SEEN)
    one.press(words["first-look"]["ja"].primary)
    one.page.locator("#note-text").fill("店の鍵を閉めた")
    one.press("記録", within=page.locator(".notebar"))
    assert answers(case) == ["card-zero", "first-look"]
    one.go("/")
    one.press("名前とパスワードを決める")
    one.write("お名前", "花子")
    one.write("サインインの名前", journey.NAME)
    one.write("パスワード", PASSWORD)
    one.press("決める")
    assert one.path == "/desk/key/"
    journey.sign_out(one)
    journey.sign_in(one, passkey=False)
    one.press_at("main a.button.primary")
    assert one.path.startswith(f"/i/{case.reference}/")
    assert {entry.actor.id for entry in casebook.entries(case)} == {str(Who.objects.get().pk)}


def test_the_window_was_closed(browser_page: Open) -> None:
    """窓を閉じてしまっても、同じアドレスから同じ事故の続きに戻れる。二つめの事故は開かない。"""
    address = f"/start/{serve.first_run_token()}/"
    first = Person(browser_page(address))
    first.press("いま事故が起きている")
    first.press(contain.shelf().words["card-zero"]["ja"].chips["another"])
    again = Person(browser_page(address))
    again.press("事故の続きに戻る")
    assert again.path == first.path
    assert again.path.endswith("/first-hour/first-look/")
    assert casebook.cases(Workspace.objects.get()).count() == 1


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_signed_out_the_cards_can_be_read_and_joined(browser_page: Open, cast: Cast, lang: str) -> None:
    """サインインしていなくてもカードを読める。書いたことは「まだ記録ではありません」の下書きで、あとから記録に入る。"""
    words = contain.shelf().words
    one = Person(browser_page("/", lang=lang), lang=lang, each=look)
    assert one.path == "/desk/account/login/"
    one.press("いま事故が起きている")
    assert one.path == "/cards/start/card-zero/"
    one.press(words["card-zero"][lang].chips["another"])
    one.choose(contain.shelf().situations["web-site"][lang].seen)
    one.write("見たまま（なくてもかまいません）" if lang == "ja" else words["first-look"]["en"].ask, SEEN)
    assert one.page.get_by_text(one.says("まだ記録ではありません")).is_visible()
    keep_picture(one.page, f"draft-{lang}")
    one.press(words["first-look"][lang].primary)
    assert casebook.cases(cast.workspace).count() == 0
    one.press("サインインして記録に入れる")
    journey_sign_in(one)
    assert one.path == "/cards/join/"
    one.press("新しい事故として記録する")
    (case,) = casebook.cases(cast.workspace)
    assert one.path.startswith(f"/i/{case.reference}/first-hour/")
    assert answers(case) == ["card-zero", "first-look"]
    said = casebook.text(case, list(casebook.entries(case, ["card.answered"]))[1].data["text"])
    assert said == SEEN
    one.go("/cards/situations/")
    assert one.says("サインインして記録に入れる") not in one.page.locator("body").inner_text()


def journey_sign_in(one: Person) -> None:
    one.write("サインインの名前", "hanako")
    one.write("パスワード", PASSWORD)
    one.press("サインイン", within=one.page.locator("main form").first)
