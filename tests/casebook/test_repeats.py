"""同じ送信の繰り返しは一度だけ、書き直した送信は別の一件として残る。"""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.recover import services as recover
from tests.cast import Cast, assemble

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NUMBER = "d" * 32


@pytest.fixture
def cast() -> Cast:
    return assemble()


def notes(case: Any) -> list[str]:
    return [casebook.text(case, entry.data["text"]) for entry in casebook.entries(case, ["note.added"])]


def test_words_changed_after_going_back_are_recorded(cast: Cast) -> None:
    """「戻る」で書き直して送ったメモは、フォームの番号が同じでも失われない。何度届いても、それぞれ一度。"""
    case = cast.open_case()
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.hanako, backend="allauth.account.auth_backends.AuthenticationBackend")
    for said in ("LANを抜いた", "LANを抜いた", "LANを抜いたのは 9 時", "LANを抜いたのは 9 時", "LANを抜いた"):
        client.post(f"/i/{case.reference}/note/", {"text": said, "request_id": NUMBER})
    assert notes(case) == ["LANを抜いた", "LANを抜いたのは 9 時"]


def test_an_answer_that_was_changed_is_recorded(cast: Cast) -> None:
    """同じ番号で届いた別の答えも残る。描き直しただけの番号（項目の番号など）の違いは、繰り返しとみなす。"""
    case = cast.open_case()
    for value in (True, True, False):
        casebook.state_fact(case, "ransom", value, "confirmed", cast.actor, request_id=NUMBER)
    assert casebook.facts(case)["ransom"].value is False
    assert len(list(casebook.entries(case, ["fact.stated"]))) == 2
    for _ in range(2):
        recover.add(case, "harden", "鍵を替える", cast.actor, request_id="e" * 32)
    assert len(recover.items(case)) == 1


def test_work_of_our_own_counts_once_whatever_came_of_it(cast: Cast) -> None:
    """こちらの仕事の結果（番号はフォームのものではない）は、何が出ても一度だけ。"""
    case = cast.open_case()
    for said in ("一度目", "二度目"):
        casebook.add_note(case, said, cast.actor, request_id="0123456789abcdef-done")
    assert notes(case) == ["一度目"]


def test_a_file_sent_twice_is_recorded_once(cast: Cast) -> None:
    """写真やファイルの付いた送信が二度届いても、ファイルの記録もメモも一度だけ。別のファイルなら、それも残る。"""
    case = cast.open_case()
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.hanako, backend="allauth.account.auth_backends.AuthenticationBackend")
    for content in (b"x", b"x", b"y"):
        said = {"text": "見た", "request_id": NUMBER, "file": SimpleUploadedFile("a.log", content)}
        client.post(f"/i/{case.reference}/note/", said)
    assert [entry.data["size"] for entry in casebook.entries(case, ["evidence.kept"])] == [1, 1]
    assert len({entry.data["sha256"] for entry in casebook.entries(case, ["evidence.kept"])}) == 2
    assert notes(case) == ["見た", "見た"]


def test_closing_twice_is_recorded_once(cast: Cast) -> None:
    """「閉じる」「もう一度開く」を二度押しても一度だけ。別の言葉や別の人のことばは残る。開いているものは開かない。"""
    case = cast.open_case()
    taro = casebook.Actor(str(cast.taro.pk), "太郎")
    casebook.reopen_case(case, cast.actor)
    for said, who in (("済んだ", cast.actor), ("済んだ", cast.actor), ("全部済んだ", cast.actor), ("全部済んだ", taro)):
        casebook.close_case(case, who, reason=said)
    for _ in range(2):
        casebook.reopen_case(case, cast.actor)
    casebook.close_case(case, taro)
    kinds = [entry.kind.removeprefix("case.") for entry in casebook.entries(case)]
    assert kinds == ["opened", "closed", "closed", "closed", "reopened", "closed"]
