"""データベースの記録（PostgreSQL）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "postgresql"


def test_what_the_sample_says() -> None:
    """だれがどこから来たかは、行の頭と本文のどちらからも読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.target) for e in events(HERE / "sample.log")] == [
        ("db.connection", "unknown", "", "203.0.113.112", ""),
        ("db.login", "failure", "postgres", "", "shop"),
        ("db.login", "failure", "admin", "203.0.113.113", "shop"),
        ("db.login", "failure", "root", "203.0.113.114", "root"),
        ("db.login", "success", "shop", "", "shop"),
        ("db.query", "unknown", "shop", "", "shop"),
        ("db.message", "unknown", "shop", "", "shop"),
        ("db.login", "failure", "shop", "203.0.113.115", "shop"),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00.123000+00:00"
