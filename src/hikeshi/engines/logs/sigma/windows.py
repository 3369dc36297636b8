"""When the events of one group fulfil a correlation: a window of time slides over them once.

The window at time t holds the events from t − timespan to t, both included; it is looked at whenever an event comes.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .values import compare

Value = str | None


@dataclass(frozen=True, slots=True)
class Condition:
    """A correlation's own part: what is measured and when that is enough. `rules` are the numbers of its rules."""

    kind: str
    rules: tuple[int, ...]
    seconds: float
    op: str = "gte"
    count: float = 1
    percentile: float = 50
    tree: Any = None
    also: tuple[tuple[str, float], ...] = ()
    """The other bounds of a range such as `gt: 100, lte: 200`."""

    def met(self, measured: float) -> bool:
        """Whether what was measured lies within all bounds."""
        return compare(self.op, measured, self.count) and all(compare(op, measured, n) for op, n in self.also)


@dataclass(frozen=True, slots=True)
class Point:
    """A moment at which the condition holds: the window's first event, and its last one."""

    first: int
    last: int


class _Measure(Protocol):
    def add(self, at: int) -> None: ...

    def drop(self, at: int) -> None: ...

    def holds(self, first: int, last: int) -> bool: ...


def points(condition: Condition, times: Sequence[float], rules: Sequence[int], values: Sequence[Value]) -> list[Point]:
    """Where the condition holds, for events in order of time. `values` are those of the condition's field."""
    measure = _MEASURES[condition.kind](condition, times, rules, values)
    found: list[Point] = []
    first = 0
    for last in range(len(times)):
        measure.add(last)
        if last + 1 < len(times) and times[last + 1] == times[last]:
            continue  # the window holds all events of its last moment
        while times[first] < times[last] - condition.seconds:
            measure.drop(first)
            first += 1
        if measure.holds(first, last):
            found.append(Point(first, last))
    return found


def runs(found: Sequence[Point], times: Sequence[float], seconds: float) -> Iterator[tuple[Point, Point]]:
    """(begin, end) of what is one alert: the condition held at every event, with no gap longer than the window.

    `found` must be all points; one that follows directly on the event before it continues its alert.
    """
    begin = end = None
    for point in found:
        if end is not None and begin is not None:
            if times[point.last] == times[end.last + 1] and times[point.last] - times[end.last] <= seconds:
                end = point
                continue
            yield begin, end
        begin = end = point
    if begin is not None and end is not None:
        yield begin, end


class _Count:
    """event_count: how many."""

    def __init__(self, condition: Condition, *_: Any) -> None:
        self._condition = condition

    def add(self, at: int) -> None: ...

    def drop(self, at: int) -> None: ...

    def holds(self, first: int, last: int) -> bool:
        return self._condition.met(last - first + 1)


class _Different:
    """value_count: how many different values. An event without the field counts nothing."""

    def __init__(self, condition: Condition, times: Any, rules: Any, values: Sequence[Value]) -> None:
        self._condition, self._values = condition, values
        self._seen: Counter[str] = Counter()

    def add(self, at: int) -> None:
        value = self._values[at]
        if value is not None:
            self._seen[value] += 1

    def drop(self, at: int) -> None:
        value = self._values[at]
        if value is not None:
            self._seen[value] -= 1
            if not self._seen[value]:
                del self._seen[value]

    def holds(self, first: int, last: int) -> bool:
        return self._condition.met(len(self._seen))


class _Numbers:
    """value_sum, value_avg, value_percentile, value_median: of the field's numbers. Without any it never holds."""

    def __init__(self, condition: Condition, times: Any, rules: Any, values: Sequence[Value]) -> None:
        from .values import number

        self._condition = condition
        self._numbers = [None if value is None else number(value) for value in values]
        self._sorted: list[float] = []
        self._sum: float = 0

    def add(self, at: int) -> None:
        value = self._numbers[at]
        if value is not None:
            bisect.insort(self._sorted, value)
            self._sum += value

    def drop(self, at: int) -> None:
        value = self._numbers[at]
        if value is not None:
            del self._sorted[bisect.bisect_left(self._sorted, value)]
            self._sum -= value

    def holds(self, first: int, last: int) -> bool:
        return bool(self._sorted) and self._condition.met(self._measured())

    def _measured(self) -> float:
        match self._condition.kind:
            case "value_sum":
                return self._sum
            case "value_avg":
                return self._sum / len(self._sorted)
            case "value_median":
                return quantile(self._sorted, 50)
        return quantile(self._sorted, self._condition.percentile)


def quantile(ordered: Sequence[float], percent: float) -> float:
    """The value below which so many percent lie, between neighbours in proportion."""
    place = (len(ordered) - 1) * percent / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


class _Together:
    """temporal: which of the rules are there, in any order."""

    def __init__(self, condition: Condition, times: Any, rules: Sequence[int], values: Any) -> None:
        self._condition, self._rules = condition, rules
        self._seen: Counter[int] = Counter()

    def add(self, at: int) -> None:
        self._seen[self._rules[at]] += 1

    def drop(self, at: int) -> None:
        self._seen[self._rules[at]] -= 1
        if not self._seen[self._rules[at]]:
            del self._seen[self._rules[at]]

    def holds(self, first: int, last: int) -> bool:
        if self._condition.tree is not None:
            return _true(self._condition.tree, self._seen)
        return self._condition.met(len(self._seen))


def _true(tree: Any, seen: Counter[int]) -> bool:
    if isinstance(tree, int):
        return tree in seen
    kind, *rest = tree
    if kind == "not":
        return not _true(rest[0], seen)
    return (all if kind == "and" else any)(_true(one, seen) for one in rest)


class _InOrder:
    """temporal_ordered: how many of the rules are there one after the other, in the order of the list."""

    def __init__(self, condition: Condition, times: Sequence[float], rules: Sequence[int], values: Any) -> None:
        self._condition, self._times, self._rules = condition, times, rules
        size = len(condition.rules)
        # The latest beginning of a chain of this length (second index) that ends with this rule (first index).
        self._begins = [[float("-inf")] * (size + 1) for _ in range(size)]

    def add(self, at: int) -> None:
        for place in reversed(range(len(self._condition.rules))):
            if self._condition.rules[place] == self._rules[at]:
                mine = self._begins[place]
                mine[1] = self._times[at]
                for length in range(2, place + 2):
                    mine[length] = max(mine[length], *(self._begins[before][length - 1] for before in range(place)))

    def drop(self, at: int) -> None: ...

    def holds(self, first: int, last: int) -> bool:
        begin = self._times[last] - self._condition.seconds
        lengths = [length for mine in self._begins for length, since in enumerate(mine) if length and since >= begin]
        return self._condition.met(max(lengths, default=0))


class _InOrderOf:
    """temporal_ordered with a condition of its own: what `and` joins must follow one another."""

    def __init__(self, condition: Condition, times: Any, rules: Sequence[int], values: Any) -> None:
        self._tree, self._rules = condition.tree, rules

    def add(self, at: int) -> None: ...

    def drop(self, at: int) -> None: ...

    def holds(self, first: int, last: int) -> bool:
        return ordered(self._tree, self._rules[first : last + 1], 0) is not None


def ordered(tree: Any, rules: Sequence[int], start: int) -> int | None:
    """The end of the shortest fulfilment from `start` on, or None. `not` means nowhere in the window."""
    if isinstance(tree, int):
        return next((at + 1 for at in range(start, len(rules)) if rules[at] == tree), None)
    kind, *rest = tree
    if kind == "not":
        return start if ordered(rest[0], rules, 0) is None else None
    if kind == "or":
        return min((found for one in rest if (found := ordered(one, rules, start)) is not None), default=None)
    end: int | None = start
    for one in rest:
        end = ordered(one, rules, end) if end is not None else None
    return end


def _in_order(condition: Condition, *rest: Any) -> _Measure:
    return (_InOrder if condition.tree is None else _InOrderOf)(condition, *rest)


_MEASURES: dict[str, Callable[..., _Measure]] = {
    "event_count": _Count,
    "value_count": _Different,
    "value_sum": _Numbers,
    "value_avg": _Numbers,
    "value_percentile": _Numbers,
    "value_median": _Numbers,
    "temporal": _Together,
    "temporal_ordered": _in_order,
}
