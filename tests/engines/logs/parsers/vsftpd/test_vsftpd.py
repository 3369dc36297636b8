"""FTP サーバーの記録（vsftpd）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "vsftpd"


def test_what_the_sample_says() -> None:
    """ログインと、送った・取った・消したが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.path, e.sent) for e in events(HERE / "sample.log")] == [
        ("ftp.connection", "unknown", "", "203.0.113.101", "", None),
        ("ftp.login", "failure", "example", "203.0.113.101", "", None),
        ("ftp.login", "success", "example", "203.0.113.101", "", None),
        ("ftp.upload", "success", "example", "203.0.113.101", "/www/x.php", 2048),
        ("ftp.download", "success", "example", "203.0.113.101", "/backup/a b.sql", 1048576),
        ("ftp.deleted", "failure", "example", "203.0.113.101", "/www/index.php", None),
        ("ftp.command", "unknown", "example", "203.0.113.101", "", None),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
