"""秘密のように見える文だけを断り、秘密についての文は断らない。"""

import pytest

from hikeshi.contain.accounts.guard import looks_secret


@pytest.mark.parametrize(
    "text",
    [
        "パスワードは Kaen2026 にした",
        "パスワード：ひらがなではない abc なら secret=xyzzy",
        "暗証番号は１２３４",
        "暗証番号1234",
        "認証コード 482913 が届いた",
        "password: hunter",
        "new pw = tora-3-tora",
        "PIN is 9921",
        "the recovery code was 8f3k-22aa",
        "合言葉は「yamakawa9」",
        "ya29.a0AfB_byC1234567890",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x",
        "otpauth://totp/x?secret=JBSW",
        "ghp_abcdefghijklmnop123456",
        "4242 4242 4242 4242 を止めた",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_secret(text: str) -> None:
    """パスワード、番号、鍵、カード番号のように見える文は、秘密とみなす。"""
    assert looks_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "パスワードを変えた",
        "パスワードは変えられなかった",
        "知らない端末が2台、2026-11-23 03:12 から",
        "password reset mail arrived at 10:20",
        "the token was revoked",
        "暗証番号は変えていない",
        "203.0.113.5 から入られた。電話 0120-00-0000",
        "spinning disk, opinion 12345",
        "店用 hanako@example.jp",
    ],
)
def test_words_about_a_secret_are_no_secret(text: str) -> None:
    """パスワードを変えた、と書くことはできる。"""
    assert not looks_secret(text)
