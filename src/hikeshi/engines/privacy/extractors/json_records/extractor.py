"""JSON and JSON lines: every object as a row of its own fields, lists of objects as tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson

from ....common.problem import Problem
from ...pieces import Piece, Rows, Text
from ...source import Source

_WHOLE = 128 << 20
_ROWS = 1000
_DEPTH = 40
_OBJECT = 16 << 20
_SPACE = " \t\r\n,"


def fits(source: Source) -> float:
    text = source.beginning.lstrip()[:4096]
    if text[:1] not in "{[" or not text:
        return 0.0
    first = text.split("\n", 1)[0]
    if _loads(first) is not None and text[:1] == "{":
        return 0.8
    named = source.name.endswith((".json", ".jsonl", ".ndjson"))
    begun = text[:1] == "[" and text[1:].lstrip()[:1] in '{["]' or text[:1] == "{" and text[1:].lstrip()[:1] in '"}'
    return 0.8 if named else 0.6 if begun else 0.0


def read(source: Source) -> Iterator[Piece]:
    rows = _Rows()
    text = source.beginning.lstrip()
    if text[:1] == "[":
        for value in _elements(source):
            yield from rows.add(value, "")
    elif _loads(text.split("\n", 1)[0]) is not None and "\n" in text.strip():
        for line in source.lines():
            if line.strip():
                value = _loads(line)
                if value is None:
                    yield Text(line.encode("utf-8", "replace"))
                else:
                    yield from rows.add(value, "")
    else:
        data = source.whole(_WHOLE)
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError:
            yield Text(data)
            yield Problem("privacy.broken", path=source.shown)
            return
        yield from rows.add(value, "")
    yield from rows.rest()


def _loads(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _elements(source: Source) -> Iterator[Any]:
    """The elements of one long list, each read alone."""
    decoder = json.JSONDecoder()
    text, at, begun = "", 0, False
    for more in source.texts():
        text, at = text[at:] + more, 0
        if not begun:
            at, begun = text.index("[") + 1, True
        while True:
            while at < len(text) and text[at] in _SPACE:
                at += 1
            if at >= len(text) or text[at] == "]":
                break
            try:
                value, at = decoder.raw_decode(text, at)
            except RecursionError:
                raise Problem("privacy.broken", path=source.shown) from None
            except ValueError:
                if len(text) - at > _OBJECT:
                    raise Problem("privacy.broken", path=source.shown) from None
                break
            yield value
    if text[at:].strip(_SPACE + "]"):
        raise Problem("privacy.broken", path=source.shown)


class _Rows:
    """Gathers objects of the same keys into blocks of a table."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, ...], list[list[str]]] = {}
        self._count = 0

    def add(self, value: Any, at: str, depth: int = 0) -> Iterator[Piece]:
        if depth > _DEPTH:
            return
        if isinstance(value, list):
            if value and not any(isinstance(one, dict | list) for one in value):
                yield Text("\n".join(_text(one) for one in value).encode("utf-8", "replace") + b"\n\n")
                return
            for one in value:
                yield from self.add(one, at, depth + 1)
        elif isinstance(value, dict):
            flat: dict[str, str] = {}
            inner: list[tuple[str, list[Any]]] = []
            _flatten(value, "", flat, inner, depth)
            if flat:
                self._waiting.setdefault(tuple(flat), []).append(list(flat.values()))
                self._count += 1
            for name, them in inner:
                yield from self.add(them, name, depth + 1)
            if self._count >= _ROWS:
                yield from self.rest()
        elif isinstance(value, str):
            yield Text(value.encode("utf-8", "replace") + b"\n")

    def rest(self) -> Iterator[Piece]:
        for keys, rows in self._waiting.items():
            yield Rows(" ".join(keys)[:500], keys, rows)
        self._waiting, self._count = {}, 0


def _flatten(
    value: dict[str, Any], prefix: str, flat: dict[str, str], inner: list[tuple[str, list[Any]]], depth: int
) -> None:
    for key, one in value.items():
        name = str(key)
        if isinstance(one, dict) and depth < _DEPTH:
            _flatten(one, f"{name}.", flat, inner, depth + 1)
        elif isinstance(one, list) and any(isinstance(part, dict | list) for part in one):
            inner.append((name, one))
        else:
            text = " ".join(map(_text, one)) if isinstance(one, list) else _text(one)
            flat[name if name not in flat else f"{prefix}{name}"] = text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None or isinstance(value, bool) else str(value)
