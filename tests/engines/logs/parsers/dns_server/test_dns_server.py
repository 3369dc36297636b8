"""名前解決の記録（dnsmasq・unbound・BIND）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "dns_server"


def test_what_the_sample_says() -> None:
    """どの端末が、どの名前を調べたかが読める。"""
    assert [(e.action, e.outcome, e.address, e.target, e.method) for e in events(HERE / "sample.log")] == [
        ("dns.query", "unknown", "192.168.1.30", "www.example.com", "A"),
        ("dns.refused", "failure", "203.0.113.120", "example.jp", "AXFR"),
        ("dns.refused", "failure", "203.0.113.121", "example.jp", "ANY"),
        ("dns.message", "unknown", "", "", ""),
        ("dns.query", "unknown", "192.168.1.31", "c2.example.net.", "TXT"),
        ("dns.answer", "unknown", "192.168.1.31", "c2.example.net.", "TXT"),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00.100000+00:00"


def test_what_dnsmasq_log_says() -> None:
    """どの端末が、どの名前を調べたかが読める。"""
    assert [(e.action, e.outcome, e.address, e.target, e.method) for e in events(HERE / "dnsmasq.log")] == [
        ("dns.query", "unknown", "192.168.1.32", "www.example.com", "A"),
        ("dns.forwarded", "unknown", "", "www.example.com", ""),
        ("dns.answer", "success", "", "www.example.com", ""),
        ("dhcp.lease", "success", "192.168.1.50", "", ""),
    ]
