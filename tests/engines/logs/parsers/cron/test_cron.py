"""定期実行の記録（cron）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "cron"


def test_what_the_sample_says() -> None:
    """だれの権限で何が実行されたかが読める。"""
    assert [(e.action, e.user, e.process) for e in events(HERE / "sample.log")] == [
        ("cron.command", "root", "cd"),
        ("session.opened", "root", ""),
        ("cron.changed", "www-data", ""),
        ("cron.listed", "hanako", ""),
        ("cron.command", "www-data", "curl"),
        ("cron.command", "", ""),
        ("cron.message", "", ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
