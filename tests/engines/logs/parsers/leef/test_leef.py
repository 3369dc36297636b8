"""LEEF の行を、区切りの文字によらず読む。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import Read, read_sample, values


def test_lines_tell_what_the_device_saw() -> None:
    """1.0 も 2.0 も、区切りがタブでもほかの文字でも読む。"""
    found = read_sample("leef", "sample.log")
    assert found.report.errors == 0
    assert values(found.events, "action", "outcome", "user", "address", "host") == [
        ("leef.login", "failure", "hanako", "203.0.113.9", "gw1"),
        ("fw.blocked", "failure", "", "203.0.113.9", ""),
        ("leef.malware_found", "unknown", "", "2001:db8::10", ""),
        ("leef.event", "unknown", "admin", "", ""),
    ]
    assert [event.when().isoformat()[11:19] for event in found.events] == [
        "01:00:00",
        "01:00:01",
        "01:00:02",
        "01:00:03",
    ]


def test_a_line_without_a_time_is_counted() -> None:
    """日時のない行は、読めないものとして数える。"""
    found = Read(b"LEEF:1.0|E|G|1|x|src=203.0.113.9\nLEEF:1.0|E|G|1|x|devTime=1795395600000\tsrc=203.0.113.9\n")
    assert (found.report.events, found.report.errors) == (1, 1)
