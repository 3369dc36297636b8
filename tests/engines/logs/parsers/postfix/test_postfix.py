"""メールサーバーの記録（Postfix）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "postfix"


def test_what_the_sample_says() -> None:
    """送信の本人確認、断った中継、届けた先が読める。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.target, e.status, e.sent) for e in events(HERE / "sample.log")
    ] == [
        ("mail.connection", "unknown", "", "203.0.113.70", "", 0, None),
        ("mail.login", "failure", "", "203.0.113.70", "", 0, None),
        ("mail.login", "failure", "hanako@example.jp", "203.0.113.70", "", 0, None),
        ("mail.login", "success", "hanako@example.jp", "192.0.2.70", "", 0, None),
        ("mail.refused", "failure", "", "203.0.113.71", "a@example.com", 454, None),
        ("mail.queued", "unknown", "", "", "", 0, 20480),
        ("mail.sent", "success", "", "", "taro@example.com", 0, None),
        ("mail.sent", "failure", "", "", "x@example.com", 0, None),
        ("mail.connection", "unknown", "", "203.0.113.70", "", 0, None),
        ("mail.probe", "failure", "", "203.0.113.72", "", 0, None),
        ("mail.message", "unknown", "", "", "", 0, None),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
