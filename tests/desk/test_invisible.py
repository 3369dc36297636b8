"""見えない文字（向きを変える、隠す、消す）は、どの画面のどこにあっても、見える印になる。"""

import io
import re
import sys
import unicodedata
from typing import Any

import pytest
from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.desk.invisible import marked, plain_name
from tests.cast import PASSWORD, Cast, assemble

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HOSTILE = "検査\u202egpj.exe\u2066\u200b\u061c\u200f\x1b[2J\ufeff\U000e0041"
RAW = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u061c\x1b\ufeff\U000e0041]")


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def signed_in(person: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend=BACKEND)
    return client


def test_every_unseen_letter_of_unicode_is_marked() -> None:
    """Unicode の制御・書式・行区切りの文字は、タブと改行と絵文字をつなぐ文字のほか、すべて印になる。"""
    unseen = [c for c in map(chr, range(sys.maxunicode)) if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]
    left = [c for c in unseen if marked(f"a{c}b") == f"a{c}b"]
    assert left == ["\t", "\n", "\r"]


@pytest.mark.parametrize(
    "text", ["花子 𠮷田 ｶﾞ é è 한국어 👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 葛\U000e0100", "a\tb\r\nc", "العربية"]
)
def test_what_people_write_stays(text: str) -> None:
    """ふつうの文字、絵文字、異体字、右から書く言葉はそのまま。"""
    assert marked(text) == text


def test_a_name_for_a_download_cannot_hide_its_ending() -> None:
    """ダウンロードの名前では、本当の拡張子が最後に見える。改行もない。"""
    assert plain_name("請求書\u202efdp.exe") == "請求書_fdp.exe"
    assert plain_name("a\r\nb: c") == "a__b: c"
    assert plain_name("\u202e") == "_"


def test_hostile_text_in_every_field_is_visible_on_every_page(cast: Cast) -> None:
    """題、メモ、事実、出どころ、名前、ファイル名、事業の名前のどこに仕込んでも、どの画面にもそのままは出ない。"""
    cast.workspace.name = HOSTILE
    cast.workspace.save()
    cast.hanako.display_name = HOSTILE
    cast.hanako.save()
    case = cast.open_case(HOSTILE)
    casebook.add_note(case, HOSTILE, cast.actor)
    casebook.state_fact(case, "cause", HOSTILE, "suspected", cast.actor, text=HOSTILE, source=HOSTILE)
    casebook.state_fact(case, "data_items", ["name", HOSTILE], "suspected", cast.actor)
    casebook.keep_file(case, io.BytesIO(b"x"), HOSTILE, cast.actor)
    client = signed_in(cast.hanako)
    url = f"/i/{case.reference}/"
    rooms = ("", "record/", "facts/", "recover/", "notify/", "improve/", "archive/", "investigate/", "end/")
    pages = ["/", "/incidents/", "/desk/people/", "/prepare/", "/desk/workspaces/", *(url + room for room in rooms)]
    marks = 0
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert not RAW.search(answer.text), page
        marks += answer.text.count("⟦U+202E⟧")
    assert marks > len(pages)
    # In what is said back of a form, inside attributes, too, and on pages of errors.
    for path, sent in (
        (f"{url}note/", {"text": HOSTILE, "occurred_at": HOSTILE}),
        ("/desk/people/", {"username": HOSTILE}),
    ):
        answer = client.post(path, sent)
        assert answer.status_code == 422
        assert "⟦U+202E⟧" in answer.text
        assert not RAW.search(answer.text)
    answer = client.post(f"{url}investigate/folders/", {"folder": f"/tmp/{HOSTILE}"})  # noqa: S108
    assert not RAW.search(answer.text)


@pytest.mark.django_db(transaction=True)  # closing a response closes the database connection
def test_a_strange_file_name_is_downloaded_all_the_same() -> None:
    """改行や向きを変える文字のある名前のファイルも、見える名前で受け取れる。"""
    cast = assemble()
    case = cast.open_case()
    kept = casebook.keep_file(case, io.BytesIO(b"x"), "a\nb\u202efdp.exe", cast.actor)
    response = signed_in(cast.hanako).get(f"/i/{case.reference}/evidence/{kept.data['sha256']}/")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="a_b_fdp.exe"'
    response.close()


def test_pages_before_the_sign_in_are_covered(cast: Cast) -> None:
    """サインインの画面に打ち込まれた文字も、そのままは返さない。"""
    client = Client(headers={"host": "localhost"})
    answer = client.post("/desk/account/login/", {"login": HOSTILE, "password": PASSWORD})
    assert not RAW.search(answer.text)
