"""束（バッチ）と当たりは、バイト列にして戻しても同じ。"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.engines.logs.spread.packing import only, packed, packed_hits, unpacked, unpacked_hits
from tests.engines.logs.sigma.batches import WINDOWS, batch

TEXTS = st.text(max_size=8) | st.sampled_from(["", "\ud800", "\0", "花子"])
VALUES = st.none() | TEXTS | st.lists(TEXTS, max_size=3).map(tuple)
EVENTS = st.lists(st.dictionaries(st.sampled_from(["A", "B b", "", "花"]), VALUES, max_size=4), max_size=6)


@settings(max_examples=100, deadline=None)
@given(events=EVENTS, raw=st.text(max_size=5))
def test_a_batch_comes_back_as_it_was(events: list[dict[str, str | None]], raw: str) -> None:
    """どんな値（空、組、半分のサロゲート、NUL）も、行も時刻もそのまま戻る。"""
    some = batch(events, sources=WINDOWS, raw=[raw] * len(events))
    again = unpacked(packed(some))
    assert packed(again) == packed(some)
    assert again.raw == some.raw
    assert again.sources == some.sources
    assert {name: column.values for name, column in again.columns.items()} == {
        name: column.values for name, column in some.columns.items()
    }
    for name, column in again.columns.items():
        assert np.array_equal(column.codes, some.columns[name].codes)
        assert np.array_equal(column.filled, np.flatnonzero(some.columns[name].codes))
    for one, other in ((again.times, some.times), (again.records, some.records), (again.offsets, some.offsets)):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)


@settings(max_examples=100, deadline=None)
@given(events=EVENTS, data=st.data())
def test_some_rows_say_what_they_said(events: list[dict[str, str | None]], data: st.DataObject) -> None:
    """一部の行だけにしても、その行の値・時刻・元の文は変わらない。"""
    some = batch(events, sources=WINDOWS, raw=[f"{i}" for i in range(len(events))])
    rows = np.array(sorted(data.draw(st.sets(st.sampled_from(range(len(events)))) if events else st.just(set()))), int)
    fewer = only(some, rows)
    assert fewer.raw == [some.raw[row] for row in rows]
    assert fewer.times.tolist() == some.times[rows].tolist()
    for name in {"A", "B b", "", "花", *fewer.columns}:
        whole, mine = some.column(name), fewer.column(name)
        assert [mine.values[code] for code in mine.codes] == [whole.values[code] for code in whole.codes[rows]]
        assert mine.values[0] is None


def test_hits_come_back_as_they_were() -> None:
    """規則の番号と行の番号は、そのまま戻る。"""
    hits = [(3, np.array([0, 5, 1 << 40], np.int64)), (7, np.zeros(0, np.int64))]
    again = unpacked_hits(packed_hits(hits))
    assert [(number, rows.tolist()) for number, rows in again] == [(3, [0, 5, 1 << 40]), (7, [])]
    assert unpacked_hits(packed_hits([])) == []


def test_other_bytes_are_no_batch() -> None:
    """束でないバイト列は、束として読まれない。"""
    with pytest.raises(ValueError, match="no batch"):
        unpacked(b"PAR1 something else")
