"""How probable it is that clusters of one name, which nothing else links, are one person.

For a name with several clusters, the largest is somebody. Each further one is either the same person's (odds: how often
a person appears again, times the rates at which e-mails, telephones and addresses of one person differ, for each field
that both have and that differs) or somebody of the same name (odds: how many others of this name are to be expected).

All rates come from the records themselves: the rate of different e-mails from pairs linked by telephone or address, and
so on; how common a name is from how common its two halves are. Nothing is assumed about names but that the halves are
independent. Clusters without a name are weighed by how often a record with a name would be found by its e-mail and
telephone alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from .linking import Forest, Linked, firsts, groups, mixed, repeated

PRIOR = {"email": (0.08, 20.0), "phone": (0.3, 20.0), "address": (0.1, 20.0), "birth": (0.02, 50.0)}
"""Rate at which two records of one person differ, and how many pairs that opinion weighs."""
COMMONEST = 5e-4
"""No full name is borne by more people than this share; it matters where there are too few names to tell."""
MISTYPED = 0.02
"""More names than this share nobody mistypes."""
SURE = 0.95
_SEVERAL = {"email": ("email", "email2"), "phone": ("phone", "phone2")}
_LARGEST = 200
_FEW = 12
_LIKELY = 0.5


@dataclass(slots=True)
class Cluster:
    """What the records of a cluster hold, as sets of hashes."""

    root: int
    rows: int = 0
    values: dict[str, set[int]] = field(default_factory=lambda: {name: set() for name in PRIOR})


class Doubts:
    """Probabilities for the clusters of one set of records."""

    def __init__(self, linked: Linked) -> None:
        self._c, self._roots = linked.columns, linked.roots
        self._doubts, self._near = linked.doubts, linked.near
        self._slips: float = linked.slips
        self._unsure: float | None = None
        self.records, self.clusters = len(self._roots), linked.clusters
        self.rates = {name: self._rate(name) for name in PRIOR}
        self._halves()
        self._of_names: list[tuple[int, list[int], list[list[float]]]]
        self.likely: dict[int, int] = {}
        """Cluster -> the one that it is more likely than not the same person as."""

    def _rate(self, name: str) -> float:
        """How often `name` differs between two records that a name and another field link."""
        prior, weight = PRIOR[name]
        differ, compared = prior * weight, weight
        for other in ("phone", "email", "address", "birth"):
            if other == name:
                continue
            key, value = mixed(self._c["name"], self._c[other]), self._c[name]
            rows = np.nonzero((key != 0) & (value != 0))[0]
            order = rows[np.argsort(key[rows], kind="stable")]
            together = key[order][1:] == key[order][:-1]
            differ += int((together & (value[order][1:] != value[order][:-1])).sum())
            compared += int(together.sum())
        return float(differ / compared)

    def _halves(self) -> None:
        """How often each beginning (two characters) and each rest of a name occurs, one count a cluster."""
        sketch = self._c["sketch"]
        named = (sketch != 0) & (self._c["name"] != 0)
        sketches = sketch[named][firsts(self._roots[named], sketch[named])]
        self._front = Counter((sketches & np.uint64((1 << 20) - 1)).tolist())
        self._rest = Counter((sketches >> np.uint64(20)).tolist())
        self._named = max(1, len(sketches))

    def others(self, sketch: int, people: float) -> float:
        """How many other people of this name are to be expected among so many."""
        front = self._front[sketch & ((1 << 20) - 1)]
        rest = self._rest[sketch >> 20]
        share = max(front - 1, 0.5) * max(rest - 1, 0.5) / self._named**2
        return people * min(share, COMMONEST)

    def merges(self, people: float) -> Iterator[float]:
        """The probability of each cluster, but the first of a name, to be somebody who is there already."""
        again = max(0.05, self.records / max(people, 1.0) - 1)
        for sketch, roots, likes in self._alike():
            others = self.others(sketch, people)
            weights = [1.0]
            for n, row in enumerate(likes, 1):
                odds = [weight * like for weight, like in zip(weights, row, strict=True)]
                whole = sum(odds) * again
                same = whole / (whole + others)
                if same > _LIKELY:
                    self.likely[roots[n]] = roots[odds.index(max(odds))]
                weights.append(1 - same)
                yield same

    def _alike(self) -> list[tuple[int, list[int], list[list[float]]]]:
        """(sketch, clusters of one name, the largest first, how each is like those before it): it stays the same."""
        if not hasattr(self, "_of_names"):
            self._of_names = []
            for sketch, clusters in self._of_one_name():
                clusters.sort(key=lambda one: -one.rows)
                self._of_names.append((sketch, [one.root for one in clusters], self._likes(clusters)))
        return self._of_names

    def _likes(self, clusters: list[Cluster]) -> list[list[float]]:
        if len(clusters) < _FEW:
            return [[self._like(one, other) for other in clusters[:n]] for n, one in enumerate(clusters) if n]
        # Many at once: where a cluster has one value of each field, columns of numbers say which differ.
        likes = np.ones((len(clusters), len(clusters)))
        for name, rate in self.rates.items():
            value = np.array([next(iter(one.values[name]), 0) for one in clusters], np.uint64)
            there = value != 0
            likes[(value[:, None] != value[None, :]) & there[:, None] & there[None, :]] *= rate
        several = [n for n, one in enumerate(clusters) if any(len(them) > 1 for them in one.values.values())]
        for n in several:
            for other in range(len(clusters)):
                likes[n, other] = likes[other, n] = self._like(clusters[n], clusters[other])
        return [likes[n, :n].tolist() for n in range(1, len(clusters))]

    def pairs(self) -> Iterator[float]:
        """The probability of each doubt of the linking to be one person."""
        alike, apart = self._near
        prior: dict[str, float] = {"near": (alike + 0.5) / (alike + apart + 2), "slip": self._mistyped()}
        seen: set[tuple[int, int]] = set()
        parted: dict[int, float] = {}
        for doubt in self._doubts:
            a, b = sorted((int(self._roots[doubt.a]), int(self._roots[doubt.b])))
            if a == b or (a, b) in seen:
                continue
            seen.add((a, b))
            key = doubt.by if doubt.why == "nameless" else doubt.why
            if key not in prior:
                prior[key] = self._same_at(doubt.by)
            odds = prior[key] / max(1 - prior[key], 0.02) * self._like(self._cluster(a), self._cluster(b))
            same = odds / (1 + odds)
            if same > _LIKELY:
                self.likely[b] = a
            parted[b] = parted.get(b, 1.0) * (1 - same)
        # However many it may be one with, a cluster is one with them once.
        return (1 - apart for apart in parted.values())

    def _mistyped(self) -> float:
        """How probable it is that names near to each other at one e-mail are one, mistyped: where there are more than
        anybody mistypes they are brothers and sisters."""
        if self._unsure is None:
            there = len({(doubt.a, doubt.b) for doubt in self._doubts if doubt.why == "slip"})
            mails = int(repeated(self._c["email"]).sum())
            self._unsure = min(MISTYPED * mails / max(there, 1), SURE)
            self._slips += self._unsure * there
        return self._unsure

    def _same_at(self, name: str) -> float:
        """Of records with a name that share this field with another one: how many share it with their own name."""
        own, all_of_them = 1.0, 2.0
        names = self._c["name"]
        for group in groups(self._c[name]):
            there = Counter(names[group].tolist())
            there.pop(0, None)
            if sum(there.values()) > 1:
                own += sum(count for count in there.values() if count > 1)
                all_of_them += sum(there.values())
        return own / all_of_them

    def hidden(self) -> list[float]:
        """For each cluster without a name: the probability that it is somebody who is there under another e-mail."""
        named = np.unique(self._roots[(self._c["name"] != 0) | (self._c["sketch"] != 0) | (self._c["kana"] != 0)])
        rows = np.nonzero(~np.isin(self._roots, named))[0]
        doubted = {int(self._roots[one]) for doubt in self._doubts for one in (doubt.a, doubt.b)}
        chances: dict[tuple[bool, bool], float] = {}
        found = {}
        for row in rows.tolist():
            root = int(self._roots[row])
            if root in doubted or root in found:
                continue
            has = (bool(self._c["email"][row]), bool(self._c["phone"][row]))
            if has not in chances:
                chances[has] = self._unseen(*has)
            found[root] = chances[has]
        return list(found.values())

    def _unseen(self, email: bool, phone: bool) -> float:
        """P(there is another record of the same person | none found by these fields), from records with names."""
        names = self._c["name"]
        named, mates, seen = 6.0, 1.0, 0.7
        fields = [name for name, has in (("email", email), ("phone", phone)) if has]
        having = (names != 0) & np.all([self._c[name] != 0 for name in fields] or [names != 0], axis=0)
        named += int(having.sum())
        having &= repeated(names)
        mates += int(having.sum())
        if fields:
            seen += int(np.any([repeated(mixed(names, self._c[name])) for name in fields], axis=0)[having].sum())
        there, found = mates / named, min(seen / mates, 0.99)
        return there * (1 - found) / (there * (1 - found) + 1 - min(there, 0.98))

    def slipped(self) -> float:
        """How many records are to be expected whose name is mistyped and that nothing else links to their person.

        The rate of slips is that at e-mails that agree; what is not found by any other field, that of right names.
        """
        names = self._c["name"]
        found = np.any([repeated(mixed(names, self._c[name])) for name in ("email", "phone", "address")], axis=0)
        lost = int((repeated(names) & ~found).sum())
        rows = int(repeated(self._c["email"]).sum())
        self._mistyped()
        return self._slips / (rows + 50) * lost

    def _like(self, a: Cluster, b: Cluster) -> float:
        like = 1.0
        for name, rate in self.rates.items():
            if a.values[name] and b.values[name] and not a.values[name] & b.values[name]:
                like *= rate
        return like

    def _of_one_name(self) -> Iterator[tuple[int, list[Cluster]]]:
        roots, sketch = self._roots, self._c["sketch"]
        without = np.isin(roots, np.unique(roots[self._c["name"] != 0]), invert=True)
        for key in (self._c["name"], np.where(without, self._c["kana"], 0)):
            rows = np.nonzero(key)[0]
            first = firsts(key[rows], roots[rows])
            once = np.zeros(len(key), dtype=np.uint64)
            once[rows[first]] = key[rows[first]]
            for group in groups(once):
                if len(group) <= _LARGEST:
                    yield int(sketch[group[0]]), [self._cluster(int(root)) for root in roots[group]]

    def _cluster(self, root: int) -> Cluster:
        rows = self._rows_of()[root]
        made = Cluster(root, len(rows))
        if not hasattr(self, "_lists"):
            self._lists = [(name, self._c[column].tolist()) for name in PRIOR for column in _SEVERAL.get(name, (name,))]
        for name, values in self._lists:
            for row in rows:
                if value := values[row]:
                    made.values[name].add(value)
        return made

    def roots(self) -> np.ndarray:
        """The clusters with what is likely united: for saying of how many people there are data of a kind."""
        forest = Forest(len(self._roots))
        for root, other in self.likely.items():
            forest.union(root, other)
        whole = {root: forest.find(root) for root in np.unique(self._roots).tolist()}
        return np.fromiter((whole[root] for root in self._roots.tolist()), dtype=np.int64, count=len(self._roots))

    def _rows_of(self) -> dict[int, list[int]]:
        if not hasattr(self, "_members"):
            self._members: dict[int, list[int]] = defaultdict(list)
            for row, root in enumerate(self._roots.tolist()):
                self._members[root].append(row)
        return self._members
