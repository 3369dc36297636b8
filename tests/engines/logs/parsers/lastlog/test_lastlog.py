"""最後のログイン（lastlog）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "lastlog"


def test_what_the_sample_says() -> None:
    """利用者の番号ごとに、最後のログインが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.method) for e in events(HERE / "sample.lastlog")] == [
        ("auth.login", "success", "1", "192.0.2.50", "pts/0"),
        ("auth.login", "success", "5", "", "tty1"),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.lastlog")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
