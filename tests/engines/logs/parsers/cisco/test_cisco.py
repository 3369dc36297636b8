"""Cisco の記録（ASA・IOS）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "cisco"


def test_what_the_sample_says() -> None:
    """止めた通信、ログイン、打たれた命令が読める。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.destination, e.method, e.sent) for e in events(HERE / "sample.log")
    ] == [
        ("fw.blocked", "failure", "", "203.0.113.180", "192.168.1.10", "tcp", None),
        ("fw.allowed", "success", "", "203.0.113.181", "192.168.2.5", "TCP", None),
        ("fw.closed", "unknown", "", "203.0.113.181", "192.168.2.5", "TCP", 1048576),
        ("vpn.login", "failure", "hanako", "203.0.113.182", "", "", None),
        ("vpn.login", "success", "hanako", "203.0.113.183", "10.1.1.5", "", None),
        ("device.login", "failure", "admin", "203.0.113.184", "192.0.2.5", "ssh", None),
        ("device.command", "unknown", "admin", "", "", "", None),
        ("device.login", "failure", "cisco", "203.0.113.185", "", "", None),
        ("device.config_changed", "success", "admin", "192.168.1.20", "", "", None),
        ("fw.blocked", "failure", "", "203.0.113.186", "192.0.2.5", "tcp", None),
        ("device.message", "unknown", "", "", "", "", None),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"


def test_what_console_log_says() -> None:
    """止めた通信、ログイン、打たれた命令が読める。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.destination, e.method, e.sent) for e in events(HERE / "console.log")
    ] == [
        ("device.command", "unknown", "admin", "", "", "", None),
        ("link.down", "unknown", "", "", "", "", None),
        ("fw.blocked", "failure", "", "203.0.113.187", "192.168.1.10", "udp", None),
    ]
