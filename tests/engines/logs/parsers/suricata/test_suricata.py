"""Suricata の EVE：警報とそのほかの記録を読む。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import read_sample, values
from tests.engines.logs.reading import PARSERS, report, sample


def test_alerts_are_read() -> None:
    """警報は、だれからだれへの何で、止めたかどうかまで読む。"""
    grave, blocked, asked = sample("suricata")
    assert (grave.action, grave.address, grave.destination) == ("ids.alert", "203.0.113.9", "192.0.2.10")
    assert (grave.method, grave.detail, grave.outcome) == ("1", "TEST path traversal", "unknown")
    assert (blocked.outcome, blocked.method) == ("failure", "2")
    assert (asked.action, asked.target) == ("net.dns", "www.example.jp")


def test_a_grave_alert_is_a_finding() -> None:
    """最も重い警報は一度でも、軽いものは重なったときに知らせる。"""
    (found,) = [one for one in report(PARSERS / "suricata" / "sample.log").findings if one.kind == "ids_alert"]
    assert (found.variant, found.level, found.addresses) == ("passed", "medium", ["203.0.113.9"])


def test_what_it_saw_of_traffic_is_read() -> None:
    """通信の量、求められた名前とページ、ファイルも読み、ルールが使う名前の列を持つ。"""
    found = read_sample("suricata", "sample.json")
    assert found.report.errors == 0
    assert values(found.events[2:], "action", "address", "target", "path", "sent") == [
        ("net.http", "203.0.113.9", "/a?b=1", "", 512),
        ("net.dns", "192.0.2.20", "c2.example.net", "", None),
        ("net.flow", "203.0.113.9", "", "", 5000),
        ("net.fileinfo", "2001:db8::10", "", "/顧客.zip", 1000),
        ("net.stats", "", "", "", None),
    ]
    http, dns = found.rows[2:4]
    assert (http["c-uri"], http["cs-host"], dns["query"], dns["record_type"]) == (
        "/a?b=1",
        "www.example.jp",
        "c2.example.net",
        "TXT",
    )
    sources = {source.category for table in found.tables for source in table.sources}
    assert {"dns", "proxy", "firewall", "ids"} <= sources
