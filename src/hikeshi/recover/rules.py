"""What recovery step 3 decides: which suggestions fit, and where the step stands. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

STAGES = ("eradicate", "harden", "restore")


def kinds(value: Any) -> list[str]:
    """The kinds of incident that a fact names: a list, one alone, or (for anything else) none that is known."""
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def fitting(suggestions: Mapping[str, Mapping[str, Any]], kinds: Iterable[str], taken: Iterable[str]) -> list[str]:
    """Suggestions for an incident of these kinds that nobody took up yet. Of an unknown kind everything may fit."""
    known, used = set(kinds), set(taken)
    return [
        name
        for name, suggestion in suggestions.items()
        if name not in used and (not suggestion["when"] or not known or known & set(suggestion["when"]))
    ]


def state(states: Sequence[str], restored: bool) -> str:
    """todo | open | done | waived for the whole step. Nothing added and business restored: nothing was needed."""
    if any(one == "open" for one in states):
        return "open"
    if restored:
        return "done" if "done" in states else "waived"
    return "open" if states else "todo"
