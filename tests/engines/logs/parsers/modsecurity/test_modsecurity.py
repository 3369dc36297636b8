"""WAF の詳しい記録（ModSecurity 監査ログ）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "modsecurity"


def test_what_the_sample_says() -> None:
    """一つのやりとりが、一つの出来事になる。終わりのないものは数える。"""
    assert [
        (e.action, e.outcome, e.address, e.method, e.target, e.status, e.agent) for e in events(HERE / "sample.audit")
    ] == [
        ("waf.blocked", "failure", "203.0.113.150", "GET", "/?a=../../etc/passwd", 403, "curl/8.5.0"),
        ("waf.alert", "unknown", "203.0.113.151", "POST", "/wp-login.php", 0, ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.audit")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
