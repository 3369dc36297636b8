"""From clusters and doubts to "at least, about, at most". (first working form)"""

from __future__ import annotations

from .linking import Linked


def estimated(linked: Linked) -> tuple[int, int, int]:
    """(at least, estimate, at most)."""
    most = linked.clusters
    best = most - sum(doubt.probability for doubt in linked.doubts)
    least = most - len(linked.doubts)
    return max(1, round(least)), max(1, round(best)), most
