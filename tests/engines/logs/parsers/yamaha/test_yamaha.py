"""ヤマハのルーターの記録（RTX・NVR）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "yamaha"


def test_what_the_sample_says() -> None:
    """ログイン、止めた通信、VPN の上がり下がりが読める。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.destination, e.method, e.target) for e in events(HERE / "sample.log")
    ] == [
        ("router.started", "unknown", "", "", "", "", ""),
        ("link.up", "unknown", "", "", "", "", "LAN1"),
        ("router.login", "failure", "", "203.0.113.160", "", "SSH", ""),
        ("router.login", "success", "admin", "192.168.100.10", "", "HTTP", ""),
        ("router.admin", "success", "administrator", "192.168.100.10", "", "TELNET", ""),
        ("fw.blocked", "failure", "", "203.0.113.161", "192.168.100.1", "TCP", "PP[01]"),
        ("fw.blocked", "failure", "", "2001:db8::161", "2001:db8::1", "UDP", "TUNNEL[1]"),
        ("fw.allowed", "success", "", "192.168.100.20", "198.51.100.10", "TCP", "PP[01]"),
        ("vpn.up", "success", "", "", "", "", "1"),
        ("vpn.phase", "unknown", "", "198.51.100.20", "", "", ""),
        ("vpn.login", "success", "", "203.0.113.162", "", "", "TUNNEL[2]"),
        ("router.logout", "unknown", "admin", "192.168.100.10", "", "HTTP", ""),
        ("router.message", "unknown", "", "", "", "", ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"


def test_what_syslog_log_says() -> None:
    """ログイン、止めた通信、VPN の上がり下がりが読める。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.destination, e.method, e.target) for e in events(HERE / "syslog.log")
    ] == [
        ("router.login", "failure", "", "203.0.113.163", "", "TELNET", ""),
        ("link.down", "unknown", "", "", "", "", "LAN2"),
        ("fw.blocked", "failure", "", "192.168.100.30", "203.0.113.164", "TCP", "PP[01]"),
        ("vpn.error", "failure", "", "203.0.113.165", "", "", ""),
    ]
