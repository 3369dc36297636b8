"""規則の言葉の一つひとつが、仕様どおりの意味を持つ。"""

from __future__ import annotations

from typing import Any

import pytest

from hikeshi.engines.logs.sigma.kernel import Kernel
from tests.engines.logs.sigma.batches import batch, fired, matches, pack_of, rule

YES = [
    ({"A": "PowerShell"}, {"A": "powershell"}),
    ({"A": "a*c?e"}, {"A": "aBBBc1E"}),
    ({"A": r"a\*b"}, {"A": "a*b"}),
    ({"A": r"C:\Windows\\*"}, {"A": r"c:\windows\x.exe"}),
    ({"A": ""}, {"A": ""}),
    ({"A": None}, {}),
    ({"A": "*"}, {"A": ""}),
    ({"A": 4688}, {"A": "4688"}),
    ({"A": True}, {"A": "true"}),
    ({"A": ["x", "y"]}, {"A": "y"}),
    ({"A|contains|all": ["a", "b"]}, {"A": "xbxa"}),
    ({"A": "b"}, {"A": ("a", "b")}),
    ({"A|contains|all": ["a", "b"]}, {"A": ("a", "b")}),
    ({"A|cased": "Ab"}, {"A": "Ab"}),
    ({"A|contains|cased": "Ab"}, {"A": "xAby"}),
    ({"A|contains": "京都"}, {"A": "東京都"}),
    ({"A|endswith": "ΣΑΣ"}, {"A": "xσας"}),
    ({"A": "東?都"}, {"A": "東京都"}),
    ({"A|re": "^a+b"}, {"A": "aab"}),
    ({"A|re|i": "^A+B$"}, {"A": "aab"}),
    ({"A|re|m": "^b$"}, {"A": "a\nb\nc"}),
    ({"A|re|s": "a.b"}, {"A": "a\nb"}),
    ({"A|re": r"^$"}, {"A": ""}),
    ({"A|re": "(?U)^x+"}, {"A": "xx"}),  # Hyperscan refuses this one
    ({"A|cidr": "192.0.2.0/24"}, {"A": "192.0.2.9"}),
    ({"A|cidr": "192.0.2.0/24"}, {"A": "::ffff:192.0.2.9"}),
    ({"A|cidr": "2001:db8::/32"}, {"A": "2001:DB8::1"}),
    ({"A|base64": "abc"}, {"A": "YWJj"}),
    ({"A|base64offset|contains": "http://"}, {"A": "xxaHR0cDovLyBhYmM="}),
    ({"A|wide|base64offset|contains": "ping"}, {"A": "cABpAG4AZwA="}),
    ({"A|utf16|base64|contains": "ab"}, {"A": "//5hAGIA"}),
    ({"A|utf16le|base64|contains": "ab"}, {"A": "YQBiAA=="}),
    ({"A|windash|contains": " -f "}, {"A": "x /F y"}),
    ({"A|windash|contains": " -f "}, {"A": "x \u2013f y"}),
    ({"A|exists": True}, {"A": ""}),
    ({"A|exists": False}, {"B": "x"}),
    ({"A|exists": False}, {"A": None, "B": "x"}),  # as the databases that rules are written for see it: docs/sigma.md
    ({"A": None}, {"A": None, "B": "x"}),
    ({"A|gte": 10}, {"A": "10.0"}),
    ({"A|lt": 10}, {"A": "0x9"}),
    ({"A|neq": "x"}, {"A": "y"}),
    ({"A|neq": "x"}, {}),
    ({"A|fieldref": "B"}, {"A": "Root", "B": "root"}),
    ({"A|fieldref|startswith": "B"}, {"A": "rooted", "B": "root"}),
    ({"A|fieldref|endswith": "B"}, {"A": "uproot", "B": "root"}),
    ({"A|fieldref|contains": "B"}, {"A": "uprooted", "B": "root"}),
    ({"A|hour": 0}, {"A": "2026-11-23T09:30:00+09:00"}),
    ({"A|minute": 30}, {"A": "2026-11-23T09:30:00"}),
    ({"A|day": 14, "A|month": 11, "A|year": 2023, "A|week": 46}, {"A": "1700000000"}),
    ({"A|hour|gte": 22}, {"A": "2026-11-23 23:00:00"}),
]
NO = [
    ({"A": "power"}, {"A": "powershell"}),
    ({"A": ""}, {}),
    ({"A": None}, {"A": ""}),
    ({"A": "*"}, {}),
    ({"A|exists": True}, {"A": None, "B": "x"}),
    ({"A|cased": "Ab"}, {"A": "ab"}),
    ({"A|contains": "ab"}, {"A": ("a", "b")}),
    ({"A|re": "^a+b"}, {"A": "AAB"}),
    ({"A|re": "a.b"}, {"A": "a\nb"}),
    ({"A|startswith": "b"}, {"A": "a\nb"}),
    ({"A|cidr": "192.0.2.0/24"}, {"A": "192.0.2.9.example"}),
    ({"A|cidr": "::/0"}, {"A": "192.0.2.9"}),
    ({"A|gte": 10}, {"A": "nan"}),
    ({"A|gte": 10}, {"A": "inf"}),
    ({"A|lt": 10}, {}),
    ({"A|lt": 10}, {"A": "x"}),
    ({"A|fieldref": "B"}, {"A": "x"}),
    ({"A|fieldref": "B"}, {}),
    ({"A|hour": 9}, {"A": "昨日"}),
    ({"A": "a?c"}, {"A": "ac"}),
]


@pytest.mark.parametrize(("detection", "event"), YES)
def test_it_matches(detection: dict[str, Any], event: dict[str, Any]) -> None:
    """当たるべき値に当たる。"""
    assert matches(detection, event)


@pytest.mark.parametrize(("detection", "event"), NO)
def test_it_does_not_match(detection: dict[str, Any], event: dict[str, Any]) -> None:
    """当たるべきでない値に当たらず、その否定は当たる。"""
    assert not matches(detection, event)
    assert matches({"s": detection, "condition": "not s"}, event)


def test_keywords_stand_anywhere() -> None:
    """言葉だけの規則は、どの項目の一部でも、もとの行の一部でも当たる。"""
    assert matches({"s": ["mimi*katz"], "condition": "s"}, {"A": "x", "B": "the MIMI-Katz tool"})
    assert matches({"s": ["mimikatz"], "condition": "s"}, {}, raw="a line about mimikatz")
    assert matches({"s": {"|all": ["one", "two"]}, "condition": "s"}, {"A": "one"}, raw="two")
    assert not matches({"s": {"|all": ["one", "two"]}, "condition": "s"}, {"A": "one"})
    assert matches({"s": {"|re": "^o.e$"}, "condition": "s"}, {"A": "x", "B": ("y", "one")})


def test_keywords_are_no_names() -> None:
    """JSON や XML で書かれた記録では、項目の名前や書き方は言葉に数えない。"""
    assert not matches({"s": ["CommandLine"], "condition": "s"}, {"CommandLine": "x"}, raw='{"CommandLine": "x"}')


def test_many_values_do_not_hide_a_keyword() -> None:
    """値がいくつあっても、言葉は1つも見落とさず、となりの値とつなげても読まない。"""
    some = batch([{"A": f"value {n}{'needle' if n in (3, 700) else ''}"} for n in range(1000)])
    assert fired(Kernel([pack_of([rule({"s": ["needle"], "condition": "s"})])]), some) == {
        ("00000000-0000-4000-8000-000000000000", row) for row in (3, 700)
    }
    assert not fired(Kernel([pack_of([rule({"s": ["9*value"], "condition": "s"})])]), some)


def test_conditions() -> None:
    """and・or・not・1 of・all of・them が仕様どおりに結びつく。"""
    parts = {"sel_a": {"A": "1"}, "sel_b": {"B": "1"}, "other": {"C": "1"}}
    for condition, events in {
        "1 of sel_*": ["A", "B", "AB", "ABC"],
        "all of sel_*": ["AB", "ABC"],
        "all of them": ["ABC"],
        "1 of them and not other": ["A", "B", "AB"],
        "sel_a and not sel_b or other": ["A", "C", "ABC"],
        "not (sel_a or sel_b)": ["", "C"],
        "not sel_a and not 1 of sel_b*": ["", "C"],
    }.items():
        every = ["", "A", "B", "C", "AB", "ABC"]
        got = [one for one in every if matches(parts | {"condition": condition}, dict.fromkeys(one, "1"))]
        assert got == events, condition


def test_a_value_with_strange_characters_costs_nothing() -> None:
    """壊れた文字や区切りの文字が入った値でも、ほかの値の答えは変わらない。"""
    strange = ["\ud800", "\x1e", "a\x1eb", "\x00", "\ufffe", "x" * 100_000, ""]
    some = batch([{"A": text} for text in [*strange, "b", "xb"]])
    kernel = Kernel(
        [
            pack_of(
                [rule({"s": {"A|endswith": "b"}, "condition": "s"}), rule({"s": {"A|re": "b$"}, "condition": "s"}, 1)]
            )
        ]
    )
    rows = [row for one, row in sorted(fired(kernel, some)) if one.endswith("0")]
    assert rows == [2, 7, 8]
    assert [row for one, row in sorted(fired(kernel, some)) if one.endswith("1")] == rows
