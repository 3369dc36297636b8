"""マイナンバーを見つけて伏せる。番号らしいだけのものは伏せない。"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.engines.common.mynumber import MASK, _masked_each, check_digit, is_my_number, masked, masked_in

ELEVEN = st.text("0123456789", min_size=11, max_size=11).filter(lambda digits: len(set(digits)) > 1)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
ONE = "123456789018"


def whole(eleven: str) -> str:
    return f"{eleven}{check_digit(eleven)}"


@pytest.mark.parametrize(
    ("eleven", "digit"), [("12345678901", 8), ("00000000001", 9), ("10000000000", 5), ("00000000006", 0)]
)
def test_the_check_digit_is_that_of_the_ordinance(eleven: str, digit: int) -> None:
    """検査用数字は、省令の式（重み 2〜7 の繰り返し、11 で割った余り）のとおり。"""
    assert check_digit(eleven) == digit


@given(ELEVEN)
def test_one_wrong_digit_makes_it_none(eleven: str) -> None:
    """検査用数字が違えば、マイナンバーではない。"""
    right = whole(eleven)
    assert is_my_number(right)
    assert is_my_number(right.translate(WIDE))
    assert not is_my_number(right[:11] + str((int(right[11]) + 1) % 10))


@pytest.mark.parametrize(
    "text",
    [
        "{n}",
        "マイナンバーは{n}です",
        "番号：{n}。",
        "({n})",
        "a {n}, b",
        "山田_{n}.pdf",
        "mynumber-{n}.jpg",
        "2026-11-23 {n} 10:00",
        "個人番号\t{n}\n",
        "「{n}」",
    ],
)
@pytest.mark.parametrize(
    "written",
    [
        ONE,
        ONE.translate(WIDE),
        "1234 5678 9018",
        "1234-5678-9018",
        "１２３４　５６７８　９０１８",
        "１２３４－５６７８－９０１８",
    ],
)
def test_it_is_masked_however_it_is_written(text: str, written: str) -> None:
    """全角でも、4桁ずつ区切っても、日本語に挟まれていても、伏せる。"""
    clean, count = masked(text.format(n=written))
    assert (clean, count) == (text.format(n=MASK), 1)


@pytest.mark.parametrize(
    "text",
    [
        "123456789012",  # the check digit is wrong
        f"{ONE}7",
        f"4{ONE}",
        "4539 1234 5678 9018",
        "1234-5678-9018-3456",
        "1-1234-5678-9018",
        f"a{ONE}",
        f"{ONE}f",
        f"550e8400-e29b-41d4-a716-{ONE}",
        f"0.{ONE}",
        f"{ONE}.5",
        f"+{ONE}",
        "HKS-2026-001",
        "090-1234-5678",
        "03-1234-5678",
        "2026-11-23T10:11:12.123456Z",
        "111111111111",
        "1234 5678-9018",
        "1234 5678\n9018",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    """長い番号、カード番号、UUID、小数、国際電話、時刻などは伏せない。"""
    assert masked(text) == (text, 0)


def test_a_time_in_twelve_digits_stays() -> None:
    """年月日時分を続けて書いた12桁は、検査用数字が合っても時刻として残す。"""
    times = [f"2026{month:02d}{day:02d}1530" for month in range(1, 13) for day in range(1, 29)]
    assert any(is_my_number(time) for time in times)
    assert [masked(time)[1] for time in times] == [0] * len(times)


@given(st.binary())
def test_hashes_and_ids_stay(data: bytes) -> None:
    """SHA-256 も UUID も、途中の数字を伏せられない。"""
    for code in (hashlib.sha256(data).hexdigest(), str(uuid.UUID(bytes=hashlib.md5(data).digest()))):  # noqa: S324
        assert masked(f"x {code} y") == (f"x {code} y", 0)


@given(st.lists(ELEVEN, min_size=1, max_size=4))
def test_nothing_is_left_after_masking(elevens: list[str]) -> None:
    """いくつあっても、入れ子の中でも名前でも、全部伏せる。数は数えたとおり。"""
    numbers = [whole(eleven) for eleven in elevens]
    times = [n for n in numbers if masked(n)[1] == 0]
    nested = {"a": numbers, numbers[0]: [{"b": "、".join(numbers)}], "n": 5}
    clean, count = masked_in(nested)
    assert count == (len(numbers) - len(times)) * 2 + (numbers[0] not in times)
    assert not any(number in str(clean) for number in numbers if number not in times)
    assert masked_in(clean) == (clean, 0)


DIGITS = st.text('0123456789０９ -−ー\u00a0\u3000.+"\\\x1f\x00\nあa', max_size=40)


@given(st.recursive(DIGITS | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(DIGITS, inner)))
@settings(max_examples=200, deadline=None)
def test_looking_at_the_whole_first_misses_nothing(value: Any) -> None:
    """全体を一度に見て「ない」と言うのは、一つずつ見てもないときだけ。"""
    with_one = {"x": value, "y": [f"番号は{ONE}です"]}
    assert masked_in(value) == _masked_each(value)
    assert masked_in(with_one) == _masked_each(with_one)
    assert masked_in(with_one)[1] >= 1
