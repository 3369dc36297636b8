"""apt の操作の記録（history.log）の読み取り。"""

from __future__ import annotations

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
