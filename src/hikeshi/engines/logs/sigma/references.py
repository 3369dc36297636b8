"""Comparing two fields of the same event: each distinct pair of values is looked at once."""

from __future__ import annotations

import numpy as np

from ..columns import Batch, Text
from .atoms import Atom, fold
from .sources import Rows


def pairs_that_hold(batch: Batch, atom: Atom) -> Rows:
    """The rows where an atom of the kind "ref" holds; both fields must be there."""
    other, starts, ends = atom.value
    left, right = batch.column(str(atom.field)), batch.column(other)
    rows = np.flatnonzero((left.codes > 0) & (right.codes > 0))
    key = left.codes[rows].astype(np.int64) * len(right.values) + right.codes[rows]
    pairs, inverse = np.unique(key, return_inverse=True)
    size = len(right.values)
    holds = [refers(left.values[key // size], right.values[key % size], starts, ends) for key in pairs.tolist()]
    return rows[np.array(holds, bool)[inverse]] if holds else rows


def refers(left: Text, right: Text, starts: bool, ends: bool) -> bool:
    """Whether a value compares with another; of several texts, one pair is enough."""
    if isinstance(left, tuple):
        return any(refers(one, right, starts, ends) for one in left)
    if isinstance(right, tuple):
        return any(refers(left, one, starts, ends) for one in right)
    if left is None or right is None:
        return False
    left, right = fold(left), fold(right)
    if starts and ends:
        return right in left
    if starts or ends:
        return left.startswith(right) if starts else left.endswith(right)
    return left == right
