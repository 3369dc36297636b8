"""Which atoms hold for which values of one column: each distinct value is looked at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..columns import Text
from .atoms import TEXT, Atom, fold
from .scanner import END, START, Pattern, Scanner, pattern
from .values import SPECIAL, Test, test_of

Found = dict[int, NDArray[np.int64]]
"""Atom → codes of the values it holds for, ascending."""


class Matcher:
    """The atoms of one field, or all keywords."""

    def __init__(self, atoms: Sequence[tuple[int, Atom]], cache: Path | None) -> None:
        self._equal: list[dict[str, list[int]]] = [{}, {}]
        text: list[list[int]] = [[], []]
        patterns: list[list[Pattern]] = [[], []]
        expressions: list[Pattern] = []
        self._expressions: list[int] = []
        self._tests: list[tuple[int, Test]] = []
        self._always: list[int] = []
        for number, atom in atoms:
            if atom.kind == "eq":
                self._equal[atom.cased].setdefault(atom.value, []).append(number)
            elif atom.kind in TEXT:
                text[atom.cased].append(number)
                patterns[atom.cased].append(pattern(atom))
            elif atom.kind == "re":
                self._expressions.append(number)
                expressions.append(pattern(atom))
            elif atom.kind in SPECIAL:
                self._tests.append((number, test_of(atom)))
            elif atom.kind == "any":
                self._always.append(number)
        self._folded_numbers, self._cased_numbers = text
        self._folded, self._cased = (Scanner(some, cache) if some else None for some in patterns)
        self._regexes = Scanner(expressions, cache) if expressions else None

    def match(self, values: Iterable[tuple[int, Text]]) -> Found:
        """Of (code, value), codes ascending."""
        texts = [
            (code, one)
            for code, value in values
            if value is not None
            for one in ((value,) if isinstance(value, str) else value)
        ]
        hits: dict[int, list[int]] = {}
        self._by_equality(texts, hits)
        if self._folded:
            self._scan(self._folded, self._folded_numbers, [(c, _wrapped(fold(t))) for c, t in texts], hits)
        if self._cased:
            self._scan(self._cased, self._cased_numbers, [(c, _wrapped(t)) for c, t in texts], hits)
        if self._regexes:
            self._scan(self._regexes, self._expressions, [(c, _encoded(t)) for c, t in texts], hits)
        for number, test in self._tests:
            hits[number] = [code for code, text in texts if test(text)]
        for number in self._always:
            hits[number] = [code for code, _ in texts]
        return {number: _codes(codes) for number, codes in hits.items() if codes}

    def _by_equality(self, texts: Sequence[tuple[int, str]], hits: dict[int, list[int]]) -> None:
        folded, cased = self._equal
        for known, changed in ((folded, True), (cased, False)):
            if not known:
                continue
            for code, text in texts:
                numbers = known.get(fold(text) if changed else text)
                if numbers:
                    for number in numbers:
                        hits.setdefault(number, []).append(code)

    def _scan(
        self, scanner: Scanner, numbers: Sequence[int], texts: Iterable[tuple[int, bytes]], hits: dict[int, list[int]]
    ) -> None:
        scan = scanner.scan
        local: list[list[int]] = [[] for _ in numbers]
        for code, text in texts:
            for number in scan(text):
                local[number].append(code)
        for number, codes in zip(numbers, local, strict=True):
            if codes:
                hits[number] = codes


def _codes(codes: list[int]) -> NDArray[np.int64]:
    found = np.array(codes, np.int64)
    # A value of several texts comes once for each of them that matches.
    return found if len(found) < 2 or (found[1:] > found[:-1]).all() else np.unique(found)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _wrapped(text: str) -> bytes:
    return START + _encoded(text) + END
