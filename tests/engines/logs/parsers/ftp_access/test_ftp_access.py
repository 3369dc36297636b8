"""アクセスログに似た形の FTP の記録の読み取り。"""

from __future__ import annotations

from pathlib import Path

from tests.engines.logs.reading import PARSERS, events, report, web

HERE = PARSERS / "ftp_access"


def test_what_the_sample_says() -> None:
    """誰がどこから入り、何を送り込み、持ち出し、消したかと、できたかどうかが読める。"""
    found = events(HERE / "sample.log")
    assert [(e.action, e.outcome, e.user, e.address) for e in found[:3]] == [
        ("ftp.message", "unknown", "", "203.0.113.9"),
        ("ftp.login", "failure", "", "203.0.113.9"),
        ("ftp.login", "success", "example", "203.0.113.9"),
    ]
    assert [(e.action, e.outcome, e.path, e.sent) for e in found[3:]] == [
        ("ftp.download", "success", "/home/example/public_html/顧客 名簿.csv", 1048576),
        ("ftp.upload", "success", "shell.php", 4500),
        ("ftp.deleted", "failure", "index.html", None),
        ("ftp.permissions", "success", "777 shell.php", None),
        ("ftp.message", "unknown", "", None),
        ("ftp.upload", "success", "/home/example/index.html", 1200),
        ("ftp.download", "success", "/home/example/index.html", 1200),
    ]
    assert (found[3].when().isoformat(), found[3].zone) == ("2026-11-23T01:00:03+00:00", "+0900")


def test_requests_of_the_web_stay_requests(tmp_path: Path) -> None:
    """ホームページへの要求は、名前つきの人のものでも、FTP とは読まない。"""
    line = '203.0.113.9 - hanako [23/Nov/2026:10:00:08 +0900] "PUT /dav/a HTTP/1.1" 201 1'
    bare = '203.0.113.9 - - [23/Nov/2026:10:00:08 +0900] "GET /" 200 1'
    (tmp_path / "a.log").write_text("\n".join([line, bare, web("GET /", 200)] * 5) + "\n")
    (one,) = report(tmp_path).files
    assert (one.format, one.formats, one.errors) == ("web_access", {"web_access": 15}, 0)


def test_guessing_and_fetching_are_found(tmp_path: Path) -> None:
    """失敗の後に入られ、たくさん持ち出されたことが、話になる。"""
    tried = '203.0.113.9 UNKNOWN - [23/Nov/2026:10:00:{:02} +0900] "PASS (hidden)" 530 -'
    lines = [tried.format(i) for i in range(20)]
    lines.append('203.0.113.9 UNKNOWN example [23/Nov/2026:10:01:00 +0900] "PASS (hidden)" 230 -')
    taken = '203.0.113.9 UNKNOWN example [23/Nov/2026:10:02:{:02} +0900] "RETR /home/example/{}.csv" 226 1000'
    lines += [taken.format(i, i) for i in range(30)]
    (tmp_path / "ftp.log").write_text("\n".join(lines) + "\n")
    done = report(tmp_path)
    assert [(one.kind, one.success, one.accounts) for one in done.findings] == [("ftp_login", "yes", ["example"])]
