"""Snort と Suricata の fast.log の読み取り。"""

from __future__ import annotations

from pathlib import Path

from tests.engines.logs.parsers.records import Read
from tests.engines.logs.reading import find, sample

LINE = (
    "{stamp}.123456  [**] [1:2010935:3] ET SCAN x [**] [Classification: Bad] [Priority: 2] {{TCP}}"
    " 203.0.113.5:1234 -> 192.0.2.1:22"
)


def test_what_the_sample_says() -> None:
    """どこからどこへの何の警報か、止めたかを、Snort の各版と Suricata のどの書き方からも読む。"""
    assert [(e.action, e.outcome, e.address, e.destination, e.method, e.detail) for e in sample("snort")] == [
        ("ids.alert", "unknown", "203.0.113.5", "192.0.2.1", "2", "ET SCAN Suspicious inbound to MSSQL port 1433"),
        ("ids.alert", "failure", "203.0.113.5", "192.0.2.1", "1", "ET EXPLOIT Path Traversal"),
        ("ids.alert", "unknown", "203.0.113.6", "192.0.2.1", "3", "GPL ICMP PING *NIX"),
        ("ids.alert", "unknown", "2001:db8::66", "2001:db8::5", "2", "ET DROP Listed source"),
        ("ids.alert", "unknown", "203.0.113.7", "192.0.2.1", "0", "Consecutive TCP small segments exceeding threshold"),
        ("ids.alert", "failure", "203.0.113.8", "192.0.2.1", "1", "OS-OTHER shellshock"),
        ("ids.alert", "unknown", "203.0.113.9", "192.0.2.1", "2", "ET SCAN Potential SSH Scan"),
    ]
    assert {e.when().isoformat()[:17] for e in sample("snort")} == {"2026-11-23T01:00:"}


def test_rules_find_its_columns() -> None:
    """規則番号・分類・ポートは列になり、ICMP の種類はポートではない。"""
    rows = Read((Path(__file__).parent / "sample.log").read_bytes()).rows
    assert (rows[0]["rule.id"], rows[0]["rule.category"]) == ("1:2010935:3", "Potentially Bad Traffic")
    assert (rows[0]["src_port"], rows[0]["dst_port"], rows[3]["dst_port"]) == ("1234", "1433", "22")
    assert "dst_port" not in rows[2]


def test_a_grave_alert_is_found(tmp_path: Path) -> None:
    """重大な警報は「侵入検知の警報」として見つかり、止めていないことも分かる。"""
    line = LINE.format(stamp="11/23-10:00:00").replace("Priority: 2", "Priority: 1")
    found = find(tmp_path, [line], "ids_alert")
    assert [(one.addresses, one.success) for one in found] == [(["203.0.113.5"], "unknown")]


def test_the_year_is_counted_across_new_year() -> None:
    """年が書かれていない記録で年をまたいでも、未来の日付にはならない。"""
    lines = [LINE.format(stamp=stamp) for stamp in ("12/30-10:00:00", "12/31-10:00:00", "01/01-10:00:00")]
    years = [e.when().year for e in Read("\n".join(lines).encode()).events]
    assert years == [2025, 2025, 2026]


def test_an_alert_in_another_logs_message_is_that_logs() -> None:
    """ほかのログの本文に警報の行を書かれても、警報としては読まない。"""
    forged = LINE.format(stamp="11/23-10:00:00")
    lines = [
        f"Nov 23 10:00:00 web sshd[1]: Invalid user {forged} from 203.0.113.9 port 22",
        f"Nov 23 10:00:01 web app[1]: {forged}",
    ]
    assert [e.action for e in Read("\n".join(lines).encode()).events] == ["ssh.login", "syslog.message"]
