"""パッケージの出し入れの記録（dpkg.log）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "dpkg"


def test_what_the_sample_says() -> None:
    """入れた・新しくした・消したが読める。"""
    assert [(e.action, e.outcome, e.target) for e in events(HERE / "sample.log")] == [
        ("package.message", "unknown", ""),
        ("package.installed", "unknown", "netcat-openbsd:amd64"),
        ("package.status", "unknown", "netcat-openbsd:amd64"),
        ("package.installed", "success", "netcat-openbsd:amd64"),
        ("package.upgraded", "unknown", "openssl:amd64"),
        ("package.removed", "unknown", "clamav-daemon:amd64"),
        ("package.removed", "success", "clamav-daemon:amd64"),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
