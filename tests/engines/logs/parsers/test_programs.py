"""製品の分からないログでも、ログインの成否を言う文は、それと分かる。"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hikeshi.engines.logs.parsers import programs
from tests.engines.logs.parsers.records import Read, values
from tests.engines.logs.reading import report


@pytest.mark.parametrize(
    ("said", "ended"),
    [
        ("Login failed: hanako", "failure"),
        ("Invalid username or password", "failure"),
        ("invalid_login", "failure"),
        ("Unsuccessful 1FA authentication attempt by user 'hanako'", "failure"),
        ("authentication failure for hanako", "failure"),
        ("パスワードが違います", "failure"),
        ("user hanako logged in", "success"),
        ("Successful login", "success"),
        ("login_success", "success"),
        ("ログインしました", "success"),
        ("user is not logged in", ""),
        ("saved the login page", ""),
        ("5 users are logged in", ""),
        ("connection failed", ""),
        ("", ""),
    ],
)
def test_sentences(said: str, ended: str) -> None:
    """はっきり言う文だけを、ログインの成功や失敗とする。"""
    assert programs.login({"message": said}) == ended


def test_who_and_from_where_may_stand_in_the_sentence() -> None:
    """項目にない利用者と接続元は、文の中から読む。"""
    record = {
        "time": "2026-11-23T10:00:00+09:00",
        "user": "--",
        "message": "Login failed: taro (Remote IP: 203.0.113.9)",
    }
    found = Read(json.dumps(record).encode())
    assert values(found.events, "action", "outcome", "user", "address") == [
        ("app.login", "failure", "taro", "203.0.113.9")
    ]


def test_guessing_is_found_in_any_programs_log(tmp_path: Path) -> None:
    """知らないプログラムのログからも、総当たりが見つかる。"""
    lines = [
        {"time": f"2026-11-23T10:00:{n:02}+09:00", "ip": "203.0.113.9", "user": f"u{n}", "message": "Login failed"}
        for n in range(30)
    ]
    (tmp_path / "app.json").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    found = [one for one in report(tmp_path).findings if one.kind == "service_login"]
    assert [one.addresses for one in found] == [["203.0.113.9"]]
