"""Suricata の EVE：警報とそのほかの記録を読む。"""

from __future__ import annotations

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
