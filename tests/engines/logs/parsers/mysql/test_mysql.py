"""データベースの記録（MySQL・MariaDB）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import Read, values
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


SLOW = """\
# Time: 261120  9:00:05
# User@Host: hanako[hanako] @ pc.example.jp [203.0.113.5]  Id:     5
# Query_time: 2.000000  Lock_time: 0.000000 Rows_sent: 100000  Rows_examined: 100000
use shop;
SET timestamp=1795132801;
SELECT * FROM customers
WHERE 1=1;
# User@Host: root[root] @ localhost []
# Query_time: 1.5  Lock_time: 0.0 Rows_sent: 1  Rows_examined: 5
SELECT SLEEP(5);
"""


def test_the_slow_log_says_who_took_how_much() -> None:
    """時間のかかった問い合わせ（slow log）は、だれがどこから何件取り出したかが読める。"""
    found = Read(SLOW.encode(), "a.txt")
    asked = [event for event in found.events if event.action == "db.query"]
    assert (found.report.events, found.report.errors) == (10, 0)
    assert values(asked, "time", "user", "address", "target") == [
        (1795132801, "hanako", "203.0.113.5", "shop"),
        (1795132801, "hanako", "203.0.113.5", "shop"),
        (1795132801, "root", "localhost", ""),
    ]
    assert [row.get("rows_sent") for row in found.rows if "db.statement" in row] == ["100000", "100000", "1"]


def test_one_head_in_another_log_takes_nothing_of_it() -> None:
    """ほかのログに書き込まれた slow log の見出し1つでは、そのログの行は MySQL のものにならない。"""
    access = '203.0.113.5 - - [20/Nov/2026:09:00:00 +0900] "GET /{} HTTP/1.1" 200 5 "-" "x"\n'
    forged = "# Time: 2026-11-20T00:00:00Z\n# User@Host: a[a] @ b [192.0.2.1]\nPHP Warning\n"
    lines = access.format(1) * 6 + forged + access.format(2) * 3
    found = Read(lines.encode(), "a.log")
    assert found.report.format == "web_access"
    assert found.report.formats["web_access"] == 9
    program = "Nov 20 09:00:01 web01 app[1]: hello\n"
    refused = "2026/11/20 09:00:02 [error] 1#1: *1 access forbidden by rule, client: 203.0.113.5, server: x\n"
    found = Read((program * 9 + forged + (program + refused) * 9).encode(), "b.log")
    assert (found.report.format, found.report.formats["nginx_error"]) == ("syslog", 9)
