"""キットを本物のブラウザーで開く：ネットなし、スマホの幅、スクリプトあり・なし、紙。"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from hikeshi.contain.cards import shelf
from hikeshi.kit import rules, services
from tests.components import needs

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]
needs("chromium")


@pytest.fixture(scope="session")
def address(tmp_path_factory, django_db_setup):
    """The kit as a file, as it lies on a phone or a USB stick."""
    path = tmp_path_factory.mktemp("kit") / services.FILE_NAME
    path.write_bytes(services.build())
    return path.as_uri()


def open_kit(browser, address, *, width=375, lang="ja", script=True):
    context = browser.new_context(
        viewport={"width": width, "height": 667},
        locale="ja-JP" if lang == "ja" else "en-GB",
        timezone_id="Asia/Tokyo",
        java_script_enabled=script,
        offline=True,
    )
    page = context.new_page()
    page.problems = []
    page.on("console", lambda said: page.problems.append(said.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("request", lambda asked: asked.url != address and page.problems.append(asked.url))
    page.goto(address)
    return page


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_opens_offline_fits_and_is_accessible(browser, address, width, lang):
    """ネットなしで開け、横にはみ出さず、axe が何も見つけず、外へ何も頼まない。"""
    page = open_kit(browser, address, width=width, lang=lang)
    assert page.locator(f"[data-side={lang}] h1").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    assert page.problems == []
    page.context.close()


def test_without_script_both_languages_can_be_read(browser, address):
    """スクリプトなしでも、ボタンで言葉を切りかえ、場面からカードへ行ける。"""
    page = open_kit(browser, address, script=False)
    assert page.locator("[data-side=ja] h1").is_visible()
    page.locator("label[for=lang-en]").click()
    assert page.locator("[data-side=en] h1").is_visible()
    assert not page.locator("[data-side=ja] h1").is_visible()
    page.locator("[data-side=en] a[href='#en-s-ransomware']").click()
    page.locator("#en-s-ransomware + ol a[href='#en-c-cut-network']").click()
    assert page.locator("#en-c-cut-network").is_visible()
    page.context.close()


def test_ticks_stay_and_come_back_as_text(browser, address):
    """印と時刻は、閉じて開いても残り、持ち帰る文になり、消すと本当に消える。"""
    page = open_kit(browser, address)
    box = page.locator("[data-side=ja] input[data-key='ransomware/cut-network']")
    box.check()
    page.locator("[data-side=ja] textarea[data-notes]").fill('赤い画面\n"x" | y')
    page.reload()
    assert box.is_checked()
    page.locator("[data-side=ja] button[data-do=copy]").click()
    text = page.locator("[data-side=ja] textarea[data-out]").input_value()
    from django.utils import timezone

    found = rules.read_back(text, timezone.now())
    assert found.genuine
    assert found.odd == 0
    assert sorted((line.what, line.name) for line in found.lines) == [
        ("card", "cut-network"),
        ("note", "-"),
        ("situation", "ransomware"),
    ]
    assert all(line.at for line in found.lines)
    assert next(line.text for line in found.lines if line.what == "note") == '赤い画面\n"x" | y'
    with page.expect_download() as download:
        page.locator("[data-side=ja] button[data-do=file]").click()
    assert download.value.suggested_filename.startswith("hikeshi-kit-")
    page.on("dialog", lambda asked: asked.accept())
    page.locator("[data-side=ja] button[data-do=forget]").click()
    page.reload()
    assert not box.is_checked()
    page.context.close()


def bare(text):
    """Without what a line's end adds or takes away."""
    return re.sub(r"[\s\-\ufffe\u00ad]", "", text)


def test_it_prints_on_a4(browser, address, tmp_path):
    """A4に、言葉を一つだけ選んで、電話・場面・カードが印刷できる。"""
    import pypdfium2

    page = open_kit(browser, address)
    page.pdf(path=tmp_path / "kit.pdf", prefer_css_page_size=True)
    document = pypdfium2.PdfDocument(tmp_path / "kit.pdf")
    try:
        assert [round(side) for side in document[0].get_size()] == [595, 842]
        pages = [sheet.get_textpage().get_text_range() for sheet in document]
    finally:
        document.close()
    assert len(pages) <= 20
    # On paper, too, each card says why, where it is from and when that was checked.
    text = bare("".join(pages))
    for name, card in shelf().deck.cards.items():
        if name != "first-look":
            assert bare(shelf().words[name]["ja"].why) in text, name
            assert bare(f"（{card.checked}・{card.plan}）") in text, name
    assert "#9110" in pages[0]
    assert not any("Whom to call" in page for page in pages)
    assert any("ネットの箱" in page for page in pages)
