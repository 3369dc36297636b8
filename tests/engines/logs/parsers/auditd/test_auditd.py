"""Linux の監査の記録（auditd）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "auditd"


def test_what_the_sample_says() -> None:
    """同じ番号の記録は、だれがしたかを分け合い、16進の値は元に戻る。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.destination, e.process, e.path) for e in events(HERE / "sample.log")
    ] == [
        ("audit.syscall", "success", "hanako", "", "", "/usr/bin/dash", ""),
        ("process.executed", "success", "hanako", "", "", "/usr/bin/dash", ""),
        ("audit.cwd", "success", "hanako", "", "", "/usr/bin/dash", ""),
        ("audit.path", "success", "hanako", "", "", "/usr/bin/dash", "/bin/sh"),
        ("audit.proctitle", "success", "hanako", "", "", "/usr/bin/dash", ""),
        ("audit.connection", "unknown", "", "", "203.0.113.6", "", ""),
        ("auth.login", "failure", "root", "203.0.113.7", "", "/usr/sbin/sshd", ""),
        ("account.created", "success", "backdoor", "", "", "/usr/sbin/useradd", ""),
        ("audit.denied", "failure", "", "", "", "", ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00.101000+00:00"
