"""最後のログイン（lastlog）の読み取り。"""

from __future__ import annotations

from hikeshi.engines.logs.parsers.lastlog import parser
from tests.engines.logs.parsers.records import Read
from tests.engines.logs.reading import PARSERS, events

HERE = PARSERS / "lastlog"


def test_what_the_sample_says() -> None:
    """利用者の番号ごとに、最後のログインが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.method) for e in events(HERE / "sample.lastlog")] == [
        ("auth.login", "success", "1", "192.0.2.50", "pts/0"),
        ("auth.login", "success", "5", "", "tty1"),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.lastlog")[0].when().isoformat() == "2026-11-23T01:00:00+00:00"


def test_it_is_known_by_what_is_in_it() -> None:
    """名前が違っても中身で分かる。0だけのファイルは、名前がなければ分からない。"""
    data = (HERE / "sample.lastlog").read_bytes()
    assert [event.format for event in Read(data, "a.txt").events] == ["lastlog", "lastlog"]
    assert parser.frames(bytes(292 * 9), "a.txt") == 0.0


def test_text_of_one_long_line_is_none() -> None:
    """一行の長い文（JSON など）は、たまたま行の名前に見える字があっても、lastlog ではない。"""
    text = b"".join((b'{"a:tty":"' + b"x" * 300)[:292] for _ in range(16))
    assert parser._LINE.match(text, 4)
    assert parser.frames(text, "a.json") == 0.0
