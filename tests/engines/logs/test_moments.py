"""書き出された日時を、書き方によらず同じ時刻として読む。"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.engines.logs.moments import moment, moments

TOKYO = ZoneInfo("Asia/Tokyo")
TEN = datetime(2026, 11, 23, 10, 20, 30, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T10:20:30Z",
        "2026-11-23T10:20:30.0000000Z",
        "2026-11-23T19:20:30+09:00",
        "2026-11-23 19:20:30",
        "2026/11/23 19:20:30",
        "2026/11/23 午後7:20:30",
        "2026年11月23日 19時20分30秒",
        "2026/11/23(月) 19:20:30",
        "令和8年11月23日 19時20分30秒",
        "R8/11/23 19:20:30",
        "20261123192030",
        "11/23/2026 7:20:30 PM",
        "23.11.2026 19:20:30",
        "2026-11-23 10:20:30 UTC",
        "2026/11/23 19:20:30 JST",
        "Nov 23, 2026 7:20:30 PM",
        "23 Nov 2026 10:20:30 GMT",
        "Mon, 23 Nov 2026 19:20:30 +0900",
        "/Date(1795429230000)/",
        "1795429230",
        "1795429230.000000",
        1795429230,
        1795429230000,
        1795429230000000,
        1795429230000000000,
        1795429230.0,
    ],
)
def test_every_way_to_write_a_time_is_the_same_time(text: Any) -> None:
    """ISO・日本語・英語・数字のどれでも、同じ時刻になる。時間帯がなければ、渡された時間帯で読む。"""
    assert moment(text, TOKYO) == TEN
    assert moments([text, text], TOKYO) == [TEN, TEN]


@pytest.mark.parametrize(
    "value", ["", "-", "never", "2026-13-40 10:00:00", True, None, 0, 4624, 1e300, [], {}, "9" * 300]
)
def test_what_is_no_time_stays_none(value: Any) -> None:
    """日時でないものは、日時にしない。"""
    assert moment(value, TOKYO) is None


@given(st.text(max_size=40) | st.integers() | st.floats() | st.text("0123456789/-:. TZ+APM", max_size=30))
def test_nothing_breaks_it(value: Any) -> None:
    """何を渡しても倒れない。"""
    assert moment(value, TOKYO) is None or isinstance(moment(value, TOKYO), float)
