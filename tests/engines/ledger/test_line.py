"""記録の1行の約束。"""

from __future__ import annotations

import enum
import hashlib
import json
import struct
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.kinds import Blob
from hikeshi.engines.ledger.line import (
    FIRST_PREV,
    MAX_DEPTH,
    MAX_LINE,
    MAX_NUMBER,
    Replacement,
    canonical,
    line_sha256,
    make_line,
    parse_line,
    storable,
)

ANY_TEXT = st.text(st.characters(), max_size=20)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=20,
)


class Hat(str, enum.Enum):  # noqa: UP042 - the old form, whose str() is not its value
    LEADER = "指揮"


# -- canonical JSON (RFC 8785)


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        (0x0000000000000000, "0"),
        (0x8000000000000000, "0"),
        (0x0000000000000001, "5e-324"),
        (0x8000000000000001, "-5e-324"),
        (0x7FEFFFFFFFFFFFFF, "1.7976931348623157e+308"),
        (0x4340000000000000, "9007199254740992"),
        (0x4430000000000000, "295147905179352830000"),
        (0x444B1AE4D6E2EF50, "1e+21"),
        (0x3EB0C6F7A0B5ED8D, "0.000001"),
        (0x3EB0C6F7A0B5ED8C, "9.999999999999997e-7"),
        (0x41B3DE4355555555, "333333333.3333333"),
        (0x3FF0000000000000, "1"),
        (0x3FB999999999999A, "0.1"),
    ],
)
def test_floats_are_written_as_ecmascript_does(bits: int, text: str) -> None:
    """小数は、RFC 8785（ECMAScript）の書き方になる。"""
    (number,) = struct.unpack(">d", bits.to_bytes(8, "big"))
    assert canonical(number) == text.encode()
    assert canonical({"n": [number]}) == b'{"n":[%b]}' % text.encode()


def test_names_are_sorted_by_utf16() -> None:
    """名前の順は UTF-16 の順で、絵文字は U+FB33 より前に来る。"""
    names = ["\ufb33", "\U0001f600", "\u20ac", "\u00f6", "\u0080", "1", "\r"]
    found = json.loads(canonical(dict.fromkeys(names, 0)))
    assert list(found) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, False, None]}, '{"a":[true,false,null],"b":1}'),
        ('\u20ac$\x0f\nA\'B"\\"/\x7f', '"€$\\u000f\\nA\'B\\"\\\\\\"/\x7f"'),
        ("\b\t\n\f\r\x00\x1b\x1f", '"\\b\\t\\n\\f\\r\\u0000\\u001b\\u001f"'),
        ("\u2028\u202e𠮷葛󠄀", '"\u2028\u202e𠮷葛󠄀"'),
        ({}, "{}"),
        ([], "[]"),
        (-(2**53) + 1, "-9007199254740991"),
        ({"": ""}, '{"":""}'),
    ],
)
def test_canonical_vectors(value: Any, text: str) -> None:
    """文字、並び、空の値は、RFC 8785 のただ一つの書き方になる。"""
    assert canonical(value) == text.encode()


@given(ANYTHING)
def test_the_fast_way_writes_what_the_reference_writes(value: Any) -> None:
    """速い道で書いても、遅い見本（rfc8785）と1バイトも違わない。"""
    try:
        wanted = rfc8785.dumps(value)
    except (ValueError, TypeError):
        with pytest.raises(Problem) as caught:
            canonical(value)
        assert caught.value.code == "ledger.not_storable"
    else:
        assert canonical(value) == wanted


# -- what can be stored


@given(ANYTHING)
def test_whatever_comes_can_be_stored_and_read_back(value: Any) -> None:
    """どんな値でも、置き換えのあとは1行に書けて、同じものが読み戻せる。"""
    clean, replaced = storable(value)
    line = make_line(FIRST_PREV, {"data": clean})
    assert parse_line(line).fields == {"data": clean}
    assert b"\x00" not in line
    assert storable(clean) == (clean, [])
    if not replaced:
        assert clean == value


@pytest.mark.parametrize(
    ("value", "clean", "replaced"),
    [
        ("a\x00b", "a〔U+0000〕b", [("", b"a\x00b")]),
        ({"名": ["x", "\udc80"]}, {"名": ["x", "〔U+DC80〕"]}, [("名[1]", b"\xed\xb2\x80")]),
        ({"n": 2**53}, {"n": "9007199254740992"}, [("n", b"9007199254740992")]),
        ({"n": -(2**53)}, {"n": "-9007199254740992"}, [("n", b"-9007199254740992")]),
        (1e300, "1e+300", [("", b"1e+300")]),
        ([float("nan"), float("-inf")], ["NaN", "-Infinity"], [("[0]", b"NaN"), ("[1]", b"-Infinity")]),
        ({"a\x00": 1}, {"a〔U+0000〕": 1}, [("a〔U+0000〕", b"a\x00")]),
        ("\x1b[31m\x07\u202e", "\x1b[31m\x07\u202e", []),
        (MAX_NUMBER, MAX_NUMBER, []),
        ((1, 0.5), [1, 0.5], []),
    ],
)
def test_what_cannot_be_stored_is_replaced_visibly(value: Any, clean: Any, replaced: list[tuple[str, bytes]]) -> None:
    """JSONやデータベースに入らないものは、見える形に置き換え、元のバイトと場所を返す。"""
    assert storable(value) == (clean, [Replacement(*each) for each in replaced])


def test_names_that_become_alike_stay_apart() -> None:
    """置き換えで同じ名前になっても、どちらの値も失われない。"""
    value = {"a\x00": 1, "a〔U+0000〕": 2, "a〔U+0000〕〔2〕": 3}
    clean, _ = storable(value)
    assert sorted(clean.values()) == [1, 2, 3]
    assert clean["a〔U+0000〕"] == 2


def test_an_endless_number_is_no_trap() -> None:
    """桁の多すぎる整数も、止まらずに文字として残る。"""
    clean, replaced = storable({"n": 10**50_000})
    assert clean["n"].startswith("0x") and replaced[0].raw == clean["n"].encode()


def test_kinds_of_text_become_plain_text() -> None:
    """文字の仲間（Blob、列挙）は、ただの文字になって1行に入る。"""
    clean, replaced = storable({"blob": Blob("a" * 64), "hat": Hat.LEADER})
    assert (clean, replaced) == ({"blob": "a" * 64, "hat": "指揮"}, [])
    assert {type(value) for value in clean.values()} == {str}


def nested(depth: int) -> Any:
    value: Any = "x"
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def test_too_deep_is_said_not_crashed() -> None:
    """入れ子の深すぎる値は、落ちずに場所を告げて断る。"""
    assert storable(nested(MAX_DEPTH))[1] == []
    for depth in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(Problem) as caught:
            storable(nested(depth))
        assert caught.value.code == "ledger.too_deep"


@pytest.mark.parametrize("value", [b"x", {1: 2}, {"a": {1, 2}}, object()])
def test_what_is_no_json_is_the_callers_mistake(value: Any) -> None:
    """JSONの値でないものは、黙って文字にせず断る。"""
    with pytest.raises(Problem) as caught:
        storable(value)
    assert caught.value.code == "ledger.not_storable"


# -- the line


def test_a_line_is_prev_space_json_lf() -> None:
    """1行は「前の行のSHA-256、空白、JSON、改行」で、指紋は改行を含まない。"""
    line = make_line(FIRST_PREV, {"number": 1, "data": {"場所": "受付"}})
    assert line == b"0" * 64 + ' {"data":{"場所":"受付"},"number":1}\n'.encode()
    sha256 = hashlib.sha256(line[:-1]).hexdigest()
    assert line_sha256(line) == line_sha256(line[:-1]) == sha256
    assert parse_line(line) == (FIRST_PREV, {"number": 1, "data": {"場所": "受付"}}, sha256)


@pytest.mark.parametrize("prev", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "0" * 64 + "\n"])
def test_a_line_needs_a_true_prev(prev: str) -> None:
    """前の行の指紋でないものの後ろには、書けない。"""
    with pytest.raises(ValueError, match="64"):
        make_line(prev, {})


def test_a_line_has_an_end() -> None:
    """長すぎる行は書けず、読むときも断る。"""
    longest = {"a": "x" * (MAX_LINE - 65 - 9)}
    assert len(make_line(FIRST_PREV, longest)) == MAX_LINE
    with pytest.raises(Problem) as caught:
        make_line(FIRST_PREV, {"a": longest["a"] + "x"})
    assert caught.value.code == "ledger.line_too_long"
    with pytest.raises(Problem) as caught:
        parse_line(b"0" * 64 + b" " + b"x" * MAX_LINE + b"\n")
    assert caught.value.code == "ledger.line_too_long"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"", "line_unfinished"),
        (b"0" * 64 + b' {"a":1}', "line_unfinished"),
        (b"\n", "line_without_prev"),
        (b"0" * 63 + b' {"a":1}\n', "line_without_prev"),
        (b"A" * 64 + b' {"a":1}\n', "line_without_prev"),
        (b"0" * 64 + b'\t{"a":1}\n', "line_without_prev"),
        (b"0" * 64 + b" \n", "line_not_json"),
        (b"0" * 64 + b" [1]\n", "line_not_json"),
        (b"0" * 64 + b' {"a":"\xff"}\n', "line_not_json"),
        (b"0" * 64 + b' {"a":"\\ud800"}\n', "line_not_json"),
        (b"0" * 64 + b' {"a":NaN}\n', "line_not_json"),
        (b"0" * 64 + b"[" * 5000 + b"\n", "line_without_prev"),
        (b"0" * 64 + b' {"a":' + b"[" * 900 + b"]" * 900 + b"}\r\n", "line_not_canonical"),
        (b"0" * 64 + b' {"a": 1}\n', "line_not_canonical"),
        (b"0" * 64 + b' {"b":1,"a":1}\n', "line_not_canonical"),
        (b"0" * 64 + b' {"a":1,"a":1}\n', "line_not_canonical"),
        (b"0" * 64 + b' {"a":1.0}\n', "line_not_canonical"),
        (b"0" * 64 + b' {"a":1e16}\n', "line_not_canonical"),
        (b"0" * 64 + b' {"a":9007199254740992}\n', "line_not_canonical"),
        (b"0" * 64 + b' {"a":"\\u0041"}\n', "line_not_canonical"),
        (b"0" * 64 + b' {"a":1}\r\n', "line_not_canonical"),
        (b"0" * 64 + b' {"a":1}\n\n', "line_not_canonical"),
    ],
)
def test_only_the_one_form_is_a_line(line: bytes, code: str) -> None:
    """決められたただ一つの形でない行は、どこが違うかを言って断る。"""
    with pytest.raises(Problem) as caught:
        parse_line(line)
    assert caught.value.code == f"ledger.{code}"


@given(st.binary(max_size=100))
def test_rubbish_is_a_problem_never_a_crash(data: bytes) -> None:
    """どんなバイト列を読ませても、Problem のほかは起きない。"""
    for line in (data, b"0" * 64 + b" " + data + b"\n"):
        try:
            read = parse_line(line)
        except Problem:
            continue
        assert make_line(read.prev, read.fields) == line
