"""相関規則：動いていく時間の窓の答えは、窓ごとに数え直した答えと同じ。"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.engines.logs.sigma.windows import Condition, Point, points, runs
from tests.engines.logs.sigma.windows_oracle import moments

RULES = (0, 1, 2)
TREES: Any = st.recursive(
    st.sampled_from(RULES),
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner).map(list),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner).map(list),
    ),
    max_leaves=4,
)
KINDS = [
    *("event_count", "value_count", "temporal", "temporal_ordered"),
    *("value_sum", "value_avg", "value_median", "value_percentile"),
]


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    kind = draw(st.sampled_from(KINDS))
    tree = draw(st.none() | TREES) if kind.startswith("temporal") else None
    order = draw(st.permutations(RULES)) if draw(st.booleans()) else [0, 1, 0]
    return Condition(
        kind=kind,
        rules=tuple(order),
        seconds=draw(st.integers(1, 12)),
        op=draw(st.sampled_from(["gte", "gte", "gt", "lt", "lte", "eq", "neq"])),
        count=draw(st.integers(0, 4)),
        percentile=draw(st.sampled_from([0, 1, 25, 50, 90, 100])),
        tree=tree,
        also=tuple(
            draw(st.lists(st.tuples(st.sampled_from(["lt", "lte", "gt", "neq"]), st.integers(0, 5)), max_size=2))
        ),
    )


EVENTS = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(RULES), st.sampled_from(["1", "2", "-3", "x", None])), max_size=25
)


@settings(max_examples=2000, deadline=None)
@given(conditions(), EVENTS)
def test_random_windows(condition: Condition, events: list[tuple[int, int, str | None]]) -> None:
    """どんな条件とどんな並びでも、成り立つ窓は同じ。"""
    events.sort(key=lambda one: one[0])
    times, rules, values = ([one[i] for one in events] for i in range(3))
    found = points(condition, times, rules, values)  # type: ignore[arg-type]
    assert [(point.first, point.last) for point in found] == moments(condition, times, rules, values)  # type: ignore[arg-type]


def test_what_goes_on_is_one_alert() -> None:
    """途切れずに成り立つあいだは1つの知らせで、間があけば別の知らせになる。"""
    times = [0.0, 1, 2, 3, 50, 51, 52, 53, 53]
    found = points(Condition("event_count", (0,), 10, "gte", 3), times, [0] * 9, [None] * 9)
    assert list(runs(found, times, 10)) == [(Point(0, 2), Point(0, 3)), (Point(4, 6), Point(4, 8))]


def test_a_gap_longer_than_the_window_ends_an_alert() -> None:
    """条件がいつも成り立つ規則でも、窓より長くあいたら、そこで切れる。"""
    times = [0.0, 5, 100]
    found = points(Condition("event_count", (0,), 10, "gte", 1), times, [0] * 3, [None] * 3)
    assert len(list(runs(found, times, 10))) == 2
