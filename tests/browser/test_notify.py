"""「だれに知らせるか」と文書のページを、人が見るように見て、人が使うように使う。"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from hikeshi.casebook import services as casebook
from hikeshi.notify import letters
from hikeshi.notify import services as notify
from tests.browser.looking import (
    assert_big_targets,
    assert_fits,
    assert_no_axe_violations,
    double_text,
    keep_picture,
    walk_by_keyboard,
)
from tests.cast import Cast, assemble
from tests.notify.test_pages import leak

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
PAGES = {
    "duties": "",
    "yes-no": "questions/sensitive/",
    "several": "questions/event/",
    "persons": "questions/persons/",
    "words": "questions/cause/",
    "items": "questions/data_items/",
    "known-at": "questions/known_at/",
    "told": "told/ppc/final/",
    "told-again": "told/ppc/first/",
    "documents": "documents/",
    "copy-sheet": "documents/ppc-copy-sheet/",
    "letter": "documents/customer-letter/",
    "approved": "documents/insurer-notice/",
    "sender": "sender/",
}


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.fixture
def case(cast: Cast) -> Any:
    """A web shop broken into, half known: something suspected, something open, something already told."""
    made = leak(
        cast,
        malicious={"value": True, "status": "suspected"},
        crime_suspected={"value": True, "status": "suspected"},
        insured=True,
        sensitive=None,
        known_at=None,
        persons={"value": {"at_least": 412, "at_most": 431}, "status": "suspected"},
        incident_kind=["unauthorised_access"],
        data_items={"value": ["name", "address", "email"], "status": "suspected"},
    )
    said = "通販サイトの問い合わせフォームが書き換えられていた。"
    casebook.state_fact(made, "incident_summary", None, "confirmed", cast.actor, text=said)
    notify.mark_told(made, "ppc", "first", cast.actor, how="web_form", receipt="R8-0123")
    notify.waive(made, "insurance.notice", "first", "補償の対象外と確認", cast.actor)
    for lang in ("ja", "en"):
        letters.check(made, letters.paper_of(made, "insurer-notice", lang, "preliminary"), cast.actor)
        found = letters.paper_of(made, "insurer-notice", lang, "preliminary")
        letters.approve(made, found, cast.actor, by="leader", how="on_screen")
    return made


def address(case: Any, name: str) -> str:
    return f"/i/{case.reference}/notify/{PAGES[name]}"


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("width", [375, 1280])
def test_pages_can_be_used_by_everybody(browser_page: Open, cast: Cast, case: Any, width: int, lang: str) -> None:
    """どの大きさでも、どちらの言葉でも、axe は何も見つけず、横にはみ出さず、押すものは十分に大きい。"""
    page = browser_page("/", width=width, lang=lang, person=cast.hanako)
    for name in PAGES:
        page.goto(address(case, name))
        keep_picture(page, f"notify-{name}-{width}-{lang}")
        assert_no_axe_violations(page)
        assert_fits(page)
        assert_big_targets(page)


def test_twice_the_letters_on_a_small_phone(browser_page: Open, cast: Cast, case: Any) -> None:
    """幅320で文字を2倍にしても、横にはみ出さない。"""
    page = browser_page("/", width=320, person=cast.hanako)
    for name in PAGES:
        page.goto(address(case, name))
        double_text(page)
        assert_fits(page)


@pytest.mark.parametrize("name", ["duties", "persons", "letter"])
def test_keyboard_alone_reaches_everything(browser_page: Open, cast: Cast, case: Any, name: str) -> None:
    """キーボードだけで、隠れずに、どこにいるか見えながら進める。"""
    page = browser_page(address(case, name), width=1280, person=cast.hanako)
    assert len(walk_by_keyboard(page)) > 5


@pytest.mark.parametrize("script", [True, False])
def test_from_the_first_question_to_the_report(browser_page: Open, cast: Cast, script: bool) -> None:
    """何も分からないところから質問に答え、委員会への報告が必要と分かり、シートを写して報告を記録する。"""
    case = cast.open_case()
    page = browser_page(f"/i/{case.reference}/notify/", person=cast.hanako, script=script)
    page.locator(".task").get_by_role("link", name="答える").click()
    page.get_by_label("日時").fill("2026-11-06T10:00")
    page.get_by_text("確かめた", exact=True).click()
    page.get_by_role("button", name="記録して次へ").click()
    answers = {
        "event": ["漏えい：外に出た", "確かめた"],
        "recovered_unseen": ["いいえ（確かめた）"],
        "certainty": ["発生したおそれがある"],
        "personal_data": ["はい（確かめた）"],
        "strong_protection": ["いいえ（確かめた）"],
        "sensitive": ["わからない"],
        "financial_harm": ["いいえ（確かめた）"],
        "malicious": ["疑いがある・たぶんそう"],
    }
    for key, chosen in answers.items():
        page.goto(f"/i/{case.reference}/notify/questions/{key}/")
        for words in chosen:
            page.locator("label.chip").filter(has=page.get_by_text(words, exact=True)).click()
        page.get_by_role("button", name="記録して次へ").click()
    page.goto(f"/i/{case.reference}/notify/")
    required = page.locator("#ppc")
    assert "11/8" in required.inner_text()
    assert "規則第7条第3号" in required.text_content()
    required.get_by_role("link", name="転記用シート").click()
    page.get_by_role("button", name="この文の事実を確かめた").click()
    page.get_by_role("button", name="この文を承認する").click()
    page.get_by_role("button", name="どちらも無事（確かめた）").click()
    page.get_by_label("受付番号").fill("R8-4567")
    page.get_by_role("button", name="送ったと記録する").click()
    assert [clock["stage"] for clock in notify.clocks(case) if clock["target"] == "ppc"] == ["final"]
    assert [e.data["receipt"] for e in casebook.entries(case, ["duty.met"])] == ["R8-4567"]


def test_a_box_is_copied_by_its_button(browser_page: Open, cast: Cast, case: Any) -> None:
    """転記用シートの「写す」で、その欄の文だけが写る。"""
    page = browser_page(
        address(case, "copy-sheet"), person=cast.hanako, permissions=["clipboard-read", "clipboard-write"]
    )
    row = page.locator(".copy-row").filter(has_text="事故の概要").first
    row.get_by_role("button").click()
    row.get_by_text("写しました").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "通販サイトの問い合わせフォームが書き換えられていた。"
