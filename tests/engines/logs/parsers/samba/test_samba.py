"""ファイル共有の記録（Samba）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "samba"


def test_what_the_sample_says() -> None:
    """だれがどのファイルを開き、書き、消し、名前を変えたかが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.target, e.path) for e in events(HERE / "sample.log")] == [
        ("smb.connected", "success", "hanako", "192.168.1.40", "share", "share"),
        ("smb.opened", "success", "hanako", "192.168.1.40", "share", "/srv/share/customers.xlsx"),
        ("smb.written", "success", "hanako", "192.168.1.40", "share", "/srv/share/customers.xlsx.locked"),
        ("smb.renamed", "success", "hanako", "192.168.1.40", "share", "/srv/share/a.docx.locked"),
        ("smb.deleted", "success", "hanako", "192.168.1.40", "share", "/srv/share/b.docx"),
        ("smb.deleted", "failure", "taro", "192.168.1.41", "share", "/srv/share/c.docx"),
        ("smb.opened", "success", "hanako", "192.168.1.40", "", "/srv/share/d.docx"),
        ("smb.login", "failure", "root", "203.0.113.130", "", ""),
        ("smb.login", "success", "hanako", "192.168.1.40", "", ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
