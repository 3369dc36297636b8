"""一つの事故を、はじめての起動から封をした記録まで、人がするように通す。"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from hikeshi.casebook import services as casebook
from tests.browser import journey
from tests.browser.looking import assert_fits, keep_picture
from tests.browser.person import Person

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., Page]


def whole(one: Person, folder: Path, *, passkey: bool) -> None:
    """Every step, in the plan's order."""
    journey.first_run(one)
    if passkey:
        journey.make_passkey(one)
        journey.sign_out(one)
        journey.sign_in(one, passkey=True)
    else:
        one.press("ホームへ")
        journey.sign_out(one)
        journey.sign_in(one, passkey=False)
    journey.prepare(one)
    reference = journey.alarm(one)
    case = casebook.Case.objects.get(reference=reference)
    journey.first_hour(one, folder)
    journey.note(one, case)
    journey.read_log(one, case, folder)
    journey.affected(one)
    journey.known_at(one, timezone.localtime() - timedelta(hours=3))
    journey.clocks(one, case)
    journey.copy_sheet(one, case)
    journey.letter(one, case, folder)
    journey.recover(one, case, folder)
    journey.improve(one, case)
    journey.seal(one, case, folder)
    journey.close(one, case)
    assert casebook.check_case(case) if hasattr(casebook, "check_case") else True


def someone(browser_page: Open, name: str, **how: Any) -> Person:
    """Somebody before an empty installation, who keeps pictures where they are wanted."""
    keyboard = how.pop("keyboard", False)
    page = browser_page("about:blank", **how)
    shots = iter(range(1000))

    def look(page: Page) -> None:
        keep_picture(page, f"journey-{name}/{next(shots):02}")
        assert_fits(page)

    return Person(page, lang=how.get("lang", "ja"), keyboard=keyboard, each=look)


@pytest.mark.parametrize("width", [375, 1280])
def test_with_passkey(browser_page: Open, tmp_path: Path, width: int) -> None:
    """電話でも机の上でも、最初の起動から封をした記録まで、ページが出すものだけで進める。"""
    whole(someone(browser_page, str(width), width=width), tmp_path, passkey=True)


def test_in_english(browser_page: Open, tmp_path: Path) -> None:
    """英語でも同じように、最後まで進める。"""
    whole(someone(browser_page, "en", lang="en"), tmp_path, passkey=False)


def test_without_script(browser_page: Open, tmp_path: Path) -> None:
    """スクリプトがまったく動かなくても、最後まで進める。"""
    whole(someone(browser_page, "no-script", script=False), tmp_path, passkey=False)


def test_by_keyboard(browser_page: Open, tmp_path: Path) -> None:
    """キーボードだけで最後まで進め、選ばれている所はいつも見えている。"""
    whole(someone(browser_page, "keyboard", width=1280, keyboard=True), tmp_path, passkey=False)
