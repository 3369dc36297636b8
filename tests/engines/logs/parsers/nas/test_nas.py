"""NAS の記録（Synology・QNAP・バッファロー）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "nas"


def test_what_the_sample_says() -> None:
    """ログインと、だれがどのファイルをどうしたかが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.path, e.method) for e in events(HERE / "sample.log")] == [
        ("nas.login", "failure", "admin", "203.0.113.195", "", "DSM"),
        ("nas.login", "success", "hanako", "192.168.1.70", "", "DSM"),
        ("smb.connected", "success", "hanako", "192.168.1.70", "", "CIFS(SMB3)"),
        ("smb.read", "success", "hanako", "192.168.1.70", "/share/customers, list.xlsx", ""),
        ("smb.deleted", "success", "hanako", "192.168.1.70", "/share/b.docx", ""),
        ("nas.blocked", "failure", "", "203.0.113.195", "", "SSH"),
        ("nas.login", "failure", "admin", "203.0.113.196", "", "HTTPS"),
        ("smb.deleted", "success", "taro", "192.168.1.71", "Public/a, b.docx", "SAMBA"),
        ("smb.written", "success", "taro", "192.168.1.71", "/mnt/array1/share/test.txt", ""),
        ("auth.login", "failure", "", "203.0.113.197", "", ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
