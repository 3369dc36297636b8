"""名前=値 の行を、項目名から読む。"""

from __future__ import annotations

import pytest

from hikeshi.engines.logs.parsers.logfmt import parser
from tests.engines.logs.parsers.records import read_sample, values


def test_fields_are_read_by_their_names() -> None:
    """日時・利用者・接続元・文を、よくある名前から読む。要求と応答のある行は、アクセスログになる。"""
    found = read_sample("logfmt", "sample.log")
    assert found.report.errors == 0
    assert values(found.events, "format", "action", "outcome", "user", "address") == [
        ("web_json", "web.request", "failure", "", "203.0.113.9"),
        ("logfmt", "app.login", "failure", "admin", "203.0.113.9"),
        ("logfmt", "logfmt.message", "unknown", "花子", ""),
        ("logfmt", "app.login", "success", "hanako", "2001:db8::10"),
    ]
    assert found.events[1].detail == '[password-auth.failed] "too bad"'
    assert [event.when().isoformat()[11:19] for event in found.events] == [
        "01:00:00",
        "01:00:01",
        "01:00:02",
        "01:00:03",
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"a=1 b=2 c=3",
        b"time=2026-11-23T10:00:00Z level=info and then words",
        b"type=SYSCALL msg=audit(1795395600.000:1): arch=c000003e",
        b'time="2026-11-23T10:00:00Z level=info msg=x',
    ],
)
def test_what_only_looks_like_it_is_left_alone(line: bytes) -> None:
    """日時がない、文の混じる、引用符の閉じない行は、この形式とはしない。"""
    assert not parser.understands(line)
