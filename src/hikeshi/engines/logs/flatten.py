"""Nested records to flat columns, a whole column at a time: what JSON, EVTX and CSV formats share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from .table import Columns, Value

Record = dict[str, Any]
DEEPEST = 8
_NONE = type(None)
_PLAIN = {str, int, float, bool, _NONE, tuple}
# A table of very different records would be mostly holes: beyond this the level stays JSON text.
_HOLES, _CELLS = 40, 200_000
_ITEMS = 1_000


def flatten(
    records: Sequence[Record], join: str = ".", *, attributes: str = "#attributes", text: str = "#text"
) -> Columns:
    """One column for each scalar, named by its path: {"a": {"b": 1}} is "a.b". What a record lacks is None.

    A list is a tuple of its values; a list of records gives a tuple for each of their names. `attributes` and `text`
    are names that XML-like records use for what belongs to their parent. Nothing is lost: what is nested too deeply, or
    too unlike its neighbours, is one column of JSON text.
    """
    out: Columns = {}
    _Level(out, join, attributes, text).add(records, "", 0)
    return out


class _Level:
    def __init__(self, out: Columns, join: str, attributes: str, text: str) -> None:
        self._out, self._join, self._attributes, self._text = out, join, attributes, text

    def add(self, records: Sequence[Record], prefix: str, depth: int) -> None:
        names, columns = _transpose(records)
        if columns is None:
            self._put(prefix or "record", [dumps(one) if one else None for one in records])
            return
        for name, column in zip(names, columns, strict=True):
            path = self._path(prefix, name)
            kinds = set(map(type, column))
            if kinds <= _PLAIN:
                self._put(path, column)
            else:
                self._mixed(column, kinds, path, depth + 1)

    def _mixed(self, column: Sequence[Any], kinds: set[type], path: str, depth: int) -> None:
        if list in kinds:
            column = [self._listed(value) if type(value) is list else value for value in column]
            kinds = set(map(type, column))
        if dict in kinds:
            if depth >= DEEPEST:
                column = [dumps(value) if type(value) is dict else value for value in column]
            else:
                self.add([value if type(value) is dict else {} for value in column], path, depth)
                column = [None if type(value) is dict else value for value in column]
            kinds = set(map(type, column))
        if kinds != {_NONE}:
            self._put(path, column)

    def _listed(self, values: list[Any]) -> Any:
        """A list of scalars is a tuple; of records, a record of tuples."""
        if set(map(type, values)) <= _PLAIN:
            return tuple(values)
        found: dict[str, list[Any]] = {}
        for value in values[:_ITEMS]:
            if type(value) is dict:
                for name, inner in value.items():
                    found.setdefault(name, []).append(inner)
            else:
                found.setdefault(self._text, []).append(value)
        if len(values) > _ITEMS:
            found.setdefault(self._text, []).append(dumps(values[_ITEMS:]))
        return {name: tuple(map(_scalar, inner)) for name, inner in found.items()}

    def _path(self, prefix: str, name: str) -> str:
        if name == self._text and prefix:
            return prefix
        if name == self._attributes:
            return prefix
        return f"{prefix}{self._join}{name}" if prefix else name

    def _put(self, path: str, column: Sequence[Value]) -> None:
        known = self._out.get(path)
        if known is not None:
            column = [b if a is None else a for a, b in zip(known, column, strict=True)]
        self._out[path] = column


def _transpose(records: Sequence[Record]) -> tuple[Sequence[str], Iterable[Sequence[Any]] | None]:
    shapes = set(map(tuple, records))
    if len(shapes) == 1:
        return shapes.pop(), zip(*map(dict.values, records), strict=True)
    names = list(dict.fromkeys(name for shape in shapes for name in shape))
    cells = len(names) * len(records)
    if cells > _CELLS and cells > _HOLES * sum(map(len, records)):
        return (), None
    return names, ([one.get(name) for one in records] for name in names)


def _scalar(value: Any) -> Any:
    if type(value) is list and set(map(type, value)) <= _PLAIN:
        return tuple(value)
    return value if type(value) in _PLAIN else dumps(value)


def dumps(value: Any) -> str:
    """JSON text of something nested; "" where it is nested beyond what the library writes."""
    try:
        return orjson.dumps(value).decode()
    except (TypeError, ValueError, RecursionError):
        return ""


def first_of(columns: Columns, *names: str) -> Sequence[Value] | None:
    """The first of these columns that exists; gaps are filled from the next ones."""
    found: Sequence[Value] | None = None
    for name in names:
        more = columns.get(name)
        if more is None:
            continue
        if found is None:
            found = more
        elif None in found:
            found = [b if a is None else a for a, b in zip(found, more, strict=True)]
        if None not in found:
            break
    return found
