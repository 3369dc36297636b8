"""Linux の本人確認の記録（sudo・su・アカウント）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "linux_auth"


def test_what_the_sample_says() -> None:
    """だれが何をして、うまくいったかが読める。"""
    assert [(e.source, e.action, e.outcome, e.user, e.process) for e in events(HERE / "sample.log")] == [
        ("sudo", "sudo.command", "success", "hanako", "/usr/bin/apt"),
        ("sudo", "sudo.command", "failure", "taro", "/bin/cat"),
        ("sudo", "sudo.command", "failure", "saburo", "/bin/bash"),
        ("sudo", "session.opened", "success", "root", ""),
        ("sudo", "auth.login", "failure", "taro", ""),
        ("su", "su.login", "success", "hanako", ""),
        ("su", "su.login", "failure", "taro", ""),
        ("su", "su.login", "success", "hanako", ""),
        ("useradd", "account.created", "success", "backdoor", ""),
        ("usermod", "group.member_added", "success", "backdoor", ""),
        ("passwd", "account.password", "success", "backdoor", ""),
        ("groupadd", "group.created", "success", "", ""),
        ("userdel", "account.deleted", "success", "backdoor", ""),
        ("systemd-logind", "session.opened", "success", "hanako", ""),
        ("systemd-logind", "session.closed", "unknown", "", ""),
        ("login", "auth.login", "failure", "root", ""),
        ("polkitd", "auth.message", "unknown", "", ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
