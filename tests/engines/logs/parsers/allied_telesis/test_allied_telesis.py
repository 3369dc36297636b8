"""アライドテレシスの記録（AlliedWare Plus）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "allied_telesis"


def test_what_the_sample_says() -> None:
    """打たれた命令が、だれのものか読める。"""
    assert [(e.action, e.outcome, e.user, e.method) for e in events(HERE / "sample.log")] == [
        ("device.command", "unknown", "manager", "ttyS0"),
        ("link.up", "unknown", "", ""),
        ("link.down", "unknown", "", ""),
        ("device.message", "unknown", "", ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
