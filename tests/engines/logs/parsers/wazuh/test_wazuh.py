"""Wazuh の警報の中の行を、それを知っている形式で読み、Wazuh の判定を添える。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import read_sample, values


def test_lines_are_read_by_the_format_that_knows_them() -> None:
    """sshd・アクセスログ・Windows はその形式の出来事になり、ほかは Wazuh のルールの種類で言う。"""
    found = read_sample("wazuh", "sample.json")
    assert found.report.errors == 0
    assert values(found.events, "format", "action", "outcome", "user", "address") == [
        ("openssh", "ssh.login", "failure", "root", "203.0.113.9"),
        ("web_access", "web.request", "failure", "", "203.0.113.9"),
        ("windows", "win.logon_failed", "failure", "hanako", "203.0.113.9"),
        ("wazuh", "wazuh.file_changed", "unknown", "root", ""),
        ("wazuh", "wazuh.login", "success", "hanako", "2001:db8::10"),
        ("wazuh", "wazuh.alert", "unknown", "", ""),
    ]
    assert [event.host for event in found.events] == ["web", "", "PC1", "web", "web", "web"]


def test_times_are_wazuhs_and_its_verdict_stays() -> None:
    """日時は Wazuh のもの（年と時間帯がある）。Wazuh の判定は列に残る。"""
    found = read_sample("wazuh", "sample.json")
    assert found.events[0].when().isoformat() == "2026-11-23T01:00:00.123000+00:00"
    assert [row["rule.level"] for row in found.rows] == [5] * 6
    windows = found.rows[2]
    assert (windows["EventID"], windows["TargetUserName"], windows["IpAddress"]) == (4625, "hanako", "203.0.113.9")
