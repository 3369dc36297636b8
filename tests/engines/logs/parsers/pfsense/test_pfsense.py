"""pfSense・OPNsense の記録の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "pfsense"


def test_what_the_sample_says() -> None:
    """止めた通信と、管理画面へのログインが読める。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.destination, e.method, e.sent) for e in events(HERE / "sample.log")
    ] == [
        ("fw.blocked", "failure", "", "203.0.113.190", "192.0.2.5", "tcp", 44),
        ("fw.allowed", "success", "", "192.168.1.60", "198.51.100.123", "udp", 76),
        ("fw.blocked", "failure", "", "2001:db8::190", "2001:db8::5", "TCP", 44),
        ("device.login", "failure", "admin", "203.0.113.191", "", "", None),
        ("device.login", "success", "admin", "192.168.1.20", "", "", None),
        ("fw.blocked", "failure", "", "203.0.113.192", "192.0.2.5", "icmp", 84),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
