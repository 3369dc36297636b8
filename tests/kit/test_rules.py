"""キットの文を読み戻す：書いたとおりに戻り、作りものの行は当て推量しない。"""

import datetime as dt

from hikeshi.kit import rules

JST = dt.timezone(dt.timedelta(hours=9))
NOW = dt.datetime(2026, 11, 6, 18, 0, tzinfo=JST)
GOOD = """HIKESHI-KIT 1
2026-11-06T14:03:00+09:00 | situation | ransomware | 脅しの画面
2026-11-06T14:05:10+09:00 | card | cut-network | LANケーブルを抜く。Wi-Fiを切る
2026-11-06T14:07:00+09:00 | note | - | "赤い画面\\n\\"123\\" | 英語"
"""


def test_what_was_written_is_read():
    """場面、印、メモが、時刻と一緒に戻る。メモの改行や縦棒も崩れない。"""
    found = rules.read_back(GOOD, NOW)
    assert found.genuine
    assert found.odd == 0
    assert [(line.what, line.name) for line in found.lines] == [
        ("situation", "ransomware"),
        ("card", "cut-network"),
        ("note", "-"),
    ]
    assert found.lines[1].at == dt.datetime(2026, 11, 6, 14, 5, 10, tzinfo=JST)
    assert found.lines[2].text == '赤い画面\n"123" | 英語'


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm():
    """Windowsのメモ帳で開いて保存しても、同じように読める。"""
    assert rules.read_back("\ufeff" + GOOD.replace("\n", "\r\n"), NOW) == rules.read_back(GOOD, NOW)


def test_odd_lines_are_counted_and_not_guessed():
    """キットが書くはずのない行は、数だけ数えて、何も作らない。"""
    odd = GOOD + "<script>alert(1)</script>\n2026 | card | ../../etc | x\n | card | cut-network |\n"
    found = rules.read_back(odd, NOW)
    assert (len(found.lines), found.odd) == (3, 3)


def test_a_time_ahead_or_without_zone_is_left_out():
    """先の時刻、時差のない時刻、読めない時刻は、使わない。"""
    for moment in (
        "2026-11-06T19:00:00+09:00",
        "2026-11-06T14:05:10",
        "1970-01-01T00:00:00Z",
        "2026-99-99T00:00:00+09:00",
    ):
        found = rules.read_back(f"HIKESHI-KIT 1\n{moment} | card | cut-network | x", NOW)
        assert found.lines[0].at is None


def test_other_texts_are_not_taken_for_a_kit():
    """一行目の印がなければ、キットとして扱わない。"""
    assert not rules.read_back("こんにちは", NOW).genuine
    assert not rules.read_back("", NOW).genuine


def test_a_flood_of_lines_is_cut():
    """行が多すぎるときは上限で止め、残りを数える。"""
    flood = "HIKESHI-KIT 1\n" + "2026-11-06T14:05:10+09:00 | card | cut-network | x\n" * 5000
    found = rules.read_back(flood, NOW)
    assert len(found.lines) == rules.LINES_LIMIT
    assert found.odd > 4000


def test_conditions_are_said_once():
    """同じ言葉の条件は、一度だけ言う。"""
    words = {
        "a": {"ja": "三つとも", "en": "all"},
        "b": {"ja": "三つとも", "en": "all"},
        "c": {"ja": "お金", "en": "money"},
    }
    assert rules.conditions(("a", "b", "c", "unknown"), words, "ja") == "三つとも／お金"
    assert rules.conditions((), words, "en") == ""
