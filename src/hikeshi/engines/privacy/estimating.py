"""From clusters and doubts to "at least, about, at most".

C clusters that are certain; p, for each doubt, the probability that two of them are one person; s, the mistyped names
that nothing links. The estimate is C - Σp - s, found in some rounds because p depends on how many people there are.
Half the width is 2·√(Σp(1 - p) + s), the doubt that is known, and UNKNOWN of the estimate for what is not.
"""

from __future__ import annotations

import math

import numpy as np

from .doubting import Doubts
from .linking import Linked, firsts, mixed

_ROUNDS = 6
UNKNOWN = 0.045
"""The share of the estimate that stands for what no doubt says. 0.03 was enough for the made-up towns; a second place,
made apart (tests/engines/privacy/village.py), had the truth inside in 92 of 100 only, so it was widened on that place's
seeds 0 to 99 and proven on 2000 to 2199, with the towns 1000 to 1199 (docs/benchmarks.md)."""
FEW = 5
"""So many clusters that are probably somebody's who is there already are still counted in "at most"..."""
CERTAIN = 0.98
"""...unless that is as good as certain: the same name, and nothing that differs."""


def estimated(linked: Linked) -> tuple[tuple[int, int, int], np.ndarray]:
    """((at least, estimate, at most), the likely person of each record)."""
    doubts = Doubts(linked)
    people = float(linked.clusters)
    merges: list[float] = []
    sure = [*doubts.pairs(), *doubts.hidden()]
    slipped = doubts.slipped()
    for _ in range(_ROUNDS):
        merges = [*doubts.merges(people), *sure]
        people = linked.clusters - sum(merges) - slipped
    spread = math.sqrt(sum(p * (1 - p) for p in merges) + slipped)
    people = max(people, 1.0)
    width = 2 * spread + UNKNOWN * people
    # In a short list a few doubts are many: there all of them may be different people.
    above = max(width, min(sum(p for p in merges if p < CERTAIN), FEW))
    return (max(1, round(people - width)), round(people), round(people + above)), doubts.roots()


def told_apart(columns: dict[str, np.ndarray]) -> int:
    """How many people one file tells apart by name and birthday, or by members' numbers: "at most" is never fewer."""
    most = 0
    for key in (mixed(columns["name"], columns["birth"]), columns["member"]):
        rows = np.nonzero(key)[0]
        if len(rows):
            files = columns["file"][rows]
            most = max(most, int(np.bincount(files[firsts(files, key[rows])]).max()))
    return most
