"""Which records are one person's: union by what identifies, then by names that differ a little where much else agrees.

Certain enough to unite (`roots`): the same identity number; the same name (or reading) with the same e-mail, telephone,
address, birthday or postal code; no name, but an e-mail or telephone that few names share; a name of one character's
difference with the same e-mail, telephone or address and the same reading or birthday; a family name alone with one of
those who share its e-mail, telephone or address. Brothers at their mother's e-mail (健一, 健二) are a doubt.
What is not certain becomes a doubt with a probability, which estimating.py weighs. A telephone of many names (an
office's, a switchboard's) links nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from .record import ALONE, SKETCHED

COLUMNS = (
    "name",
    "sketch",
    "kana",
    "email",
    "email2",
    "phone",
    "phone2",
    "postal",
    "address",
    "birth",
    "identity",
    *ALONE,
)
OFFICE = 4
"""A telephone, e-mail or address with more names than this belongs to no family."""
_GROUP = 64


@dataclass(slots=True)
class Doubt:
    """Two records whose clusters may be one person. `why`: "near" (names differ by one character), "slip" (so, at one
    e-mail) or "nameless"; `by`: the field they share."""

    a: int
    b: int
    why: str
    by: str


@dataclass(slots=True)
class Linked:
    """`roots` of the cautious clusters by record, how many there are, and what may still be united."""

    columns: dict[str, np.ndarray]
    roots: np.ndarray
    clusters: int
    doubts: list[Doubt] = field(default_factory=list)
    near: tuple[int, int] = (0, 0)
    """Of pairs with names near to each other, telephone or address in common and more to go by: one person, two."""
    slips: int = 0
    """Names that differ by one character at the same e-mail: mistyped."""


class Forest:
    """Union-find."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def find(self, i: int) -> int:
        parent = self.parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def union(self, i: int, j: int) -> None:
        i, j = self.find(i), self.find(j)
        if i != j:
            if j < i:
                i, j = j, i
            self.parent[j] = i


def link(columns: dict[str, np.ndarray]) -> Linked:
    """The clusters of these records."""
    size = len(columns["name"])
    forest = Forest(size)
    forest.parent = united(_certain(columns), size).tolist()
    around = _Around(columns, forest)
    doubts = around.look()
    roots = np.fromiter((forest.find(i) for i in range(size)), dtype=np.int64, count=size)
    return Linked(columns, roots, len(np.unique(roots)), doubts, (around.same, around.different), around.slips)


def united(keys: Iterable[np.ndarray], size: int) -> np.ndarray:
    """The smallest row of the cluster of each row, when all that share one of the keys are united."""
    sorted_keys = [pair for key in keys if len((pair := _sorted(key))[0])]
    labels = np.arange(size)
    while True:
        before = labels.copy()
        for order, starts, lengths in sorted_keys:
            # The smallest label of a group goes to the roots of all in it, and from there to those under them.
            least = np.repeat(np.minimum.reduceat(labels[order], starts), lengths)
            np.minimum.at(labels, labels[order], least)
            labels[order] = np.minimum(labels[order], least)
        while True:  # each row straight under its root
            above = labels[labels]
            if np.array_equal(above, labels):
                break
            labels = above
        if np.array_equal(before, labels):
            return labels


def _sorted(key: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(rows in groups that share a key, where each group starts, how long it is); of keys not 0, groups of two up."""
    rows = np.nonzero(key)[0]
    order = rows[np.argsort(key[rows], kind="stable")]
    values = key[order]
    first = np.concatenate(([True], values[1:] != values[:-1])) if len(values) else np.zeros(0, np.bool_)
    starts = np.nonzero(first)[0]
    lengths = np.diff(np.concatenate((starts, [len(order)])))
    several = np.repeat(lengths > 1, lengths)
    order, lengths = order[several], lengths[lengths > 1]
    return order, np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.int64), lengths


def groups(key: np.ndarray) -> Iterator[np.ndarray]:
    """The rows that share a key that is not 0, two or more."""
    rows = np.nonzero(key)[0]
    order = rows[np.argsort(key[rows], kind="stable")]
    values = key[order]
    cuts = np.nonzero(values[1:] != values[:-1])[0] + 1
    starts, ends = np.concatenate(([0], cuts)), np.concatenate((cuts, [len(order)]))
    for n in np.nonzero(ends - starts > 1)[0]:
        yield order[starts[n] : ends[n]]


def firsts(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The first row of each different pair of values, in the order of the pairs."""
    order = np.lexsort((b, a))
    a, b = a[order], b[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    return order[new]


def repeated(key: np.ndarray) -> np.ndarray:
    """Which rows have a key that is not 0 and that another row has, too."""
    values, counts = np.unique(key, return_counts=True)
    return np.isin(key, values[(counts > 1) & (values != 0)])


def mixed(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """One key of two; 0 when either is missing."""
    key = (a * np.uint64(0x9E3779B97F4A7C15)) ^ ((b << np.uint64(31)) | (b >> np.uint64(33)))
    return np.where((a != 0) & (b != 0), key | np.uint64(1), np.uint64(0))


def _certain(columns: dict[str, np.ndarray]) -> Iterator[np.ndarray]:
    yield columns["identity"]
    for who in ("name", "kana"):
        for several in (("email", "email2"), ("phone", "phone2")):
            yield from _either(columns, who, several)
        for single in ("address", "birth"):
            yield mixed(columns[who], columns[single])
    yield mixed(columns["name"], columns["postal"])


def _either(columns: dict[str, np.ndarray], who: str, several: tuple[str, str]) -> Iterator[np.ndarray]:
    """Keys for a field of two values: the first, and each row's second against the others' first."""
    first, second = (mixed(columns[who], columns[name]) for name in several)
    yield first
    if second.any():
        yield second
        # Where the second of one is the first of another: the second's rows take part once more with that key.
        crossing = np.isin(second, first[first != 0])
        yield np.where(crossing, second, first)


class _Around:
    """Looks at what shares an e-mail, telephone or address and has not the same name."""

    def __init__(self, columns: dict[str, np.ndarray], forest: Forest) -> None:
        self._c = {name: columns[name].tolist() for name in ("sketch", "kana", "birth", "email", "phone")}
        self._forest = forest
        self._columns = columns
        self._placed: set[int] = set()
        self.doubts: list[Doubt] = []
        self.same = self.different = self.slips = 0

    def look(self) -> list[Doubt]:
        roots = np.array(self._forest.parent)
        for field_name in ("email", "email2", "phone", "phone2", "address"):
            order, starts, lengths = _sorted(self._columns[field_name])
            if not len(order):
                continue
            here = roots[order]
            # Where all are one cluster already there is nothing to ask.
            several = np.minimum.reduceat(here, starts) != np.maximum.reduceat(here, starts)
            for start, length in zip(starts[several].tolist(), lengths[several].tolist(), strict=True):
                self._group(order[start : start + length].tolist(), field_name)
        return self.doubts

    def _group(self, rows: list[int], by: str) -> None:
        find = self._forest.find
        clusters: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            clusters[find(row)].append(row)
        if len(clusters) < 2:
            return
        named = {root: them for root, them in clusters.items() if any(self._c["sketch"][row] for row in them)}
        nameless = [root for root in clusters if root not in named]
        if len(named) > _GROUP:
            return
        office = len(named) > OFFICE
        roots = list(named)
        for n, a in enumerate(roots):
            for b in roots[n + 1 :]:
                if find(a) != find(b):
                    self._pair(named[a], named[b], by, office)
        if not office:
            self._nameless(nameless, roots, clusters, by)

    def _nameless(self, nameless: list[int], roots: list[int], clusters: dict[int, list[int]], by: str) -> None:
        """Who has no name is one of those at this e-mail or telephone, unless the other fields say something else."""
        hosts = list(roots)
        for other in nameless:
            fitting = [host for host in hosts if not self._contradict(clusters[other], clusters[host], "email")]
            if by.startswith("email") or (by.startswith("phone") and fitting):
                if hosts:
                    self._forest.union((fitting or hosts)[0], other)
            elif hosts:
                self.doubts.append(Doubt((fitting or hosts)[0], other, "nameless", by.rstrip("2")))
            hosts.append(other)

    def _pair(self, a: list[int], b: list[int], by: str, office: bool) -> None:
        """Two clusters with different names at one e-mail, telephone or address."""
        pairs = [(nearness(x, y), x, y) for x in self._names(a) for y in self._names(b)]
        near, x, y = min(pairs)
        if near > 1:
            if not office and any(renamed(x, y) for _, x, y in pairs):
                self._renamed(a, b, by)
            return
        if near == 0 and x != y and not self._place(a if len(characters(x)) < len(characters(y)) else b):
            return
        if by.startswith("email"):
            if near == 0 or self._agree(a, b, "kana") or self._agree(a, b, "birth"):
                if not self._contradict(a, b, "birth"):
                    self.slips += near
                    self._forest.union(a[0], b[0])
            elif not self._contradict(a, b, "birth"):
                self.doubts.append(Doubt(a[0], b[0], "slip", "email"))
            return
        agree = self._agree(a, b, "kana") or self._agree(a, b, "birth")
        contradict = self._contradict(a, b, "kana") or self._contradict(a, b, "birth")
        self.same += near == 1 and agree
        self.different += near == 1 and contradict and not agree
        if contradict and not agree:
            return
        if not office and (agree or near == 0):
            self._forest.union(a[0], b[0])
        else:
            self.doubts.append(Doubt(a[0], b[0], "near", by.rstrip("2")))

    def _names(self, rows: list[int]) -> list[int]:
        """The names of a cluster, without a family name alone where a whole name begins with it."""
        them = list({self._c["sketch"][row] for row in rows} - {0})
        whole = [one for one in them if not any(one != other and begins(one, other) for other in them[:_GROUP])]
        return whole or them

    def _place(self, short: list[int]) -> bool:
        """A family name alone is one of those who share its e-mail or telephone: whether it has no place yet."""
        there = short[0] in self._placed
        self._placed.add(short[0])
        return not there

    def _renamed(self, a: list[int], b: list[int], by: str) -> None:
        """Another family name, the same given name, e-mail and telephone (or one and the birthday): married."""
        if self._agree(a, b, "birth") or (self._agree(a, b, "email") and self._agree(a, b, "phone")):
            self._forest.union(a[0], b[0])
        elif by.startswith("email") and not self._contradict(a, b, "birth"):
            self.doubts.append(Doubt(a[0], b[0], "near", "email"))

    def _values(self, rows: Iterable[int], name: str) -> set[int]:
        return {self._c[name][row] for row in rows} - {0}

    def _agree(self, a: list[int], b: list[int], name: str) -> bool:
        return bool(self._values(a, name) & self._values(b, name))

    def _contradict(self, a: list[int], b: list[int], name: str) -> bool:
        x, y = self._values(a, name), self._values(b, name)
        return bool(x and y and not x & y)


@lru_cache(100_000)
def characters(sketched: int) -> tuple[int, ...]:
    """The hashes of a name's characters."""
    found = []
    for _ in range(SKETCHED):
        if not sketched & 1023:
            break
        found.append(sketched & 1023)
        sketched >>= 10
    return tuple(found)


def renamed(a: int, b: int) -> bool:
    """Whether two names may be one given name behind two family names: they end alike and begin with other letters."""
    x, y = characters(a), characters(b)
    return len(x) > 2 and len(y) > 2 and x[0] != y[0] and x[1] != y[1] and x[-2:] == y[-2:]


def begins(a: int, b: int) -> bool:
    """Whether b begins with all of a."""
    x = characters(a)
    return x == characters(b)[: len(x)]


def nearness(a: int, b: int) -> int:
    """0: the same, or one begins with all of the other (a family name alone); 1: one character changed, lost, added
    or two swapped; else 2."""
    if a == b:
        return 0
    x, y = characters(a), characters(b)
    if len(x) > len(y):
        x, y = y, x
    if len(x) < 2:
        return 0 if x == y[: len(x)] else 2
    if len(x) == len(y):
        wrong = [n for n in range(len(x)) if x[n] != y[n]]
        if len(wrong) == 1:
            return 1
        swapped = len(wrong) == 2 and x[wrong[0]] == y[wrong[1]] and x[wrong[1]] == y[wrong[0]]
        return 1 if swapped else 2
    if x == y[: len(x)] and len(y) - len(x) >= 2 and len(x) <= 3:
        return 0
    if len(y) - len(x) == 1 and any(y[:n] + y[n + 1 :] == x for n in range(len(y))):
        return 1
    return 2
