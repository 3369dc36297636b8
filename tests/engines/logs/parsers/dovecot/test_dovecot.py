"""メール受信サーバーの記録（Dovecot）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "dovecot"


def test_what_the_sample_says() -> None:
    """だれがどこから読みに来て、うまくいったかが読める。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.destination, e.count, e.sent) for e in events(HERE / "sample.log")
    ] == [
        ("mail.login", "success", "hanako@example.jp", "192.0.2.70", "192.0.2.5", 1, None),
        ("mail.login", "failure", "hanako@example.jp", "203.0.113.73", "192.0.2.5", 3, None),
        ("mail.login", "failure", "info@example.jp", "203.0.113.74", "192.0.2.5", 1, None),
        ("mail.login", "failure", "root", "203.0.113.75", "", 1, None),
        ("mail.disconnected", "unknown", "hanako@example.jp", "", "", 1, 1048576),
        ("mail.disconnected", "unknown", "", "203.0.113.76", "192.0.2.5", 1, None),
        ("mail.message", "unknown", "", "", "", 1, None),
        ("mail.login", "failure", "taro@example.jp", "203.0.113.77", "", 1, None),
        ("mail.login", "success", "taro@example.jp", "192.0.2.71", "192.0.2.5", 1, None),
        ("mail.login", "failure", "z", "203.0.113.78", "192.0.2.5", 2, None),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
