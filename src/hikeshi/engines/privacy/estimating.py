"""From clusters and doubts to "at least, about, at most"."""

from __future__ import annotations

import math

import numpy as np

from .doubting import Doubts
from .linking import Linked

_ROUNDS = 6


def estimated(linked: Linked) -> tuple[tuple[int, int, int], np.ndarray]:
    """((at least, estimate, at most), the likely person of each record)."""
    doubts = Doubts(linked)
    people = float(linked.clusters)
    merges: list[float] = []
    sure = [*doubts.pairs(), *doubts.hidden()]
    for _ in range(_ROUNDS):
        merges = [*doubts.merges(people), *sure]
        people = linked.clusters - sum(merges)
    spread = math.sqrt(sum(p * (1 - p) for p in merges))
    width = 2 * spread + 0.02 * people
    return (max(1, round(people - width)), max(1, round(people)), round(people + width)), doubts.roots()
