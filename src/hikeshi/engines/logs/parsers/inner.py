"""Logs inside of logs: what a wrapper (Docker, Wazuh …) holds is read by the formats that know it."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from .. import formats
from ..objects import Dispatch, Object
from ..table import Context, Table

_SAMPLE, _PATIENCE = 200, 2_000


def tables_of(whole: Mapping[int, str], context: Context, name: str) -> list[Table]:
    """The events of these lines, by row. `name` is the wrapper's, whose own records are not unwrapped again."""
    rows: list[int] = []
    inner: list[Object] = []
    plain: dict[int, bytes] = {}
    for row, text in whole.items():
        obj = _object(text, name)
        if obj is not None:
            rows.append(row)
            inner.append(obj)
        elif text and text[:1] != "{":
            plain[row] = text.encode("utf-8", "surrogatepass")
    tables: list[Table] = []
    if inner:
        dispatch: Dispatch = context.memory.setdefault(f"{name}.dispatch", Dispatch(name))
        tables, _ = dispatch.tables(inner, context)
        for table in tables:
            table.rows = [rows[i] for i in table.rows]
    return tables + _lines(plain, context, name)


def _object(text: str, name: str) -> Object | None:
    if text[:1] != "{" or text[-1:] != "}":
        return None
    try:
        obj = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError, RecursionError):
        return None
    own = isinstance(obj, dict) and formats.all_formats()[name].recognises(obj, "")
    return obj if isinstance(obj, dict) and not own else None


def _lines(plain: Mapping[int, bytes], context: Context, name: str) -> list[Table]:
    """As the format that most of the first lines have reads them; then as any other that knows them."""
    rows, lines = list(plain), list(plain.values())
    if not lines:
        return []
    key, tries = f"{name}.format", f"{name}.tries"
    if context.memory.get(key) is None:
        context.memory[key] = formats.recognise(lines[:_SAMPLE])
    main: str | None = context.memory[key]
    tables: list[Table] = []
    for one in dict.fromkeys([*([main] if main else []), *formats.all_formats()]):
        module = formats.all_formats()[one]
        tried: int = context.memory.get(tries, 0)
        if not rows or not hasattr(module, "read") or (one != main and tried > _PATIENCE):
            continue
        told = module.read(lines, rows, context)
        some: list[Table] = told if isinstance(told, list) else [told]
        tables += some
        done = {row for table in some for row in table.rows}
        if one != main:
            context.memory[tries] = 0 if done else tried + len(rows)
        left = [i for i, row in enumerate(rows) if row not in done]
        rows, lines = [rows[i] for i in left], [lines[i] for i in left]
    return tables
