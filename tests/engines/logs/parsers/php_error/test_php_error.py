"""PHP のエラーの記録（WordPress など）の読み取り。"""

from __future__ import annotations

from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "php_error"


def test_what_the_sample_says() -> None:
    """何が、どのファイルで起きたかが読める。跡の行は、上のエラーの時刻に置く。"""
    assert [(e.action, e.outcome, e.path) for e in events(HERE / "sample.log")] == [
        ("php.error", "failure", "/home/example/www/wp-content/plugins/old/up.php"),
        ("php.trace", "unknown", ""),
        ("php.trace", "unknown", "/home/example/www/wp-includes/class-wp-hook.php"),
        ("php.trace", "unknown", ""),
        ("php.trace", "unknown", "/home/example/www/wp-content/plugins/old/up.php"),
        ("php.error", "unknown", "/home/example/www/wp-content/uploads/2026/11/x.php"),
        ("php_fpm.message", "unknown", ""),
        ("php.error", "unknown", ""),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.log")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
