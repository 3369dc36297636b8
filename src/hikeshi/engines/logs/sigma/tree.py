"""A rule's condition as nodes. What asks one column only is one leaf, answered for distinct values, not for rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .atoms import Atom


class Words(NamedTuple):
    """All values of the events of one log source: where its keywords may stand."""

    source: int


Place = str | int | Words
"""Where a leaf looks: a field; all of an event; by the number of an atom, two fields that it compares."""
Expr = int | tuple[Any, ...]
"""An atom's number, or ("and" | "or" | "not", Expr, …)."""


@dataclass(eq=False, slots=True)
class Leaf:
    place: Place
    expr: Expr
    needs: bool  # whether it can hold only where one of its atoms does


@dataclass(eq=False, slots=True)
class Node:
    """`kind` is "and", "or" or "not"."""

    kind: str
    children: list[Any]


@dataclass(slots=True)
class Planned:
    """A rule ready to run. It holds nowhere unless all of `needs` hold somewhere; what failed last comes first."""

    number: int
    root: Leaf | Node
    needs: list[Leaf] = field(default_factory=list)


class Planner:
    """Makes nodes of trees; equal leaves of different rules are one leaf, so that it is answered once."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self._atoms = atoms
        self._leaves: dict[tuple[Place, Expr], Leaf] = {}

    def plan(self, number: int, tree: Any, source: int) -> Planned:
        """A rule of a log source."""
        root = self._node(tree, source)
        children = [root] if isinstance(root, Leaf) else (root.children if root.kind == "and" else [])
        return Planned(number, root, [one for one in children if isinstance(one, Leaf) and one.needs])

    def _node(self, tree: Any, source: int) -> Leaf | Node:
        if isinstance(tree, int):
            return self._leaf(self.place(tree, source), tree)
        kind, *rest = tree
        if kind != "not" and set(map(type, rest)) == {int}:  # a list of values, as most conditions are
            return self._joined(kind, [], [(self.place(one, source), one) for one in rest])
        nodes = [self._node(one, source) for one in rest]
        if kind == "not":
            one = nodes[0]
            return self._leaf(one.place, ("not", one.expr)) if isinstance(one, Leaf) else Node("not", nodes)
        flat: list[Leaf | Node] = []
        for node in nodes:
            flat += node.children if isinstance(node, Node) and node.kind == kind else [node]
        others = [node for node in flat if isinstance(node, Node)]
        return self._joined(kind, others, [(node.place, node.expr) for node in flat if isinstance(node, Leaf)])

    def _joined(self, kind: str, others: list[Node], leaves: Sequence[tuple[Place, Expr]]) -> Leaf | Node:
        """One node of these: what asks the same column becomes one leaf."""
        together: dict[Place, list[Expr]] = {}
        for place, expr in leaves:
            together.setdefault(place, []).append(expr)
        out: list[Leaf | Node] = [
            self._leaf(place, exprs[0] if len(exprs) == 1 else _of(kind, exprs)) for place, exprs in together.items()
        ]
        out += others
        return out[0] if len(out) == 1 else Node(kind, out)

    def place(self, number: int, source: int) -> Place:
        """Where an atom looks."""
        atom = self._atoms[number]
        if atom.kind == "ref":
            return number
        return Words(source) if atom.field is None else atom.field

    def _leaf(self, place: Place, expr: Expr) -> Leaf:
        known = self._leaves.get((place, expr))
        if known is None:
            known = self._leaves[place, expr] = Leaf(place, expr, self._needs(expr))
        return known

    def _needs(self, expr: Expr) -> bool:
        if isinstance(expr, int):
            return self._atoms[expr].kind not in ("null", "exists")
        kind, *rest = expr
        if kind == "not":
            return False
        return any(map(self._needs, rest)) if kind == "and" else all(map(self._needs, rest))


def _of(kind: str, exprs: Sequence[Expr]) -> Expr:
    """One expression of several, flat, so that a list of values is one step."""
    flat: list[Expr] = []
    for expr in exprs:
        flat += expr[1:] if isinstance(expr, tuple) and expr[0] == kind else (expr,)
    return (kind, *flat)


def atoms_in(tree: Any) -> set[int]:
    """Every atom that a tree names."""
    found: set[int] = set()
    left = [tree]
    while left:
        one = left.pop()
        if isinstance(one, int):
            found.add(one)
        else:
            left += one[1:]
    return found
