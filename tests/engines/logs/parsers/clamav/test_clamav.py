"""ClamAV（ウイルス対策）の記録の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "clamav"


def test_what_the_sample_says() -> None:
    """見つかったものと、そのファイルが読める。"""
    assert [(e.action, e.outcome, e.path, e.target) for e in events(HERE / "sample.log")] == [
        ("clamav.message", "unknown", "", ""),
        ("malware.found", "unknown", "/var/www/html/wp-content/uploads/x.php", "Php.Webshell.Sample-1"),
        ("malware.found", "unknown", "/home/hanako/a b.zip", "Win.Test.EICAR_HDB-1"),
        ("clamav.update", "success", "", ""),
        ("clamav.error", "failure", "", ""),
        ("clamav.message", "unknown", "", ""),
        ("malware.found", "unknown", "/var/www/html/y.php", "Php.Webshell.Sample-2"),
        ("clamav.message", "unknown", "", ""),
        ("clamav.message", "unknown", "", ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
