"""FTP サーバーの記録（ProFTPD）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "proftpd"


def test_what_the_sample_says() -> None:
    """ログインとその失敗が読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.host) for e in events(HERE / "sample.log")] == [
        ("ftp.connection", "unknown", "", "203.0.113.102", "ftp"),
        ("ftp.login", "failure", "example", "203.0.113.102", "ftp"),
        ("ftp.login", "failure", "nobody", "203.0.113.102", "ftp"),
        ("ftp.login", "success", "example", "192.0.2.80", "ftp"),
        ("ftp.message", "unknown", "", "", "ftp"),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00.100000+00:00"
