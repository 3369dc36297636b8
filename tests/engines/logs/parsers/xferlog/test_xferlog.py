"""FTP の転送の記録（xferlog）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "xferlog"


def test_what_the_sample_says() -> None:
    """だれが、どのファイルを、どれだけ送り、取り出したかが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.path, e.sent) for e in events(HERE / "sample.log")] == [
        ("ftp.upload", "success", "example", "203.0.113.100", "/home/example/www/wp-content/x.php", 2048),
        ("ftp.download", "success", "example", "203.0.113.100", "/home/example/backup/customers 2026.csv", 1048576),
        ("ftp.download", "failure", "example", "pc.example.jp", "/home/example/www/index.html", 100),
        ("ftp.deleted", "success", "example", "203.0.113.100", "/home/example/www/.htaccess", 0),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
