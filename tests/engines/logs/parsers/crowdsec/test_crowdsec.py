"""CrowdSec が攻撃と見たものを、書き出しからも CrowdSec 自身のログからも読む。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import Read, read_sample, values


def test_alerts_tell_whom_and_why() -> None:
    """だれが、何のために締め出されたかを言う。範囲や国は、接続元とはしない。"""
    found = read_sample("crowdsec", "sample.json")
    assert values(found.events, "action", "outcome", "address", "detail", "target", "host") == [
        ("ids.alert", "unknown", "203.0.113.9", "crowdsecurity/ssh-bf", "203.0.113.9", "web"),
        ("ids.banned", "success", "", "manual 'ban' from 'web'", "198.51.100.0/24", "web"),
    ]
    assert found.rows[0]["decisions.duration"] == ("3h59m",)


def test_its_own_log_tells_the_same() -> None:
    """CrowdSec 自身のログの文からも、同じことが分かる。"""
    found = read_sample("crowdsec", "sample.log")
    assert found.report.format == "crowdsec"
    assert values(found.events, "action", "address", "detail") == [
        ("ids.alert", "203.0.113.9", "crowdsecurity/ssh-bf"),
        ("ids.banned", "203.0.113.9", "crowdsecurity/ssh-bf"),
        ("crowdsec.message", "", ""),
    ]
    assert found.events[0].when().isoformat() == "2026-11-23T01:00:05+00:00"


def test_other_programs_lines_are_left_to_others() -> None:
    """同じ形の行でも、ほかのプログラムのものは取らない。"""
    found = Read(b'time="2026-11-23T10:00:05+09:00" level=info msg="started" component=x\n' * 3)
    assert found.report.format == "logfmt"
