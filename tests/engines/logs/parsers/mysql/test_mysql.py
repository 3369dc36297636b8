"""データベースの記録（MySQL・MariaDB）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "mysql"


def test_what_the_sample_says() -> None:
    """接続の失敗と、実行された命令が読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.target) for e in events(HERE / "sample.log")] == [
        ("db.login", "failure", "root", "203.0.113.110", ""),
        ("db.login", "failure", "wp", "203.0.113.111", ""),
        ("db.started", "unknown", "", "", ""),
        ("db.error", "failure", "", "", ""),
        ("db.connection", "unknown", "root", "203.0.113.110", "shop"),
        ("db.login", "failure", "root", "203.0.113.110", ""),
        ("db.query", "unknown", "", "", ""),
        ("db.command", "unknown", "", "", ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00.123456+00:00"
