"""NEC のルーターの記録（UNIVERGE IX）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import Read, values
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


def test_what_the_router_shows_is_read_without_syslog() -> None:
    """show logging の画面を保存したファイルも、syslog の枠なしで読む。"""
    said = "SEC.018: BLOCK tcp 203.0.113.5:4000 > 192.0.2.10:23, match wan-in, GigaEthernet0.0 in"
    found = Read(f"2026/11/20 09:00:01 {said}\n2026/11/20 09:00:02 something else\n".encode(), "a.txt")
    assert values(found.events, "time", "action", "address", "destination") == [
        (1795132801, "fw.blocked", "203.0.113.5", "192.0.2.10")
    ]
    assert found.report.errors == 1
