"""Windows の W3C 形式のログ（IIS・FTP・通信制限）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import Read, values
from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "w3c"


def test_what_the_sample_says() -> None:
    """見出しが決めたとおりに、要求・FTP・通信制限が読める。見出しの行も数える。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.method, e.target, e.status, e.sent)
        for e in events(HERE / "sample.log")
    ] == [
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("web.request", "success", "", "192.0.2.60", "GET", "/index.html", 200, None),
        ("web.request", "failure", "", "203.0.113.60", "GET", "/item.aspx?id=1'+or+'1'='1", 500, None),
        ("web.request", "failure", "hanako", "203.0.113.61", "POST", "/owa/auth.owa", 401, None),
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("web.request", "failure", "", "2001:db8::60", "GET", "/a", 404, 1245),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"


def test_what_ftp_log_says() -> None:
    """見出しが決めたとおりに、要求・FTP・通信制限が読める。見出しの行も数える。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.method, e.target, e.status, e.sent) for e in events(HERE / "ftp.log")
    ] == [
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("ftp.command", "unknown", "", "203.0.113.62", "USER", "taro", 331, None),
        ("ftp.login", "failure", "", "203.0.113.62", "PASS", "***", 530, None),
        ("ftp.login", "success", "taro", "203.0.113.62", "PASS", "***", 230, None),
        ("ftp.upload", "success", "taro", "203.0.113.62", "STOR", "shell.aspx", 226, None),
    ]


def test_what_pfirewall_log_says() -> None:
    """見出しが決めたとおりに、要求・FTP・通信制限が読める。見出しの行も数える。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.method, e.target, e.status, e.sent)
        for e in events(HERE / "pfirewall.log")
    ] == [
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("log.header", "unknown", "", "", "", "", 0, None),
        ("fw.blocked", "failure", "", "203.0.113.63", "TCP", "", 0, 52),
        ("fw.allowed", "success", "", "192.0.2.5", "UDP", "", 0, 0),
    ]


def test_lines_without_a_date_are_of_the_day_of_the_header() -> None:
    """日付のない IIS のログは、見出しの日のもの。日をまたげば翌日になり、数秒の前後では変わらない。"""
    head = "#Software: Microsoft Internet Information Services 6.0\n#Date: 2026-11-20 00:00:00\n"
    head += "#Fields: time c-ip cs-method cs-uri-stem sc-status\n"
    clocks = ["00:00:01", "23:59:59", "23:59:58", "00:00:02"]
    rows = "".join(f"{clock} 203.0.113.5 GET /a 200\n" for clock in clocks)
    found = Read((head + rows).encode(), "a.txt")
    times = [event.when().isoformat()[5:19] for event in found.events if event.action == "web.request"]
    assert times == ["11-20T00:00:01", "11-20T23:59:59", "11-20T23:59:58", "11-21T00:00:02"]
    assert set(values(found.events[3:], "address", "status")) == {("203.0.113.5", 200)}


def test_no_day_follows_the_last_one() -> None:
    """見出しの日付が暦の終わりでも、読み取りは止まらない。"""
    head = "#Software: Microsoft Internet Information Services 6.0\n#Date: 9999-12-31 00:00:00\n"
    head += "#Fields: time c-ip cs-method cs-uri-stem sc-status\n"
    rows = "23:00:00 203.0.113.5 GET /a 200\n01:00:00 203.0.113.5 GET /b 200\n"
    assert Read((head + rows).encode(), "a.txt").report.lines == 5
