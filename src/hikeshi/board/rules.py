"""What the board decides: the one next thing, and where each of the plan's six steps stands. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

STEPS = (1, 2, 3, 4, 5, 6)
# When several rooms speak for one step, the least finished one tells the truth.
_ORDER = ("doing", "open", "waived", "done")
_WORDS = {"todo": "open", "open": "doing", "doing": "doing", "done": "done", "waived": "waived"}


def next_thing(summaries: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The most urgent thing, and the others behind it."""
    things: list[dict[str, Any]] = [dict(thing) for summary in summaries for thing in summary.get("next", ())]
    things.sort(key=lambda thing: -int(thing.get("urgency", 0)))
    return (things[0], things[1:]) if things else (None, [])


def step_states(summaries: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Step number → done | doing | open | waived, for all six steps."""
    said: dict[int, list[str]] = {step: [] for step in STEPS}
    for summary in summaries:
        for step, state in summary.get("steps", {}).items():
            said[int(step)].append(_WORDS[state])
    return {step: _together(states) for step, states in said.items()}


def _together(states: Sequence[str]) -> str:
    if not states:
        return "open"
    if "done" in states and "open" in states:
        return "doing"
    return min(states, key=_ORDER.index)


def fact_counts(statuses: Iterable[str]) -> dict[str, int]:
    """How many facts stand at each status."""
    counts = {"confirmed": 0, "suspected": 0, "unknown": 0, "refuted": 0}
    for status in statuses:
        counts[status] = counts.get(status, 0) + 1
    return counts
