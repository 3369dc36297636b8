"""NEC のルーターの記録（UNIVERGE IX）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "nec_ix"


def test_what_the_sample_says() -> None:
    """文そのものが言うことだけを読む。"""
    assert [(e.action, e.outcome, e.user, e.address, e.destination) for e in events(HERE / "sample.log")] == [
        ("fw.blocked", "failure", "", "203.0.113.166", "192.168.1.10"),
        ("router.login", "failure", "admin", "203.0.113.166", ""),
        ("router.login", "success", "hanako", "192.168.1.20", ""),
        ("vpn.error", "failure", "", "198.51.100.30", ""),
        ("link.up", "unknown", "", "", ""),
        ("router.message", "unknown", "", "", ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
