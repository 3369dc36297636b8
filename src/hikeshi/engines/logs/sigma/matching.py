"""Which atoms hold for which values of one column: each distinct value is looked at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..columns import Text
from .atoms import TEXT, Atom, fold
from .scanner import END, START, Scanner
from .values import SPECIAL, Test, test_of

_BETWEEN = "\x1e"
_TOGETHER = 64
Found = dict[int, NDArray[np.int64]]
"""Atom → codes of the values it holds for, ascending."""


class Matcher:
    """The atoms of one field, or all keywords."""

    def __init__(self, atoms: Sequence[tuple[int, Atom]], cache: Path | None) -> None:
        self._equal: list[dict[str, list[int]]] = [{}, {}]
        text: list[list[int]] = [[], []]
        patterns: list[list[Atom]] = [[], []]
        expressions: list[Atom] = []
        self._expressions: list[int] = []
        self._tests: list[tuple[int, Test]] = []
        self._always: list[int] = []
        for number, atom in atoms:
            if atom.kind == "eq":
                self._equal[atom.cased].setdefault(atom.value, []).append(number)
            elif atom.kind in TEXT:
                text[atom.cased].append(number)
                patterns[atom.cased].append(atom)
            elif atom.kind == "re":
                self._expressions.append(number)
                expressions.append(atom)
            elif atom.kind in SPECIAL:
                self._tests.append((number, test_of(atom)))
            elif atom.kind == "any":
                self._always.append(number)
        self._numbers = [np.array(some, np.int64) for some in (*text, self._expressions)]
        self._folded, self._cased = (Scanner(some, cache) if some else None for some in patterns)
        self._regexes = Scanner(expressions, cache) if expressions else None

    def match(self, values: Iterable[tuple[int, Text]]) -> Found:
        """Of (code, value), codes ascending."""
        codes: list[int] = []
        texts: list[str] = []
        for code, value in values:
            if isinstance(value, str):
                codes.append(code)
                texts.append(value)
            elif value:
                codes += [code] * len(value)
                texts += value
        out: Found = {}
        if not texts:
            return out
        where = np.array(codes, np.int64)
        self._by_equality(texts, where, out)
        if self._folded:
            _scan(self._folded, self._numbers[0], wrapped(texts, folded=True), where, out)
        if self._cased:
            _scan(self._cased, self._numbers[1], wrapped(texts, folded=False), where, out)
        if self._regexes:
            _scan(self._regexes, self._numbers[2], [encoded(text) for text in texts], where, out)
        for number, test in self._tests:
            found = [i for i, text in enumerate(texts) if test(text)]
            if found:
                out[number] = distinct(where[found])
        for number in self._always:
            out[number] = distinct(where)
        return out

    def match_rarely(self, values: Sequence[tuple[int, Text]]) -> Found:
        """The same as `match`, quicker where nearly no value matches: many are looked at together first."""
        if self._always or self._tests or self._regexes or any(self._equal):
            return self.match(values)
        suspects: list[tuple[int, Text]] = []
        for start in range(0, len(values), _TOGETHER):
            some = values[start : start + _TOGETHER]
            text = _BETWEEN.join(
                value if isinstance(value, str) else _BETWEEN.join(value) for _, value in some if value is not None
            )
            if (self._folded and self._folded.any_in(encoded(fold(text)))) or (
                self._cased and self._cased.any_in(encoded(text))
            ):
                suspects += some
        return self.match(suspects) if suspects else {}

    def _by_equality(self, texts: Sequence[str], where: NDArray[np.int64], out: Found) -> None:
        for known, changed in zip(self._equal, (True, False), strict=True):
            if not known:
                continue
            hits: dict[int, list[int]] = {}
            for place, numbers in enumerate(map(known.get, folds(texts) if changed else texts)):
                for number in numbers or ():
                    hits.setdefault(number, []).append(place)
            for number, places in hits.items():
                out[number] = distinct(where[places])


def _scan(
    scanner: Scanner, atoms: NDArray[np.int64], texts: Sequence[bytes], where: NDArray[np.int64], out: Found
) -> None:
    places, numbers = scanner.find(texts)
    if not numbers:
        return
    which = np.array(numbers, np.int64)
    order = np.argsort(which, kind="stable")
    which, codes = which[order], where[np.array(places, np.int64)[order]]
    bounds = np.flatnonzero(_changes(which)).tolist()
    for begin, end in zip(bounds, [*bounds[1:], len(which)], strict=True):
        out[int(atoms[which[begin]])] = distinct(codes[begin:end])


def distinct(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ascending, each once. A value of several texts comes once for each of them that matches."""
    if len(codes) < 2 or (codes[1:] > codes[:-1]).all():
        return codes
    codes = np.sort(codes)
    return codes[_changes(codes)]


def _changes(ordered: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where another value begins."""
    begins = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    return begins


def folds(texts: Sequence[str]) -> list[str]:
    """Each text as it is compared where case does not count."""
    together = _BETWEEN.join(texts).casefold().split(_BETWEEN)
    return together if len(together) == len(texts) else [fold(text) for text in texts]


def wrapped(texts: Sequence[str], *, folded: bool) -> list[bytes]:
    """Each text between the marks that patterns with a beginning or an end look for."""
    together = _BETWEEN.join(texts)
    whole = encoded(together.casefold() if folded else together)
    between = _BETWEEN.encode()
    if whole.count(between) == len(texts) - 1:
        return (START + whole.replace(between, END + between + START) + END).split(between)
    return [START + encoded(fold(text) if folded else text) + END for text in texts]


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
