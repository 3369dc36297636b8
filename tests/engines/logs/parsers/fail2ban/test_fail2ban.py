"""fail2ban の記録の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "fail2ban"


def test_what_the_sample_says() -> None:
    """見つけた相手と締め出した相手が読める。"""
    assert [(e.action, e.outcome, e.address, e.target) for e in events(HERE / "sample.log")] == [
        ("fail2ban.message", "unknown", "", ""),
        ("fail2ban.found", "failure", "203.0.113.90", "sshd"),
        ("fail2ban.banned", "success", "203.0.113.90", "sshd"),
        ("fail2ban.unbanned", "unknown", "203.0.113.90", "sshd"),
        ("fail2ban.banned", "success", "2001:db8::90", "postfix-sasl"),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00.123000+00:00"
