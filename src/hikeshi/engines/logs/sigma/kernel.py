"""Runs all rules on a batch: distinct values through Hyperscan, conditions on selections of rows. Never row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..columns import WRITTEN, Batch, Codes, Column
from ..table import LogSource
from .atoms import Atom
from .matching import Found, Matcher, distinct
from .pack import Pack
from .references import pairs_that_hold
from .sources import Router, Rows
from .tree import Expr, Leaf, Node, Place, Planned, Planner, Words, atoms_in

NONE: Rows = np.zeros(0, np.int64)
_MISSING: Rows = np.zeros(1, np.int64)
CodeSet = tuple[Rows, bool]
"""Codes; with True, all but these."""


@dataclass(slots=True)
class _Source:
    """The rules of one log source as (number, tree), and the places that they look at."""

    number: int
    rules: list[tuple[int, Any]]
    planned: list[Planned] | None = None
    places: frozenset[Place] = frozenset()


class Kernel:
    """Rules of packs, ready to run. `rules[number]` is what a pack says about a rule; `run` speaks in these numbers.

    A rule whose id an earlier pack has already is left out. `levels` chooses rules by level; all when empty.
    """

    def __init__(self, packs: Sequence[Pack], cache: Path | None = None, levels: Iterable[str] = ()) -> None:
        self._cache = cache
        self.atoms: list[Atom] = []
        self.rules: list[dict[str, Any]] = []
        self.old: list[str] = []  # packs that an earlier version compiled
        self.starts: list[tuple[int, int]] = []  # for each rule: the first number of its pack's atoms, rules
        for pack in packs:
            start, first = len(self.atoms), len(self.rules)
            self.atoms += pack.atoms
            self.rules += [rule | {"source": pack.source} for rule in pack.rules]
            self.old += [pack.source] if pack.old else []
            self.starts += [(start, first)] * len(pack.rules)
        self.chosen = self._choose(set(levels))
        by_source: dict[LogSource, _Source] = {}
        for number in sorted(self.chosen):
            rule = self.rules[number]
            if "tree" in rule:
                source = by_source.setdefault(LogSource(*rule["logsource"]), _Source(len(by_source), []))
                start = self.starts[number][0]
                source.rules.append((number, _shifted(rule["tree"], start) if start else rule["tree"]))
        self._sources = list(by_source.values())
        self._router = Router(list(by_source))
        self._planner = Planner(self.atoms)
        self._by_place: dict[Place, list[tuple[int, Atom]]] | None = None
        self._matchers: dict[Place, Matcher] = {}

    def _choose(self, levels: set[str]) -> set[int]:
        """Rules of these levels, with what the correlations among them build on."""
        seen: set[str] = set()
        chosen: set[int] = set()
        for number, rule in enumerate(self.rules):
            if rule["id"] not in seen and (not levels or rule["level"] in levels):
                chosen.add(number)
            seen.add(rule["id"])
        for number in sorted(chosen, reverse=True):
            below = self.rules[number].get("correlation", {}).get("rules", ())
            chosen |= {one + self.starts[number][1] for one in below}
        return chosen

    def run(self, batch: Batch) -> tuple[list[tuple[int, Rows]], Batch]:
        """(rule, rows), for the rules that hold somewhere; and the batch with fields as Sigma calls them.

        Correlations are not run here: see correlate.py.
        """
        if not len(batch):
            return [], batch
        rows, renamed = self._router.route(batch)
        for source in rows:
            self._plan(self._sources[source])
        looked: dict[Place, list[Rows]] = {}
        for source, some in rows.items():
            for place in self._sources[source].places:
                looked.setdefault(place, []).append(some)
        values = _Values(self, batch, renamed, looked)
        out: list[tuple[int, Rows]] = []
        for source, some in rows.items():
            selection = _Selection(values, some)
            for planned in self._sources[source].planned or ():
                found = selection.rows(planned)
                if len(found):
                    out.append((planned.number, found))
        return sorted(out, key=lambda pair: pair[0]), renamed

    def renamed(self, batch: Batch) -> Batch:
        """The batch with fields as Sigma calls them."""
        return self._router.route(batch)[1] if len(batch) else batch

    def _plan(self, source: _Source) -> None:
        if source.planned is not None:
            return
        places: set[Place] = set()
        source.planned = []
        for number, tree in source.rules:
            source.planned.append(self._planner.plan(number, tree, source.number))
            places |= {self._planner.place(atom, source.number) for atom in atoms_in(tree)}
        source.places = frozenset(places)

    def matcher(self, place: Place) -> Matcher:
        """Of a field, or of a log source's keywords; made when it is first wanted."""
        if self._by_place is None:
            by_place: dict[Place, set[int]] = {}
            for source in self._sources:
                for atom in set().union(*(atoms_in(tree) for _, tree in source.rules)):
                    by_place.setdefault(self._planner.place(atom, source.number), set()).add(atom)
            self._by_place = {key: [(n, self.atoms[n]) for n in sorted(some)] for key, some in by_place.items()}
        known = self._matchers.get(place)
        if known is None:
            known = self._matchers[place] = Matcher(self._by_place.get(place, ()), self._cache)
        return known


class _Values:
    """What is known about the columns of one batch: which codes each leaf holds for."""

    def __init__(self, kernel: Kernel, batch: Batch, renamed: Batch, looked: dict[Place, list[Rows]]) -> None:
        self._kernel, self._batch, self._renamed, self._looked = kernel, batch, renamed, looked
        self._found: dict[Place, Found] = {}
        self._codes: dict[Place, tuple[Codes, int]] = {}
        self._leaves: dict[Leaf, CodeSet] = {}
        self._tables: dict[Leaf, NDArray[np.bool_]] = {}
        self._there: list[tuple[Column, Rows]] | None = None
        self._lines: list[int] = []

    def codes(self, place: Place) -> tuple[Codes, int]:
        """The column's codes, and how many there are. Keywords and comparisons of fields have a row's number + 1."""
        known = self._codes.get(place)
        if known is None:
            if isinstance(place, str):
                column = self._renamed.column(place)
                known = column.codes, len(column.values)
            else:
                known = np.arange(1, len(self._batch) + 1, dtype=np.int32), len(self._batch) + 1
            self._codes[place] = known
        return known

    def leaf(self, leaf: Leaf) -> CodeSet:
        known = self._leaves.get(leaf)
        if known is None:
            found = self._found.get(leaf.place)
            if found is None:
                found = self._found[leaf.place] = self._match(leaf.place)
            known = self._leaves[leaf] = self._of(leaf.expr, found)
        return known

    def table(self, leaf: Leaf) -> NDArray[np.bool_]:
        """For each code, whether the leaf holds."""
        known = self._tables.get(leaf)
        if known is None:
            codes, but = self.leaf(leaf)
            known = np.full(self.codes(leaf.place)[1], but)
            known[codes] = not but
            self._tables[leaf] = known
        return known

    def _of(self, expr: Expr, found: Found) -> CodeSet:
        if isinstance(expr, int):
            kind = self._kernel.atoms[expr].kind
            if kind in ("null", "exists"):
                return _MISSING, kind == "exists"
            return found.get(expr, NONE), False
        kind, *rest = expr
        if kind == "not":
            codes, but = self._of(rest[0], found)
            return codes, not but
        if kind == "and":
            return self._all(rest, found)
        parts: list[Rows] = []
        excepted: list[Rows] = []
        for one in rest:
            if isinstance(one, int) and one in found:
                parts.append(found[one])
            elif not isinstance(one, int) or self._kernel.atoms[one].kind in ("null", "exists"):
                codes, but = self._of(one, found)
                if but:
                    excepted.append(codes)
                elif len(codes):
                    parts.append(codes)
        joined = parts[0] if len(parts) == 1 else distinct(np.concatenate(parts)) if parts else NONE
        if not excepted:
            return joined, False
        left = excepted[0]
        for codes in excepted[1:]:
            left = np.intersect1d(left, codes, assume_unique=True)
        return np.setdiff1d(left, joined, assume_unique=True), True

    def _all(self, exprs: Sequence[Expr], found: Found) -> CodeSet:
        kept: Rows | None = None
        excepted: list[Rows] = []
        for one in exprs:
            codes, but = self._of(one, found)
            if but:
                excepted.append(codes)
                continue
            kept = codes if kept is None else np.intersect1d(kept, codes, assume_unique=True)
            if not len(kept):
                return NONE, False
        without = distinct(np.concatenate(excepted)) if excepted else NONE
        if kept is None:
            return without, True
        return (np.setdiff1d(kept, without, assume_unique=True) if len(without) else kept), False

    def _match(self, place: Place) -> Found:
        if isinstance(place, Words):
            return self._keywords(place)
        if isinstance(place, int):
            rows = pairs_that_hold(self._renamed, self._kernel.atoms[place])
            return {place: rows + 1} if len(rows) else {}
        column = self._renamed.column(place)
        if len(column.values) == 1:
            return {}
        return self._kernel.matcher(place).match(
            (code, column.values[code]) for code in self._used(column.codes, len(column.values), self._looked[place])
        )

    def _keywords(self, place: Words) -> Found:
        """Keywords may stand in any value, or in the record as it was written."""
        matcher = self._kernel.matcher(place)
        parts: dict[int, list[Rows]] = {}
        chosen = np.zeros(len(self._batch), bool)
        chosen[self._looked[place][0]] = True
        for column, there in self._filled():
            rows = there[chosen[there]]
            if not len(rows):
                continue
            codes = column.codes[rows]
            used = self._used(column.codes, len(column.values), [rows])
            for atom, found in matcher.match_rarely([(code, column.values[code]) for code in used]).items():
                table = np.zeros(len(column.values), bool)
                table[found] = True
                parts.setdefault(atom, []).append(rows[table[codes]])
        raw = self._batch.raw
        lines = [(row, raw[row].decode("utf-8", "replace")) for row in self._lines if chosen[row]]
        for atom, found in matcher.match_rarely(lines).items():
            parts.setdefault(atom, []).append(found)
        return {atom: distinct(np.concatenate(some)) + 1 for atom, some in parts.items()}

    def _filled(self) -> list[tuple[Column, Rows]]:
        """Each column with the rows that have a value in it."""
        if self._there is None:
            self._there = [(column, column.filled) for column in self._batch.columns.values()]
            self._lines = [row for row, raw in enumerate(self._batch.raw) if raw and not raw.startswith(WRITTEN)]
        return self._there

    def _used(self, codes: Codes, size: int, looked: Sequence[Rows]) -> list[int]:
        """The codes that occur in rows that some rule looks at."""
        if any(len(rows) == len(codes) for rows in looked):
            return list(range(1, size))
        used = np.zeros(size, bool)
        for rows in looked:
            used[codes[rows]] = True
        used[0] = False
        found: list[int] = np.flatnonzero(used).tolist()
        return found


class _Selection:
    """The rows of one log source, and rules on them."""

    def __init__(self, values: _Values, rows: Rows) -> None:
        self._values, self._rows = values, rows
        self._codes: dict[Place, Codes] = {}
        self._counts: dict[Place, NDArray[np.int64]] = {}

    def rows(self, planned: Planned) -> Rows:
        needs = planned.needs
        for i, leaf in enumerate(needs):
            if not self._count(leaf):
                if i:
                    needs[0], needs[i] = leaf, needs[0]
                return NONE
        return self._hold(planned.root, self._rows)

    def _hold(self, node: Leaf | Node, at: Rows) -> Rows:
        """Those of these rows where it holds."""
        if not len(at):
            return NONE
        if isinstance(node, Leaf):
            return self._leaf(node, at)
        if node.kind == "not":
            return _without(at, self._hold(node.children[0], at))
        if node.kind == "and":
            for child in sorted(node.children, key=self._cost):
                at = self._hold(child, at)
                if not len(at):
                    return NONE
            return at
        found: list[Rows] = []
        left = at
        for child in node.children:
            some = self._hold(child, left)
            if len(some):
                found.append(some)
                left = _without(left, some)
        return found[0] if len(found) == 1 else np.sort(np.concatenate(found)) if found else NONE

    def _leaf(self, leaf: Leaf, at: Rows) -> Rows:
        codes, but = self._values.leaf(leaf)
        if not len(codes):
            return at if but else NONE
        own = self._own(leaf.place) if at is self._rows else self._values.codes(leaf.place)[0][at]
        if len(codes) == 1:
            kept: Rows = at[(own != codes[0]) if but else (own == codes[0])]
        else:
            kept = at[self._values.table(leaf)[own]]
        return kept

    def _cost(self, node: Leaf | Node) -> int:
        return self._count(node) if isinstance(node, Leaf) else len(self._rows) + 1

    def _count(self, leaf: Leaf) -> int:
        """In how many rows the leaf holds."""
        codes, but = self._values.leaf(leaf)
        if not len(codes):
            return len(self._rows) if but else 0
        counts = self._counts.get(leaf.place)
        if counts is None:
            size = self._values.codes(leaf.place)[1]
            counts = self._counts[leaf.place] = np.bincount(self._own(leaf.place), minlength=size)
        found = int(counts[codes].sum())
        return len(self._rows) - found if but else found

    def _own(self, place: Place) -> Codes:
        known = self._codes.get(place)
        if known is None:
            known = self._values.codes(place)[0]
            if len(known) != len(self._rows):
                known = known[self._rows]
            self._codes[place] = known
        return known


def _without(rows: Rows, others: Rows) -> Rows:
    if not len(others):
        return rows
    keep = np.ones(len(rows), bool)
    keep[np.searchsorted(rows, others)] = False
    return rows[keep]


def _shifted(tree: Any, by: int) -> Any:
    return tree + by if isinstance(tree, int) else [tree[0], *(_shifted(one, by) for one in tree[1:])]
