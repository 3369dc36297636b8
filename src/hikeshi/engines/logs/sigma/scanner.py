"""Matches many patterns on many texts: Hyperscan, and RE2 for what Hyperscan does not take. Never Python's re."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import hyperscan
import re2

from ..databases import Made, kept
from .atoms import ANY, Atom, Parts

# Each text stands between two bytes that no UTF-8 text holds, so that "begins with" is only another text to find.
START, END = b"\xfe", b"\xff"
# One character of UTF-8; the database itself works on bytes.
_ONE = rb"(?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})"
_MAKER = b"|1"
"""Changes whenever `pattern` makes another expression of the same atom: databases kept of old ones are not taken."""
_PLAIN = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL
_REGEX = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_ALLOWEMPTY
_FLAG = {"i": hyperscan.HS_FLAG_CASELESS, "m": hyperscan.HS_FLAG_MULTILINE, "s": hyperscan.HS_FLAG_DOTALL}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One expression of Hyperscan."""

    expression: bytes
    flags: int


def pattern(atom: Atom) -> Pattern:
    """An atom that compares text, as an expression."""
    if atom.kind == "re":
        expression, flags = atom.value
        return Pattern(_bytes(expression), _REGEX | sum(_FLAG[flag] for flag in flags))
    if atom.kind == "wild":
        return Pattern(_wild(atom.value), _PLAIN)
    text = _literal(_bytes(atom.value))
    begin, end = _literal(START), _literal(END)
    whole = {"eq": begin + text + end, "sw": begin + text, "ew": text + end, "ct": text}[atom.kind]
    return Pattern(whole, _PLAIN)


def _wild(parts: Parts) -> bytes:
    middle = b"".join(
        _literal(_bytes(one)) if isinstance(one, str) else (rb"[^\xfe\xff]*" if one == ANY else _ONE)
        for one in (parts[1:] if parts[0] == ANY else parts)
    )
    middle = middle.removesuffix(rb"[^\xfe\xff]*") if parts[-1] == ANY else middle + _literal(END)
    return middle if parts[0] == ANY else _literal(START) + middle


def _literal(text: bytes) -> bytes:
    return ("\\x" + text.hex(",").replace(",", "\\x")).encode() if text else b""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


class Scanner:
    """Patterns, each by its number. `find` tells which of them are in which texts.

    An atom stands for its pattern, which is made only where no database of them all is kept.
    """

    def __init__(self, patterns: Sequence[Pattern | Atom], cache_folder: Path | None) -> None:
        self._slow: list[tuple[int, re2._Regexp]] = []
        self._database = _database(tuple(patterns), cache_folder, self._slow)

    def find(self, texts: Sequence[bytes]) -> tuple[list[int], list[int]]:
        """(place in `texts`, number of the pattern) as two lists, by place; each pair once."""
        places: list[int] = []
        numbers: list[int] = []
        for number, expression in self._slow:
            found = [place for place, text in enumerate(texts) if expression.search(text)]
            places += found
            numbers += [number] * len(found)
        if self._database is not None:
            scan = self._database.scan
            now: list[int] = []
            append = now.append

            def note(number: int, start: int, end: int, flags: int, context: object) -> None:
                append(number)

            for place, text in enumerate(texts):
                scan(text, note)
                if now:
                    numbers += now
                    places += [place] * len(now)
                    now.clear()
        return places, numbers

    def any_in(self, text: bytes) -> bool:
        """Whether any of them is in a text."""
        return bool(self.find([text])[0])


def _database(
    patterns: tuple[Pattern | Atom, ...], folder: Path | None, slow: list[tuple[int, re2._Regexp]]
) -> hyperscan.Database | None:
    """From the cache, else compiled. What Hyperscan refuses goes to `slow`."""
    refused, database = kept(folder, _key(patterns) if folder else b"", lambda: _made([*map(_pattern, patterns)]))
    slow += [(number, _re2(_pattern(patterns[number]))) for number in refused]
    return database


def _pattern(one: Pattern | Atom) -> Pattern:
    return pattern(one) if isinstance(one, Atom) else one


def _made(patterns: Sequence[Pattern]) -> Made:
    every = [(one.expression, number, one.flags) for number, one in enumerate(patterns)]
    try:
        return [], _compiled(every)
    except hyperscan.error:
        refused = [number for number, one in enumerate(patterns) if not _taken(one)]
        left = [one for one in every if one[1] not in set(refused)]
        return refused, _compiled(left) if left else None


def _compiled(chosen: Sequence[tuple[bytes, int, int]]) -> hyperscan.Database:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    expressions, ids, flags = zip(*chosen, strict=True)
    database.compile(expressions=expressions, ids=ids, elements=len(ids), flags=flags)
    return database


def _taken(one: Pattern) -> bool:
    """Whether Hyperscan can do it: plain texts always, not every regular expression."""
    if not one.flags & hyperscan.HS_FLAG_UTF8:
        return True
    try:
        _compiled([(one.expression, 0, one.flags)])
    except hyperscan.error:
        return False
    return True


def _re2(one: Pattern) -> re2._Regexp:
    flags = "".join(letter for letter, flag in _FLAG.items() if one.flags & flag)
    return re2.compile((b"(?%s)" % flags.encode() if flags else b"") + one.expression)


def _key(patterns: Sequence[Pattern | Atom]) -> bytes:
    """What a database is made of."""
    parts = [_MAKER]
    for one in patterns:
        if isinstance(one, Atom):
            parts.append(repr((one.kind, one.cased, one.value)).encode("utf-8", "surrogatepass"))
        else:
            parts.append(b"%d:%d:%s\n" % (one.flags, len(one.expression), one.expression))
    return b"".join(parts)
