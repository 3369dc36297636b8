"""部品のページを、人が見るように見る。日本語と英語、電話と机の上、拡大、キーボードだけ、スクリプトなし。"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.looking import (
    assert_big_targets,
    assert_fits,
    assert_no_axe_violations,
    double_text,
    keep_picture,
    walk_by_keyboard,
)

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.desk.alone")]
Open = Callable[..., Page]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("width", [375, 1280])
def test_axe(browser_page: Open, lang: str, width: int) -> None:
    """どの言語でも、どの幅でも、axe は何も見つけない。"""
    page = browser_page("/components/?mistakes", width=width, lang=lang)
    keep_picture(page, f"components-{lang}-{width}")
    assert_no_axe_violations(page)
    page.goto("/components/?drill")
    assert_no_axe_violations(page)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_everything_open(browser_page: Open, lang: str) -> None:
    """開くところをすべて開いても、axe は何も見つけず、横にはみ出さない。"""
    page = browser_page("/components/", lang=lang)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert_fits(page)
    assert_big_targets(page)
    assert_no_axe_violations(page)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_narrow_and_large(browser_page: Open, lang: str) -> None:
    """幅320pxで文字を2倍にしても、横にスクロールしない。"""
    page = browser_page("/components/?mistakes&drill", width=320, lang=lang)
    assert_fits(page)
    double_text(page)
    assert_fits(page)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert_fits(page)


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_targets(browser_page: Open, width: int) -> None:
    """押すところは44px以上、いちばん大事なボタンは56px以上。"""
    page = browser_page("/components/?drill", width=width)
    assert_big_targets(page)
    heights = page.evaluate(
        "[...document.querySelectorAll('.primary, .danger, .alarm')].filter(e => e.checkVisibility())"
        ".map(e => e.getBoundingClientRect().height)"
    )
    assert len(heights) > 5
    assert min(heights) >= 56


@pytest.mark.parametrize(("width", "query"), [(375, ""), (375, "?drill&mistakes"), (1280, "")])
def test_keyboard(browser_page: Open, width: int, query: str) -> None:
    """Tabだけで端から端まで行けて、選ばれている所は固定の帯に隠れず、枠が見える。"""
    page = browser_page(f"/components/{query}", width=width)
    stops = walk_by_keyboard(page)
    assert len(stops) > 40
    assert stops[0]["html"].startswith('<a class="skip"')
    assert any('id="note-text"' in stop["html"] for stop in stops)


def test_keyboard_back(browser_page: Open) -> None:
    """Shift+Tabで戻るときも、選ばれている所は上の帯に隠れない。"""
    page = browser_page("/components/")
    page.locator("#note-text").focus()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        covered = page.evaluate(
            """() => { const e = document.activeElement, box = e.getBoundingClientRect(),
            band = document.querySelector('.band').getBoundingClientRect()
            return !e.closest('.band') && box.top < band.bottom && box.bottom > band.top ? e.outerHTML : null }"""
        )
        assert covered is None, covered


def test_without_script(browser_page: Open) -> None:
    """スクリプトなしでも、札を選び、開き、送れる。動かないボタンは出ない。"""
    page = browser_page("/components/", script=False)
    page.get_by_text("英語の文").last.click()
    assert page.locator("input[name=chips][value=words]").is_checked()
    assert not page.locator("[data-copy]").is_visible()
    page.get_by_text("この案件の自由な文を消す").click()
    assert page.get_by_text("写真 6枚").is_visible()


def test_confirm_wants_two_acts(browser_page: Open) -> None:
    """元に戻せないことは、開いて、読んだ印をつけて、はじめて送れる。"""
    page = browser_page("/components/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    page.get_by_text("この案件の自由な文を消す").click()
    page.locator(".confirm").get_by_role("button", name="消す").click()
    assert sent == []
    assert page.evaluate("document.querySelector('.confirm input[name=confirm]').matches(':invalid')")


def test_unsent_note_survives(browser_page: Open) -> None:
    """書きかけの一行は、別のページへ行って戻っても残っている。"""
    page = browser_page("/components/")
    page.locator("#note-text").fill("LANを抜いた")
    page.goto("/components/?drill")
    assert page.locator("#note-text").input_value() == "LANを抜いた"


def test_errors_get_the_focus(browser_page: Open) -> None:
    """まちがいの一覧に焦点が移り、そこから欄へ行ける。"""
    page = browser_page("/components/?mistakes")
    assert page.evaluate("document.activeElement.matches('.errors')")
    page.locator(".errors a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_where"


def test_forced_colours_and_print(browser_page: Open) -> None:
    """色を強制する画面でもボタンに枠があり、紙では固定の帯とボタンが消えて中身が残る。"""
    page = browser_page("/components/", width=1280, forced_colors="active")
    edges: list[Any] = page.evaluate(
        "[...document.querySelectorAll('.button')].map(e => getComputedStyle(e).borderTopWidth)"
    )
    assert all(float(edge.removesuffix("px")) >= 1 for edge in edges)
    page.emulate_media(media="print", forced_colors="none")
    assert not page.locator(".notebar").is_visible()
    assert not page.locator(".button.alarm").is_visible()
    assert page.locator(".record").is_visible()
    assert page.get_by_text("おおむね3〜5日以内").first.is_visible()
