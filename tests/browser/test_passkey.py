"""サインインのすべてのページを、人がするように歩く：パスワード、パスキー、回復コード。厳しいCSPのもとで動く。"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hikeshi.desk import services as desk
from hikeshi.desk.models import Person
from tests.browser.looking import assert_big_targets, assert_fits, assert_no_axe_violations

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
WORDS = {
    "ja": (
        "パスキーを作る",
        "写しました。ホームへ",
        "パスキーでサインイン",
        "サインインできませんでした",
        "サインアウト",
    ),
    "en": (
        "Create the passkey",
        "I have copied them. Home",
        "Sign in with a passkey",
        "Sign-in did not work",
        "Sign out",
    ),
}


def look(page: Page) -> None:
    assert_no_axe_violations(page)
    assert_fits(page)
    assert_big_targets(page)


def sign_in(page: Page, password: str) -> None:
    page.goto("/desk/account/login/")
    page.locator("#id_login").fill("hanako")
    page.locator("#id_password").fill(password)
    page.locator("main .primary").click()


@pytest.fixture
def hanako(transactional_db: None) -> Person:
    person = Person.objects.create_user("hanako", "korehatesuto-desu", display_name="花子")
    desk.make_workspace("花子デザイン事務所", owner=person)
    return person


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_passkey(browser_page: Open, hanako: Person, lang: str) -> None:
    """パスワードで入り、パスキーを加え、回復コードを見て、出て、パスキーだけでまた入れる。"""
    create, copied, use_passkey, failed, sign_out = WORDS[lang]
    page = browser_page("/desk/account/login/", lang=lang)
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    sign_in(page, "chigau-password")
    expect(page.locator(".errors")).to_contain_text(failed)
    look(page)
    sign_in(page, "korehatesuto-desu")
    expect(page.locator(".menu > summary")).to_contain_text("花子")

    page.goto("/desk/mfa/webauthn/add/")
    look(page)  # 「ご本人の確認」
    page.locator("#id_password").fill("korehatesuto-desu")
    page.locator("main .primary").click()
    expect(page.get_by_role("button", name=create)).to_be_visible()
    look(page)
    page.get_by_role("button", name=create).click()
    expect(page.locator(".codes li")).to_have_count(10)
    look(page)
    page.get_by_role("link", name=copied).click()

    for path in (
        "/desk/mfa/",
        "/desk/mfa/webauthn/",
        "/desk/mfa/recovery-codes/generate/",
        "/desk/account/password/change/",
    ):
        page.goto(path)
        look(page)
    page.locator(".menu > summary").click()
    page.get_by_role("button", name=sign_out).click()
    page.goto("/desk/account/login/")
    page.get_by_role("button", name=use_passkey).click()
    expect(page.locator(".menu > summary")).to_contain_text("花子")


def test_refused_passkey_says_so(browser_page: Open, hanako: Person) -> None:
    """パスキーがないときは、黙らずに、何が起きて次に何をするかを言う。"""
    page = browser_page("/desk/account/login/")
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.get_by_role("button", name="パスキーでサインイン").click()
    expect(page.get_by_text("パスキーを使えませんでした")).to_be_visible()
    assert_no_axe_violations(page)


def test_sign_in_without_script(browser_page: Open, hanako: Person) -> None:
    """スクリプトなしでもパスワードで入れて、使えないパスキーのボタンは出ない。"""
    page = browser_page("/desk/account/login/", script=False)
    assert not page.locator("#passkey_login").is_visible()
    sign_in(page, "korehatesuto-desu")
    expect(page.locator(".menu > summary")).to_contain_text("花子")
