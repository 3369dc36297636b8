"""One line of the record: ``prev_sha256 SP json LF``.

``prev`` is the SHA-256 (64 lower-case hex digits) of the line before it, without its LF; the first line has 64 zeros.
The JSON is an object in the canonical form of RFC 8785. This is the hot path of every append and of every check.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any, NamedTuple

import orjson
import rfc8785

from hikeshi.engines.common.problem import Problem

FIRST_PREV = "0" * 64
MAX_LINE = 1 << 20
"""Bytes of one line, LF included: no reader needs more memory than this. Longer matter is evidence, not an entry."""
MAX_DEPTH = 64
"""Levels of lists and objects inside each other."""
MAX_NUMBER = 2**53 - 1
"""The largest integer that every JSON reader holds exactly (RFC 7493, 2.2)."""

_HEX64 = re.compile(r"[0-9a-f]{64}")
_HEX64_SP = re.compile(rb"[0-9a-f]{64} ")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Replacement(NamedTuple):
    """A value that could not be stored as it was: its place (``names[2]``) and its bytes, to be kept as evidence."""

    path: str
    raw: bytes


class Line(NamedTuple):
    """A line read back. ``sha256`` is what the next line carries as its ``prev``."""

    prev: str
    fields: dict[str, Any]
    sha256: str


def storable(value: Any) -> tuple[Any, list[Replacement]]:
    """Give ``value`` as JSON and any database can hold it, and say what had to be replaced.

    Replaced visibly: NUL and lone surrogates by 〔U+0000〕 and the like, numbers of 2^53 and more and non-finite floats
    by their digits as text. Other control characters stay: JSON escapes them. Tuples become lists. A value that is no
    JSON value at all (a datetime, bytes) is a mistake of the caller and raises ``ledger.not_storable``.
    What needs no change is given back as it is, not copied.
    """
    if _plain(value, 0) and _writes_as_it_is(value):
        return value, []
    replaced: list[Replacement] = []
    return _storable(value, "", 0, replaced), replaced


def canonical(obj: Any) -> bytes:
    """The canonical JSON of RFC 8785. Raises ``ledger.not_storable`` for what it cannot hold."""
    try:
        if _plain(obj, 0):
            return orjson.dumps(obj, option=orjson.OPT_SORT_KEYS)
        return rfc8785.dumps(obj)
    except (ValueError, TypeError, RecursionError, orjson.JSONEncodeError) as error:
        raise Problem("ledger.not_storable", path="", type=str(error) or type(error).__name__) from error


def make_line(prev: str, fields: dict[str, Any]) -> bytes:
    """The exact bytes of one line, LF included; at most MAX_LINE."""
    if not _HEX64.fullmatch(prev):
        raise ValueError(f"prev must be 64 lower-case hex digits, not {prev!r}")
    if not isinstance(fields, dict):
        raise TypeError("the fields of a line are a dict")
    line = b"%b %b\n" % (prev.encode("ascii"), canonical(fields))
    if len(line) > MAX_LINE:
        raise Problem("ledger.line_too_long", line="?", limit=MAX_LINE)
    return line


def line_sha256(line: bytes) -> str:
    """The SHA-256 of a line. It covers the line without its LF, whether or not ``line`` still has it."""
    return hashlib.sha256(line[:-1] if line.endswith(b"\n") else line).hexdigest()


def parse_line(line: bytes) -> Line:
    """Read one line (LF included) strictly; raises a Problem that says what is wrong with it."""
    if len(line) > MAX_LINE:
        raise Problem("ledger.line_too_long", line="?", limit=MAX_LINE)
    if not line.endswith(b"\n"):
        raise Problem("ledger.line_unfinished", line="?")
    if not _HEX64_SP.match(line):
        raise Problem("ledger.line_without_prev", line="?")
    text = line[65:-1]
    try:
        fields = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Problem("ledger.line_not_json", line="?", reason=str(error)) from error
    if type(fields) is not dict:
        raise Problem("ledger.line_not_json", line="?", reason="not an object")
    try:
        same = canonical(fields) == text
    except Problem:
        same = False
    if not same:
        raise Problem("ledger.line_not_canonical", line="?")
    return Line(line[:64].decode("ascii"), fields, hashlib.sha256(line[:-1]).hexdigest())


def _plain(value: Any, depth: int) -> bool:
    """Is this what orjson and RFC 8785 write alike: no floats, ASCII names (sorted alike), integers in range?"""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return -MAX_NUMBER <= int(value) <= MAX_NUMBER
    if depth >= MAX_DEPTH:
        return False
    if kind is dict:
        for name, inner in value.items():
            if type(name) is not str or not name.isascii():
                return False
            if type(inner) is not str and not _plain(inner, depth + 1):
                return False
        return True
    if kind is list:
        return all(type(inner) is str or _plain(inner, depth + 1) for inner in value)
    return False


def _writes_as_it_is(value: Any) -> bool:
    try:
        return b"\\u0000" not in orjson.dumps(value)
    except orjson.JSONEncodeError:
        return False


def _storable(value: Any, path: str, depth: int, replaced: list[Replacement]) -> Any:
    if isinstance(value, str):
        return _storable_text(value, path, replaced)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _storable_number(value, path, replaced)
    if depth >= MAX_DEPTH:
        raise Problem("ledger.too_deep", path=path, limit=MAX_DEPTH)
    if isinstance(value, list | tuple):
        return [_storable(inner, f"{path}[{i}]", depth + 1, replaced) for i, inner in enumerate(value)]
    if isinstance(value, dict):
        clean: dict[str, Any] = {}
        for name, inner in value.items():
            if not isinstance(name, str):
                raise Problem("ledger.not_storable", path=path, type=f"{type(name).__name__} as a name")
            where = f"{path}.{name}" if path else name
            key = base = _storable_text(name, where, replaced)
            count = 1
            while key in clean or (key != name and key in value):
                count += 1
                key = f"{base}〔{count}〕"
            clean[key] = _storable(inner, where, depth + 1, replaced)
        return clean
    raise Problem("ledger.not_storable", path=path, type=type(value).__name__)


def _storable_text(text: str, path: str, replaced: list[Replacement]) -> str:
    if not _UNSTORABLE.search(text):
        return str.__str__(text)  # of a str subclass (a Blob, an enum) the bare text
    replaced.append(Replacement(_shown(path), text.encode("utf-8", "surrogatepass")))
    return _shown(text)


def _shown(text: str) -> str:
    return _UNSTORABLE.sub(lambda found: f"〔U+{ord(found[0]):04X}〕", text)


def _storable_number(value: int | float, path: str, replaced: list[Replacement]) -> int | float | str:
    if isinstance(value, int):
        if -MAX_NUMBER <= value <= MAX_NUMBER:
            return int(value)
        # Python refuses to write very long integers in decimal digits (a denial of service), never in hex.
        digits = str(value) if value.bit_length() < 10_000 else hex(value)
    else:
        if math.isfinite(value) and abs(value) <= MAX_NUMBER:
            return float(value)
        digits = json.dumps(float(value))
    replaced.append(Replacement(_shown(path), digits.encode("ascii")))
    return digits
