"""Correlations the slow way: at every moment, the whole window is counted anew."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from hikeshi.engines.logs.sigma.windows import Condition

OPS = {
    "eq": lambda a, b: a == b,
    "neq": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
}


def moments(
    condition: Condition, times: Sequence[float], rules: Sequence[int], values: Sequence[str | None]
) -> list[tuple[int, int]]:
    """(first, last) of each window in which the condition holds."""
    out = []
    for moment in sorted(set(times)):
        inside = [i for i, time in enumerate(times) if moment - condition.seconds <= time <= moment]
        if holds(condition, [rules[i] for i in inside], [values[i] for i in inside]):
            out.append((inside[0], inside[-1]))
    return out


def holds(condition: Condition, rules: list[int], values: list[str | None]) -> bool:
    if condition.tree is not None:
        if condition.kind == "temporal":
            return true(condition.tree, set(rules))
        return any(end is not None for end in [in_turn(condition.tree, rules)])
    numbers = sorted(float(v) for v in values if v is not None and v.lstrip("-").isdecimal())
    match condition.kind:
        case "event_count":
            measured: float = len(rules)
        case "value_count":
            measured = len({v for v in values if v is not None})
        case "temporal":
            measured = len(set(rules))
        case "temporal_ordered":
            measured = longest(condition.rules, rules)
        case _ if not numbers:
            return False
        case "value_sum":
            measured = sum(numbers)
        case "value_avg":
            measured = sum(numbers) / len(numbers)
        case "value_median":
            measured = statistics.median(numbers)
        case _:
            measured = percentile(numbers, condition.percentile)
    bounds = [(condition.op, condition.count), *condition.also]
    return all(OPS[op](measured, count) for op, count in bounds)


def percentile(numbers: list[float], percent: float) -> float:
    if percent in (0, 100) or len(numbers) == 1:
        return numbers[0] if percent == 0 else numbers[-1]
    # Python's own "inclusive" quantiles, at whole percents.
    return statistics.quantiles(numbers, n=100, method="inclusive")[int(percent) - 1]


def true(tree: Any, seen: set[int]) -> bool:
    if isinstance(tree, int):
        return tree in seen
    if tree[0] == "not":
        return not true(tree[1], seen)
    parts = [true(one, seen) for one in tree[1:]]
    return all(parts) if tree[0] == "and" else any(parts)


def longest(wanted: Sequence[int], rules: Sequence[int]) -> int:
    """How many of the wanted rules can be found one after the other: every choice is tried."""
    for size in range(len(wanted), 0, -1):
        for chosen in combinations(wanted, size):
            left = iter(rules)
            if all(one in left for one in chosen):
                return size
    return 0


def in_turn(tree: Any, rules: Sequence[int]) -> int | None:
    """All places where a fulfilment may end are tried; the first of them, or None."""
    ends = every_end(tree, rules, 0)
    return min(ends) if ends else None


def every_end(tree: Any, rules: Sequence[int], start: int) -> set[int]:
    if isinstance(tree, int):
        return {i + 1 for i in range(start, len(rules)) if rules[i] == tree}
    if tree[0] == "not":
        return set() if every_end(tree[1], rules, 0) else {start}
    if tree[0] == "or":
        return set().union(*(every_end(one, rules, start) for one in tree[1:]))
    ends = {start}
    for one in tree[1:]:
        ends = set().union(*(every_end(one, rules, end) for end in ends)) if ends else ends
    return ends
