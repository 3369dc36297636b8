"""Matches many patterns at once, on each distinct value only once: Hyperscan over what a column newly holds.

Patterns come from `patterns.toml` in the folders under findings/. A value is looked at as written and as decoded
(percent signs up to three deep, overlong UTF-8, %u), so that no pattern has to think of disguises.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import hyperscan

from .databases import kept
from .parsers.web_access.parser import unescape
from .tags import bit

COLUMNS = ("request", "referer", "agent", "message")
_MAKER = b"findings 1\n"
"""Changes whenever `_compiled` makes another database of the same expressions."""
_KEEP = 100_000
_KEEP_BYTES = 64 << 20
_LONGEST = 1 << 16
"""Servers take 8 kB before they escape, which writes up to four bytes for one. Of more, both ends are looked at."""
_PERCENT = re.compile(rb"%(?:u00)?([0-9a-fA-F]{2})")
# %c0%af and its kin: "/" and "." written in more bytes than UTF-8 allows.
_OVERLONG = re.compile(rb"\xc0[\x80-\xbf]|\xe0\x80[\x80-\xbf]|\xf0\x80\x80[\x80-\xbf]")
_CONTROL = bytes.maketrans(b"\0\n\r\x0b\x0c\x1c\x1d\x1e", b"        ")


@dataclass(frozen=True, slots=True)
class Pattern:
    """`expression` is PCRE as Hyperscan knows it, case ignored; `on` names columns; a match gives the tag."""

    tag: str
    expression: str
    on: tuple[str, ...]
    example: str


def load(file: Path) -> list[Pattern]:
    """The patterns of one finding's folder; an absent file is none."""
    if not file.is_file():
        return []
    with file.open("rb") as handle:
        tables = tomllib.load(handle)["pattern"]
    return [Pattern(t["tag"], t["expr"], tuple(t.get("on", ("request",))), t["example"]) for t in tables]


class Matcher:
    """Which tags the values of a column have. Keeps its answers within bounds."""

    def __init__(self, patterns: Iterable[Pattern], cache: Path | None = None) -> None:
        """With a folder of kept databases, a column's is loaded when its first value comes; else all are made now."""
        chosen = list(patterns)
        self._chosen = {name: [p for p in chosen if name in p.on] for name in COLUMNS}
        self._cache = cache
        self._engines: dict[str, _Engine | None] = {}
        if cache is None:
            self._engines = {name: _engine(some, None) for name, some in self._chosen.items()}
        self._known: dict[str, dict[bytes, int]] = {name: {} for name in COLUMNS}
        self._sizes = dict.fromkeys(COLUMNS, 0)

    def tags(self, column: str, values: Sequence[bytes]) -> list[int]:
        """For each value the tags of all patterns that match it, as bits."""
        known = self._known[column]
        found = list(map(known.get, values))
        if None in found:
            new = {value for value, tags in zip(values, found, strict=True) if tags is None}
            self._sizes[column] += sum(map(len, new))
            if len(known) > _KEEP or self._sizes[column] > _KEEP_BYTES:
                known.clear()
                new = set(values)
                self._sizes[column] = 0
            known.update(self._match(column, list(new)))
            return [known[value] for value in values]
        return found  # type: ignore[return-value]

    def _match(self, column: str, values: list[bytes]) -> dict[bytes, int]:
        if column not in self._engines:
            self._engines[column] = _engine(self._chosen[column], self._cache)
        engine = self._engines[column]
        found = dict.fromkeys(values, 0)
        if engine is None:
            return found
        texts: list[bytes] = []
        owners: list[bytes] = []
        for value in values:
            for part in [value] if len(value) <= _LONGEST else [value[: _LONGEST // 2], value[-_LONGEST // 2 :]]:
                for form in disguises(part):
                    texts.append(form)
                    owners.append(value)
        joined = b"\n".join([text.translate(_CONTROL) for text in texts])
        ends = list(accumulate(len(t) + 1 for t in texts))

        def hit(number: int, start: int, end: int, flags: int, context: Any) -> None:
            found[owners[bisect_left(ends, end)]] |= engine.bits[number]

        engine.scan(joined, hit)
        return found


def disguises(value: bytes) -> list[bytes]:
    """The value as written and as it reads after each round of decoding."""
    forms = [value]
    if b"%" not in value and b"+" not in value and b"\\" not in value:
        return forms
    now = unescape(value)
    if now != value:
        forms.append(now)
    for _ in range(3):
        if b"%" not in now:
            break
        plain = _PERCENT.sub(lambda m: bytes([int(m[1], 16)]), now)
        if plain == now:
            break
        now = plain
        forms.append(now)
    if _OVERLONG.search(now):
        forms.append(_OVERLONG.sub(lambda m: bytes([(m[0][-2] & 1) << 6 | m[0][-1] & 0x3F]), now))
    if b"+" in value:
        forms.append(now.replace(b"+", b" "))
    return forms


@dataclass(slots=True)
class _Engine:
    scan: Callable[[bytes, Callable[[int, int, int, int, Any], None]], None]
    bits: list[int]


def _engine(patterns: list[Pattern], folder: Path | None) -> _Engine | None:
    if not patterns:
        return None
    return _Engine(_scan_of(tuple(p.expression for p in patterns), folder), [bit(p.tag) for p in patterns])


@cache
def _scan_of(
    expressions: tuple[str, ...], folder: Path | None
) -> Callable[[bytes, Callable[[int, int, int, int, Any], None]], None]:
    _, database = kept(folder, _MAKER + "\n".join(expressions).encode(), lambda: ([], _compiled(expressions)))
    assert database is not None

    def scan(data: bytes, hit: Callable[[int, int, int, int, Any], None]) -> None:
        database.scan(data, match_event_handler=hit)

    return scan


def _compiled(expressions: tuple[str, ...]) -> hyperscan.Database:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_MULTILINE
    database.compile(
        expressions=[e.encode() for e in expressions],
        ids=list(range(len(expressions))),
        elements=len(expressions),
        flags=[flags] * len(expressions),
    )
    return database
