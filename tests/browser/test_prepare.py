"""備えのページを、人が見るように見る。"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page

from hikeshi.prepare import services as prepare
from tests.browser.looking import (
    assert_big_targets,
    assert_fits,
    assert_no_axe_violations,
    double_text,
    keep_picture,
    walk_by_keyboard,
)
from tests.cast import Cast, assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
PAGES = {
    "readiness": "/prepare/",
    "contacts": "/prepare/contact/",
    "holdings": "/prepare/holding/",
    "lawyer": "/prepare/contact/lawyer/",
    "insurance": "/prepare/insurance/cyber/",
    "holding": "/prepare/holding/new/",
    "device": "/prepare/device/new/",
    "leader": "/prepare/role/leader/",
    "versions": "/prepare/versions/",
    "version": "/prepare/versions/1/",
    "changes": "/prepare/versions/1/changes/",
}


@pytest.fixture
def cast() -> Cast:
    made = assemble()
    for subject, key, fields in (
        ("role", "leader", {"name": "山田花子", "phone": "090-0000-0000"}),
        ("contact", "bank", {"kind": "bank", "name": "みなと銀行", "phone": "0120-00-0000", "hours": "24時間"}),
        ("holding", None, {"name": "顧客名簿", "kinds": ["name", "phone"], "people_min": 400, "people_max": 1200}),
    ):
        prepare.state(made.workspace, made.actor, subject, fields, key=key)
    prepare.make_version(made.workspace, made.actor, effective_on=date(2026, 12, 1), reason="はじめての計画")
    fields = {"kind": "lawyer", "name": "川端法律事務所", "phone": "03-0000-0000", "verified_on": "2026-01-10"}
    prepare.state(made.workspace, made.actor, "contact", fields, key="lawyer")
    return made


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("width", [375, 1280])
def test_every_page_is_clean(browser_page: Open, cast: Cast, lang: str, width: int) -> None:
    """どのページも、どの言語と幅でも、axeは何も見つけず、横にはみ出さず、押す所は十分に大きい。"""
    page = browser_page("/prepare/", width=width, lang=lang, person=cast.hanako)
    for name, path in PAGES.items():
        page.goto(path)
        keep_picture(page, f"prepare-{name}-{lang}-{width}")
        assert_no_axe_violations(page)
        assert_fits(page)
        assert_big_targets(page)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        assert_fits(page)
        assert_big_targets(page)


def test_narrow_with_large_letters(browser_page: Open, cast: Cast) -> None:
    """幅320pxで文字を2倍にしても、横にスクロールしない。"""
    page = browser_page("/prepare/", width=320, person=cast.hanako)
    for path in PAGES.values():
        page.goto(path)
        double_text(page)
        assert_fits(page)


def test_five_minutes_without_script(browser_page: Open, cast: Cast) -> None:
    """スクリプトがなくても、次の5分を開き、書いて保存すると、次の一つに進む。"""
    page = browser_page("/prepare/", script=False, person=cast.hanako)
    before = page.locator(".task-title").inner_text()
    page.locator(".task .button.primary").click()
    page.get_by_label("保険会社の名前").fill("さくら損保")
    page.get_by_label("事故受付の電話番号").fill("0120-000-000")
    page.get_by_role("button", name="保存する").click()
    assert page.locator(".task-title").inner_text() != before
    assert "さくら損保" in page.locator(".paper").inner_text()


def test_gap_in_the_plan_leads_to_its_form(browser_page: Open, cast: Cast) -> None:
    """計画書のすき間を押すと、その欄を書く用紙が開く。"""
    page = browser_page("/prepare/", person=cast.hanako)
    page.locator(".paper-blank a[href='/prepare/contact/police/']").first.click()
    assert page.locator("h1").inner_text().startswith("警察")


def test_keyboard_alone(browser_page: Open, cast: Cast) -> None:
    """キーボードだけで、備えのページと用紙のどこへも行ける。"""
    page = browser_page("/prepare/", width=1280, person=cast.hanako)
    assert len(walk_by_keyboard(page)) > 20
    page.goto("/prepare/contact/lawyer/")
    assert len(walk_by_keyboard(page)) > 12
