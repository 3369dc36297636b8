"""ログインの記録（wtmp・btmp・utmp）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import Read, values
from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "utmp"


def test_what_the_sample_says() -> None:
    """だれが、どこから、いつ入り、出たかが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.method, e.source) for e in events(HERE / "sample.wtmp")] == [
        ("system.boot", "unknown", "", "", "~", "wtmp"),
        ("auth.login", "success", "hanako", "192.0.2.50", "pts/0", "wtmp"),
        ("auth.login", "success", "taro", "2001:db8::5", "ftpd901", "wtmp"),
        ("session.closed", "unknown", "", "", "pts/0", "wtmp"),
        ("system.shutdown", "unknown", "", "", "~", "wtmp"),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.wtmp")[0].when().isoformat() == "2026-11-23T01:00:00.005000+00:00"


def test_what_arm64_wtmp_says() -> None:
    """だれが、どこから、いつ入り、出たかが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.method, e.source) for e in events(HERE / "arm64.wtmp")] == [
        ("system.boot", "unknown", "", "", "~", "wtmp"),
        ("auth.login", "success", "hanako", "192.0.2.50", "pts/0", "wtmp"),
        ("auth.login", "success", "taro", "2001:db8::5", "ftpd901", "wtmp"),
        ("session.closed", "unknown", "", "", "pts/0", "wtmp"),
        ("system.shutdown", "unknown", "", "", "~", "wtmp"),
    ]


def test_what_btmp_says() -> None:
    """だれが、どこから、いつ入り、出たかが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.method, e.source) for e in events(HERE / "btmp")] == [
        ("auth.login", "failure", "root", "203.0.113.9", "ssh:notty", "btmp"),
        ("auth.login", "failure", "root", "203.0.113.9", "ssh:notty", "btmp"),
    ]


def test_btmp_is_known_by_what_is_in_it() -> None:
    """名前を変えた btmp でも、失敗したログインは失敗として読む。getty の待ち受け（LOGIN）は失敗ではない。"""
    data = (HERE / "btmp").read_bytes()
    assert set(values(Read(data, "a.txt").events, "action", "outcome")) == {("auth.login", "failure")}
    waiting = data.replace(b"root\0\0", b"LOGIN\0")
    assert set(values(Read(waiting, "a.txt").events, "action", "outcome")) == {("utmp.login_process", "unknown")}
