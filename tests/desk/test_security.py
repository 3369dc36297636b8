"""画面の守り：厳しい CSP、CSRF、証拠は画面で開かない、エラーに中身を見せない。"""

import io
from typing import Any

import pytest
from django.test import Client

from hikeshi.casebook import services as casebook
from tests.cast import PASSWORD, Cast, assemble

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HOSTILE = "<script>alert(1)</script>\u202eabc\u2066\x00'\"><img src=x onerror=alert(2)>"


@pytest.fixture
def cast() -> Cast:
    return assemble()


def signed_in(person: Any, **named: Any) -> Client:
    client = Client(headers={"host": "localhost"}, **named)
    client.force_login(person, backend=BACKEND)
    return client


def test_every_page_carries_a_strict_policy(cast: Cast) -> None:
    """どの画面でも、外のスクリプトも埋め込みも動かない。枠に入れられない。"""
    client = signed_in(cast.hanako)
    for path in ("/", "/desk/key/", "/prepare/", "/no-such-page/", "/desk/account/login/"):
        response = client.get(path)
        policy = response["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "<script>" not in response.text
        assert "style=" not in response.text


def test_a_forged_form_is_refused_in_words(cast: Cast) -> None:
    """よそのサイトから送られたフォームは、言葉で断られる。"""
    client = signed_in(cast.hanako, enforce_csrf_checks=True)
    response = client.post("/open/")
    assert response.status_code == 403
    assert "Traceback" not in response.text
    assert casebook.cases(cast.workspace).count() == 0


def test_hostile_text_is_shown_as_text_everywhere(cast: Cast) -> None:
    """仕込まれた文字は、メモでも題でもファイル名でも、ただの文字として出る。"""
    case = cast.open_case(HOSTILE)
    client = signed_in(cast.hanako)
    url = f"/i/{case.reference}/"
    file = io.BytesIO(b"x")
    file.name = "a<script>.log"
    client.post(f"{url}note/", {"text": HOSTILE.replace("\x00", ""), "file": file})
    casebook.state_fact(case, "cause", HOSTILE, "suspected", cast.actor, text=HOSTILE, source=HOSTILE)
    for path in ("/", "/incidents/", url, f"{url}record/", f"{url}facts/", f"{url}recover/", f"{url}notify/"):
        text = client.get(path).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path


@pytest.mark.django_db(transaction=True)  # closing a response closes the database connection
def test_evidence_is_only_ever_downloaded(cast: Cast) -> None:
    """証拠のファイルは、画面では決して開かれず、ダウンロードだけになる。"""
    case = cast.open_case()
    client = signed_in(cast.hanako)
    entry = casebook.keep_file(case, io.BytesIO(b"<html><script>alert(1)</script>"), "x.html", cast.actor)
    response = client.get(f"/i/{case.reference}/evidence/{entry.data['sha256']}/")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    response.close()
    assert client.get(f"/i/{case.reference}/evidence/{'a' * 64}/").status_code == 422
    assert client.get(f"/i/{case.reference}/evidence/..%2f..%2fkeys/").status_code in (404, 422)


def test_a_host_that_is_not_ours_is_refused() -> None:
    """知らない名前で来たら、応じない（DNS を使ったなりすまし）。"""
    assert Client(headers={"host": "evil.example"}).get("/").status_code == 400


def test_a_note_is_kept_even_when_something_is_wrong(cast: Cast) -> None:
    """空のメモは断られても、書いた文は画面に残る。長すぎる文も失われない。"""
    case = cast.open_case()
    client = signed_in(cast.hanako)
    assert client.post(f"/i/{case.reference}/note/", {"text": "   "}).status_code == 422
    said = "あ" * 20_001
    response = client.post(f"/i/{case.reference}/note/", {"text": said})
    assert response.status_code == 422
    assert said in response.text
    wrong_time = client.post(f"/i/{case.reference}/note/", {"text": "見た", "occurred_at": "昨日"})
    assert wrong_time.status_code == 422
    assert 'value="見た"' in wrong_time.text
    assert casebook.head(case).number == 1


def test_sending_twice_records_once(cast: Cast) -> None:
    """同じ送信が二度届いても、メモは一つ。"""
    case = cast.open_case()
    client = signed_in(cast.hanako)
    for _ in range(2):
        client.post(f"/i/{case.reference}/note/", {"text": "見た", "request_id": "c" * 32})
    assert len(list(casebook.entries(case, ["note.added"]))) == 1


@pytest.mark.parametrize(
    ("headers", "secure"),
    [
        ({"origin": "https://localhost"}, True),
        ({"referer": "https://localhost/desk/account/login/"}, True),
        ({"origin": "http://localhost"}, False),
        ({"origin": "https://localhost.evil.example", "referer": "https://localhost.evil.example/"}, False),
        ({}, False),
    ],
)
def test_cookies_of_https_go_out_over_https_only(cast: Cast, headers: dict[str, str], secure: bool) -> None:
    """https で来た人のクッキーは、https でしか送り返されない。この機械の中（http）では、これまでどおり使える。"""
    said = {"login": "hanako", "password": PASSWORD}
    over = Client(headers={"host": "localhost", **headers})
    assert over.post("/desk/account/login/", said).status_code == 302
    assert [bool(cookie["secure"]) for cookie in over.cookies.values()] == [secure] * len(over.cookies)
    tls = Client(headers={"host": "localhost"})
    tls.post("/desk/account/login/", said, secure=True)
    assert tls.cookies["hikeshi_session"]["secure"]


@pytest.mark.parametrize(
    "named", ["x", "board:home", '{"a":1}', "https://evil.example/", "//evil.example/", "/\\evil.example", ""]
)
def test_a_form_leads_back_to_our_own_pages_only(cast: Cast, named: str) -> None:
    """戻り先に何が書かれていても、よそへは行かず、記録したあとで壊れもしない。"""
    case = cast.open_case()
    client = signed_in(cast.hanako)
    noted = client.post(f"/i/{case.reference}/note/", {"text": "見た", "next": named})
    assert (noted.status_code, noted["Location"]) == (302, f"/i/{case.reference}/")
    spoken = client.post("/desk/language/", {"language": "en", "next": named})
    assert (spoken.status_code, spoken["Location"]) == (302, "/")
    assert client.post("/desk/language/", {"language": "ja", "next": "/prepare/?x=1"})["Location"] == "/prepare/?x=1"


def test_signing_out_empties_the_browsers_memory_of_pages(cast: Cast) -> None:
    """サインアウトすると、ブラウザーに残った画面も消すように伝える。戻るボタンで記録は見えない。"""
    client = signed_in(cast.hanako)
    assert "Clear-Site-Data" not in client.get("/").headers
    left = client.post("/desk/account/logout/")
    assert left.status_code == 302
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in client.get("/").headers
