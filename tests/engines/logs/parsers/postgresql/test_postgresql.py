"""データベースの記録（PostgreSQL）の読み取り。"""

from __future__ import annotations

import json

from tests.engines.logs.parsers.records import Read, values
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


def test_the_json_log_says_who_and_where_beside_the_message() -> None:
    """jsonlog では、利用者と接続元が本文の横の欄から読める。"""
    record = {
        "timestamp": "2026-11-20 09:00:01.000 JST",
        "user": "postgres",
        "dbname": "shop",
        "pid": 100,
        "remote_host": "203.0.113.5",
        "remote_port": 5000,
        "session_id": "a.b",
        "error_severity": "FATAL",
        "message": 'password authentication failed for user "postgres"',
    }
    own = {
        "timestamp": "2026-11-20 09:00:01.000 CET",
        "session_id": "a.c",
        "error_severity": "LOG",
        "message": "started",
    }
    found = Read("".join(f"{json.dumps(one)}\n" for one in (record, own)).encode(), "a.txt")
    assert values(found.events, "format", "time", "action", "outcome", "user", "address", "target") == [
        ("postgresql", 1795132801, "db.login", "failure", "postgres", "203.0.113.5", "shop"),
        ("postgresql", 1795132801, "db.message", "unknown", "", "", ""),
    ]
