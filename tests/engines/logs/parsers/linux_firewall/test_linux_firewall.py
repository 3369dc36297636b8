"""Linux の通信制限の記録（iptables・nftables・ufw）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "linux_firewall"


def test_what_the_sample_says() -> None:
    """止めた通信と通した通信を、行が言うとおりに読む。"""
    assert [(e.action, e.outcome, e.address, e.destination, e.method, e.sent) for e in events(HERE / "sample.log")] == [
        ("fw.blocked", "failure", "203.0.113.80", "192.0.2.5", "TCP", 44),
        ("fw.allowed", "success", "192.0.2.77", "192.0.2.5", "TCP", 60),
        ("fw.blocked", "failure", "2001:db8::66", "2001:db8::5", "UDP", 72),
        ("fw.packet", "unknown", "203.0.113.81", "192.0.2.5", "ICMP", 84),
        ("vpn.refused", "failure", "203.0.113.82", "", "", None),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
