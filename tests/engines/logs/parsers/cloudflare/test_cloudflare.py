"""Cloudflare の要求・ファイアウォール・監査のログを読む。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import read_sample, values


def test_each_log_is_told_apart() -> None:
    """求められたこと、止められたこと、設定を変えたことが、それと分かる。"""
    found = read_sample("cloudflare", "sample.log")
    assert found.report.errors == 0
    assert values(found.events, "action", "outcome", "user", "address", "host", "status") == [
        ("web.request", "failure", "", "203.0.113.9", "www.example.jp", 403),
        ("web.request", "success", "", "2001:db8::10", "www.example.jp", 200),
        ("waf.alert", "unknown", "", "203.0.113.9", "www.example.jp", 403),
        ("waf.alert", "unknown", "", "203.0.113.9", "www.example.jp", 0),
        ("cloudflare.login", "success", "hanako@example.co.jp", "203.0.113.9", "Cloudflare", 0),
        ("cloudflare.key_created", "success", "hanako@example.co.jp", "203.0.113.9", "Cloudflare", 0),
    ]
    assert found.events[0].when().isoformat() == "2026-11-23T01:00:00.123000+00:00"
    assert [e.message for e in found.events[2:4]] == ["Access denied (block)", "Warning (log)"]
    assert found.rows[0]["cs-uri-query"] == "/index.php?x=../../etc/passwd"
    assert found.rows[0]["RayID"] == "8f"
