"""What recovery step 3 decides: which suggestions fit, and where the step stands. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

STAGES = ("eradicate", "harden", "restore")


def kinds(value: Any) -> list[str]:
    """The kinds of incident that a fact names: a list, one alone, or (for anything else) none that is known."""
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def fitting(
    suggestions: Mapping[str, Mapping[str, Any]],
    kinds: Iterable[str],
    taken: Iterable[str],
    facts: Iterable[str] = (),
) -> list[str]:
    """Suggestions for an incident of these kinds that nobody took up yet. Of an unknown kind everything may fit.

    `facts` are those that are so, or may be: a suggestion that names a fact waits for it.
    """
    known, used, so = set(kinds), set(taken), set(facts)
    return [
        name
        for name, suggestion in suggestions.items()
        if name not in used
        and (not suggestion["when"] or not known or known & set(suggestion["when"]))
        and ("fact" not in suggestion or suggestion["fact"] in so)
    ]


def hands_off(suggestions: Mapping[str, Mapping[str, Any]], cards: bool, states: Mapping[str, str]) -> bool:
    """Whether the system is to be left untouched: card data, and those who must be asked first were not yet.

    `states`: name of a suggestion that was taken up → its state.
    """
    first = [name for name, suggestion in suggestions.items() if suggestion.get("fact") == "card_data"]
    return cards and any(states.get(name, "open") == "open" for name in first)


def state(states: Sequence[str], restored: bool) -> str:
    """todo | open | done | waived for the whole step. Nothing added and business restored: nothing was needed."""
    if any(one == "open" for one in states):
        return "open"
    if restored:
        return "done" if "done" in states else "waived"
    return "open" if states else "todo"
