"""apt の操作の記録（history.log）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import Read, read_sample, values
from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "apt_history"


def test_what_the_sample_says() -> None:
    """かたまりの中の行は、そのかたまりの命令と人を知っている。"""
    assert [(e.action, e.outcome, e.user, e.process, e.target) for e in events(HERE / "sample.log")] == [
        ("apt.message", "unknown", "", "", ""),
        ("apt.command", "unknown", "", "apt install netcat-openbsd", ""),
        ("apt.message", "unknown", "hanako", "apt install netcat-openbsd", ""),
        (
            "package.installed",
            "unknown",
            "hanako",
            "apt install netcat-openbsd",
            "netcat-openbsd:amd64 (1.219-1), libbsd0:amd64 (0.11.7-2, automatic)",
        ),
        ("apt.message", "unknown", "hanako", "apt install netcat-openbsd", ""),
        ("apt.message", "unknown", "", "", ""),
        ("apt.command", "unknown", "", "/usr/bin/unattended-upgrade", ""),
        ("package.upgraded", "unknown", "", "/usr/bin/unattended-upgrade", "openssl:amd64 (3.0.14-1, 3.0.15-1)"),
        ("apt.error", "failure", "", "/usr/bin/unattended-upgrade", ""),
        ("apt.message", "unknown", "", "/usr/bin/unattended-upgrade", ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"


def test_what_the_terminal_showed_is_read() -> None:
    """term.log からは、展開・設定・削除されたパッケージが英語でも日本語でも分かる。上書きされた進み具合は残さない。"""
    found = read_sample("apt_history", "sample_term.log")
    assert found.report.errors == 0
    said = [event for event in found.events if event.action != "apt.message"]
    assert values(said, "action", "outcome", "target") == [
        ("package.unpacked", "unknown", "netcat-openbsd (1.219-1)"),
        ("package.unpacked", "unknown", "openssl:amd64 (3.0.15-1)"),
        ("package.configured", "unknown", "netcat-openbsd (1.219-1)"),
        ("package.removed", "unknown", "auditd (1:3.0.9-1)"),
        ("apt.error", "failure", ""),
        ("package.unpacked", "unknown", "openssl (3.0.16-1)"),
        ("package.configured", "unknown", "openssl (3.0.16-1)"),
    ]
    assert found.events[2].message == "(Reading database ... 41414 files and directories currently installed.)"
    assert [event.when().isoformat()[:19] for event in (said[0], said[-1])] == [
        "2026-11-23T01:00:00",
        "2026-11-23T16:00:00",
    ]


def test_a_start_written_into_another_log_does_not_take_it() -> None:
    """ほかのログの途中に「Log started」と書かれても、そのログの読み方は変わらない。"""
    line = b"Nov 23 10:00:00 web app[1]: x\n"
    found = Read(line + b"Log started: 2026-11-23  10:00:00\n" + line * 3)
    assert (found.report.format, len(found.events), found.report.errors) == ("syslog", 4, 1)
    found = Read(b"Log started: 2026-11-23  10:00:00\n" + line * 8 + b"Setting up x (1) ...\n")
    assert (found.report.format, len(found.events)) == ("syslog", 8)
