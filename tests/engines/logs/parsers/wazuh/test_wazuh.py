"""Wazuh の警報の中の行を、それを知っている形式で読み、Wazuh の判定を添える。"""

from __future__ import annotations

from pathlib import Path

from tests.engines.logs.parsers.records import Read, read_sample, values


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


def test_alerts_for_people_are_read_like_those_for_machines() -> None:
    """alerts.log（複数行）も JSON と同じに読む。項目のふりをした本文の行は、項目にしない。"""
    found = read_sample("wazuh", "sample_alerts.log")
    assert found.report.errors == 0
    assert values(found.events, "format", "action", "outcome", "user", "address", "host") == [
        ("openssh", "ssh.login", "failure", "admin", "203.0.113.9", "web"),
        ("openssh", "ssh.login", "failure", "x", "203.0.113.9", "web"),
        ("wazuh", "wazuh.file_changed", "unknown", "", "", "wazuh"),
        ("windows", "win.logon_failed", "failure", "hanako", "203.0.113.9", "PC1"),
        ("wazuh", "wazuh.login", "success", "taro", "2001:db8::10", "web"),
        ("wazuh", "wazuh.alert", "unknown", "", "", ""),
    ]
    assert found.events[2].path == "/etc/passwd"
    assert [event.when().isoformat() for event in found.events[:2]] == [
        "2026-11-23T01:00:00+00:00",
        "2026-11-23T01:00:01+00:00",
    ]
    assert [(row["rule.level"], row["rule.id"]) for row in found.rows[:2]] == [(5, "5710"), (10, "5712")]


def test_an_alert_written_into_another_log_does_not_take_it() -> None:
    """ほかのログに警報のかたまりを書き込まれても、そのログの読み方は変わらない。"""
    alert = (Path(__file__).parent / "sample_alerts.log").read_bytes().split(b"\n\n")[0]
    line = b"Nov 23 10:00:00 web sshd[1]: Invalid user x from 203.0.113.9 port 1\n"
    for data in (line * 20 + b"\n" + alert + b"\n\n" + line * 20, b"\n" + alert + b"\n\n" + line * 20):
        found = Read(data)
        assert found.report.format == "openssh"
        assert [event.format for event in found.events].count("wazuh") == 0


def test_a_log_cut_at_its_beginning_is_still_one() -> None:
    """途中から切り取った alerts.log も読み、読めない初めの部分は数える。"""
    data = (Path(__file__).parent / "sample_alerts.log").read_bytes()
    found = Read(data[data.index(b"User: admin") :])
    assert (len(found.events), found.report.errors) == (5, 1)
