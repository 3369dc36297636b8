"""Web の中継の記録（Squid）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "squid"


def test_what_the_sample_says() -> None:
    """どの端末が、どこを見て、どれだけ受け取ったかが読める。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.destination, e.target, e.status, e.sent)
        for e in events(HERE / "sample.log")
    ] == [
        (
            "web.proxy",
            "success",
            "hanako",
            "192.168.1.20",
            "198.51.100.10",
            "http://www.example.com/index.html",
            200,
            5120,
        ),
        ("web.proxy", "success", "", "192.168.1.21", "198.51.100.11", "files.example.net:443", 200, 1048576),
        ("web.proxy", "failure", "", "192.168.1.22", "", "http://malware.example.org/x.exe", 403, 3900),
        ("web.proxy", "success", "hanako", "192.168.1.20", "", "http://www.example.com/", 200, 5120),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00.123000+00:00"
