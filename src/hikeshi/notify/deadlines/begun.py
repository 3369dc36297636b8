"""What a card of the first hour says was begun: a talk by telephone is shown with the duty, and never closes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hikeshi.casebook import services as casebook


@dataclass(frozen=True)
class Call:
    """A card whose main button says that somebody was spoken to, and its chips that say otherwise."""

    card: str
    otherwise: frozenset[str] = frozenset()


# The duty → the cards that begin it. They are named, not imported: the first hour is a room beside this one.
CARDS: Mapping[str, tuple[Call, ...]] = {
    "card.acquirer": (Call("call-acquirer", frozenset({"no-card"})),),
    "insurance.notice": (Call("call-insurer", frozenset({"no-insurance", "closed-now"})),),
    "police": (Call("call-police", frozenset({"closed-now"})), Call("call-lost-police")),
}
SHAPE = "card.answered"


def begun(case: Any) -> dict[str, datetime]:
    """When each of these duties was first spoken about, by the newest answer to its cards."""
    newest = {entry.data["card"]: entry for entry in casebook.entries(case, [SHAPE])}
    found: dict[str, datetime] = {}
    for target, calls in CARDS.items():
        answers = [(newest[call.card], call) for call in calls if call.card in newest]
        talks = [
            entry.occurred.start if entry.occurred else entry.recorded_at
            for entry, call in answers
            if entry.data["answer"] == "seen" and not call.otherwise & set(entry.data["chips"])
        ]
        if talks:
            found[target] = min(talks)
    return found
