"""IIS 独自の形式のログの読み取り。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import Read, values
from tests.engines.logs.reading import sample


def test_what_the_sample_says() -> None:
    """だれが何を求め、何と答えたか。問い合わせの文字列の中のコンマで、欄はずれない。"""
    assert values(sample("iis"), "outcome", "address", "user", "target", "status", "host") == [
        ("success", "192.0.2.50", "CORP\\hanako", "/default.htm", 200, "WEB1"),
        ("failure", "203.0.113.9", "", "/item.asp?id=1'+OR+'1'='1,2,3", 404, "WEB1"),
        ("failure", "2001:db8::9", "", "/login.aspx", 401, "WEB1"),
        ("failure", "203.0.113.9", "", "/a,b.asp", 404, "WEB1"),
    ]


def test_the_time_is_of_the_server_in_each_way_of_writing_it() -> None:
    """月が先でも年が先でも、同じ日になる。"""
    assert [event.when().isoformat() for event in sample("iis")] == [
        "2026-11-23T01:00:00+00:00",
        "2026-11-23T01:00:01+00:00",
        "2026-11-23T00:00:02+00:00",
        "2026-11-23T01:00:03+00:00",
    ]


def test_iis_in_ncsa_is_an_access_log() -> None:
    """IIS が NCSA 形式で書いた記録は、アクセスログとして読み、ドメイン付きの名前もそのまま残る。"""
    line = r'192.0.2.50 - CORP\hanako [23/Nov/2026:10:00:00 +0900] "GET /a.aspx?x HTTP/1.0" 200 3401'
    found = Read(line.encode())
    assert found.report.format == "web_access"
    assert values(found.events, "address", "user", "target") == [("192.0.2.50", r"CORP\hanako", "/a.aspx?x")]


def test_a_line_of_iis_in_another_logs_message_is_that_logs() -> None:
    """ほかのログの本文に IIS の行を書かれても、IIS の記録としては読まない。"""
    line = "203.0.113.9, -, 11/23/2026, 10:00:01, W3SVC1, W, 192.0.2.1, 1, 3, 0, 404, 2, GET, /x, -,"
    found = Read("\n".join(f"Nov 23 10:00:00 web app[1]: {line}" for _ in range(9)).encode())
    assert (found.report.format, {e.action for e in found.events}) == ("syslog", {"syslog.message"})
