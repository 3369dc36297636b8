"""攻撃の型を照らし合わせる。"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.engines.logs import kinds
from hikeshi.engines.logs import patterns as module
from hikeshi.engines.logs.patterns import COLUMNS, Matcher, Pattern, disguises
from hikeshi.engines.logs.tags import names


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(kinds.patterns())


def test_each_pattern_matches_its_example(matcher: Matcher) -> None:
    """どの型も、添えた例に当たる。"""
    for pattern in kinds.patterns():
        tags = [names(matcher.tags(column, [pattern.example.encode()])[0]) for column in pattern.on]
        assert any(pattern.tag in found for found in tags), pattern


def test_kept_databases_say_the_same(matcher: Matcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """控えから読んだ型も同じ印をつけ、控えがあれば作り直さない。"""
    values = {column: [p.example.encode() for p in kinds.patterns() if column in p.on] for column in COLUMNS}
    expected = {column: matcher.tags(column, some) for column, some in values.items()}
    assert any(map(any, expected.values()))
    first = Matcher(kinds.patterns(), tmp_path)
    assert not any(tmp_path.iterdir())  # nothing is made before a value comes
    assert {column: first.tags(column, some) for column, some in values.items()} == expected
    module._scan_of.cache_clear()
    monkeypatch.setattr(module, "_compiled", None)
    again = Matcher(kinds.patterns(), tmp_path)
    assert {column: again.tags(column, some) for column, some in values.items()} == expected


def test_each_tag_is_listened_to() -> None:
    """どの型の印にも、それを聞く相手がいる。"""
    heard = {tag for finder in kinds.finders() for tag in finder.LISTENS}
    consulted = {"wp.other", "crawler"}  # looked at when another tag has called
    assert {pattern.tag for pattern in kinds.patterns()} <= heard | consulted


def test_no_pattern_reaches_over_the_end_of_a_value() -> None:
    """値は行に並べて調べるので、改行をまたぐ書き方を使わない。"""
    for pattern in kinds.patterns():
        bare = re.sub(
            r"\\.", lambda m: m[0] if m[0] in (r"\s", r"\W", r"\D", r"\n", r"\N", r"\R") else "", pattern.expression
        )
        assert r"\s" not in bare, pattern
        assert r"\W" not in bare, pattern
        assert r"\D" not in bare, pattern
        for negated in re.findall(r"\[\^[^\]]*\]", bare):
            assert r"\n" in negated, pattern


def plain(patterns: list[Pattern], value: bytes) -> set[str]:
    """The slow way: Python's own expressions, one value at a time."""
    found = set()
    for pattern in patterns:
        expression = re.compile(pattern.expression.replace(r"\h", "[ \t]").encode(), re.IGNORECASE | re.MULTILINE)
        forms = [form.translate(bytes.maketrans(b"\0\n\r\x0b\x0c", b"     ")) for form in disguises(value)]
        if any(expression.search(form) for form in forms):
            found.add(pattern.tag)
    return found


SIMPLE = [
    Pattern("t.union", r"union\h+select", ("request",), ""),
    Pattern("t.dots", r"\.\./\.\./", ("request",), ""),
    Pattern("t.head", r"^GET /a", ("request",), ""),
    Pattern("t.tail", r"b$", ("request",), ""),
]
PIECES = st.sampled_from(
    [
        b"GET /a",
        b"union",
        b" ",
        b"+",
        b"%20",
        b"select",
        b"../",
        b"%2e%2e%2f",
        b"%252e",
        b"\n",
        b"b",
        b"\\x41",
        b"%",
        b"\xff",
    ]
)


@given(st.lists(st.lists(PIECES, max_size=8).map(b"".join), min_size=1, max_size=12))
def test_matching_together_equals_matching_one_by_one(requests: list[bytes]) -> None:
    """まとめて調べた結果は、一つずつ調べた結果と同じになる。"""
    together = Matcher(SIMPLE).tags("request", requests)
    assert [set(names(tags)) for tags in together] == [plain(SIMPLE, request) for request in requests]


@pytest.mark.parametrize(
    ("written", "reads"),
    [
        (b"%2e%2e%2f", b"../"),
        (b"%252e%252e%252f", b"../"),
        (b"%25252e", b"."),
        (b"..%c0%af", b"../"),
        (b"%u002e%u002e/", b"../"),
        (b"a+b", b"a b"),
        (rb"\x2e\x2e/", b"../"),
    ],
)
def test_disguises_are_taken_off(written: bytes, reads: bytes) -> None:
    """符号化の重ね着や、長すぎる UTF-8 を、ほどいて読む。"""
    assert reads in disguises(written)
    assert written in disguises(written)


@given(st.binary(max_size=200))
def test_taking_off_disguises_never_fails(value: bytes) -> None:
    """どんな値でも、ほどく途中で失敗しない。"""
    assert disguises(value)[0] == value


def test_memory_of_the_matcher_is_bounded() -> None:
    """ちがう値がいくら来ても、覚えておく量は限られる。"""
    matcher = Matcher(SIMPLE)
    for n in range(30):
        matcher.tags("request", [b"GET /%d/%d" % (n, i) for i in range(5000)])
    assert len(matcher._known["request"]) <= 105_000
    assert matcher.tags("request", [b"x ../../", b"GET /0/0"])[0]


@pytest.mark.parametrize("before", [b"\\xE3" * 2100, b"a" * 100_000, b"%41" * 20_000])
def test_padding_hides_no_attack(matcher: Matcher, before: bytes) -> None:
    """前に長い詰め物をしても、後ろの攻撃は見つかる。"""
    attack = b"/../../../../etc/passwd HTTP/1.1"
    plain = matcher.tags("request", [b"GET /?a=" + attack])[0]
    assert plain and matcher.tags("request", [b"GET /?a=" + before + attack])[0] & plain == plain
