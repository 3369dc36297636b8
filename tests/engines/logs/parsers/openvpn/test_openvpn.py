"""VPN の記録（OpenVPN）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "openvpn"


def test_what_the_sample_says() -> None:
    """だれがどこから VPN に入り、失敗したかが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.destination) for e in events(HERE / "sample.log")] == [
        ("vpn.message", "unknown", "", "", ""),
        ("vpn.connection", "unknown", "", "203.0.113.140", ""),
        ("vpn.login", "failure", "", "203.0.113.140", ""),
        ("vpn.login", "success", "hanako", "192.0.2.90", ""),
        ("vpn.connected", "success", "hanako", "192.0.2.90", ""),
        ("vpn.connected", "success", "hanako", "192.0.2.90", "10.8.0.6"),
        ("vpn.probe", "failure", "", "203.0.113.141", ""),
        ("vpn.login", "failure", "", "203.0.113.142", ""),
        ("vpn.disconnected", "unknown", "hanako", "192.0.2.90", ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
