"""FortiGate の記録の読み取り。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import Read, values
from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "fortigate"


def test_what_the_sample_says() -> None:
    """通信、VPN、管理画面へのログイン、設定の変更が読める。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.destination, e.sent, e.host) for e in events(HERE / "sample.log")
    ] == [
        ("fw.allowed", "success", "", "192.168.1.50", "198.51.100.40", 5242880, "FG-OFFICE"),
        ("fw.blocked", "failure", "", "203.0.113.170", "192.0.2.5", None, "FG-OFFICE"),
        ("vpn.login", "failure", "hanako", "203.0.113.171", "", None, "FG-OFFICE"),
        ("vpn.login", "success", "hanako", "203.0.113.171", "", None, "FG-OFFICE"),
        ("device.login", "failure", "admin", "203.0.113.172", "", None, "FG-OFFICE"),
        ("device.config_changed", "success", "admin", "203.0.113.172", "", None, "FG-OFFICE"),
        ("malware.found", "failure", "", "192.168.1.51", "198.51.100.41", None, "FG-OFFICE"),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00.123456+00:00"


def test_what_syslog_log_says() -> None:
    """通信、VPN、管理画面へのログイン、設定の変更が読める。"""
    assert [
        (e.action, e.outcome, e.user, e.address, e.destination, e.sent, e.host) for e in events(HERE / "syslog.log")
    ] == [
        ("fw.blocked", "failure", "", "203.0.113.170", "192.0.2.5", None, "FG-OFFICE"),
    ]


def test_exports_put_each_pair_into_quotes() -> None:
    """画面や FortiAnalyzer から書き出した、組ごとに引用符のある CSV も読める。"""
    line = '"date=2026-11-20","time=09:00:01","devname=FG60F","devid=FGT60F0001","logid=0101039426","type=event",'
    line += '"subtype=vpn","action=ssl-login-fail","remip=203.0.113.5","user=taro","msg=SSL user failed, twice"\n'
    found = Read(line.encode(), "a.csv")
    assert values(found.events, "time", "host", "action", "outcome", "user", "address") == [
        (1795132801, "FG60F", "vpn.login", "failure", "taro", "203.0.113.5")
    ]
    assert found.rows[0]["msg"] == "SSL user failed, twice"


def test_a_name_with_quotes_brings_no_address_of_its_own() -> None:
    """引用符の入った名前が打ち込まれても、接続元は機械の書いたもの。二重の引用符で囲まれた値も読む。"""
    line = '"date=2026-11-20","time=09:00:01","devname=""FG60F""","devid=FGT60F0001","logid=0101039426","type=event",'
    line += '"subtype=vpn","action=ssl-login-fail","user=x"" remip=192.0.2.9 y=""","remip=203.0.113.5"\n'
    found = Read(line.encode(), "a.csv")
    assert values(found.events, "host", "user", "address") == [("FG60F", 'x" remip=192.0.2.9 y="', "203.0.113.5")]
