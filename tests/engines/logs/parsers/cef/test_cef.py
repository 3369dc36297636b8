"""CEF の行を、そのままでも syslog の中でも読む。"""

from __future__ import annotations

import pytest

from hikeshi.engines.logs.table import LogSource
from tests.engines.logs.parsers.records import read_sample, values


def test_lines_tell_what_the_device_saw() -> None:
    """ログイン、遮断、ウイルスの検知を言い、書き換えられた記号を元に戻す。"""
    found = read_sample("cef", "sample.log")
    assert found.report.errors == 0
    assert values(found.events, "action", "outcome", "user", "address", "path", "source") == [
        ("cef.login", "failure", "hanako", "203.0.113.9", "", "WebShield"),
        ("fw.blocked", "failure", "", "203.0.113.9", "", "WebShield"),
        ("cef.malware_found", "failure", "hanako", "2001:db8::10", "C:\\Users\\hanako\\見積書.exe", "Mail | Guard"),
        ("cef.event", "unknown", "admin", "", "", "WebShield"),
    ]
    assert [event.when().isoformat()[11:19] for event in found.events] == [
        "01:00:00",
        "01:00:01",
        "01:00:02",
        "01:00:03",
    ]
    assert found.events[0].message == "password a=b is wrong"
    assert found.rows[1]["Rule"] == "block all"
    assert (found.rows[1]["dst_port"], found.rows[1]["deviceVendor"]) == ("22", "Example")
    sources = {source for table in found.tables for source in table.sources}
    assert {LogSource("webshield"), LogSource("", "firewall")} <= sources


@pytest.mark.parametrize("name", ["cef", "leef"])
def test_inside_of_syslog_the_time_is_syslogs(name: str) -> None:
    """syslog の中にあれば、どの書き方の syslog でも、日時と機器の名前を syslog から補う。"""
    found = read_sample(name, "syslog.log")
    assert found.report.format == name
    assert [event.when().isoformat()[:16] for event in found.events] == ["2026-11-23T01:00"] * len(found.events)
    host = {"cef": "fw1", "leef": "gw1"}[name]
    assert {event.host for event in found.events} == {host}
    assert (found.events[0].action, found.events[0].outcome) == (f"{name}.login", "success")
    assert "hikeshi.received" not in found.rows[0]
