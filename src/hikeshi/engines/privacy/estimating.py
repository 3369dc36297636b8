"""From clusters and doubts to "at least, about, at most"."""

from __future__ import annotations

import math

from .doubting import Doubts
from .linking import Linked

_ROUNDS = 6


def estimated(linked: Linked) -> tuple[int, int, int]:
    """(at least, estimate, at most)."""
    doubts = Doubts(linked)
    people = float(linked.clusters)
    merges: list[float] = []
    sure = [*doubts.pairs(), *doubts.hidden()]
    for _ in range(_ROUNDS):
        merges = [*doubts.merges(people), *sure]
        people = linked.clusters - sum(merges)
    spread = math.sqrt(sum(p * (1 - p) for p in merges))
    width = 2 * spread + 0.02 * people
    return max(1, round(people - width)), max(1, round(people)), round(people + width)
