"""Linux の監査の記録（auditd）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import Read, values
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


def test_what_journalctl_and_ausearch_print_is_read() -> None:
    """journalctl の「audit[100]: USER_LOGIN」や ausearch -i の形でも、だれがどこから入ろうとしたかが読める。"""
    said = 'op=login acct="root" exe="/usr/sbin/sshd" hostname=? addr=203.0.113.5 terminal=ssh res=failed'
    lines = [
        f"Nov 20 09:00:01 web01 audit[100]: USER_LOGIN pid=100 uid=0 auid=4294967295 msg='{said}'",
        f"Nov 20 09:00:01 web01 audit[100]: <audit-1112> pid=100 uid=0 auid=4294967295 msg='{said}'",
    ]
    readable = f"type=USER_LOGIN msg=audit(11/20/2026 09:00:01.000:501) : pid=100 uid=root auid=unset msg='{said}'"
    for text in ("\n".join(lines), readable):
        found = Read(f"{text}\n".encode(), "a.txt")
        assert found.report.errors == 0
        assert set(values(found.events, "time", "action", "outcome", "user", "address")) == {
            (1795132801, "auth.login", "failure", "root", "203.0.113.5")
        }
