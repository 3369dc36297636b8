"""Docker's json-file: what containers wrote to stdout and stderr. Each line is read by the format that knows it.

A line of JSON goes to the format of such records (Caddy, nginx …), any other to the format of lines (access log,
MySQL …). What nobody knows is docker.message, with the time at which Docker got it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...flatten import flatten
from ...mapped import as_text
from ...moments import moments
from ...objects import Object
from ...table import Columns, Context, LogSource, Table
from ..inner import tables_of

FIELDS = (
    ("time", "as the line says it; for docker.message when Docker got it, UTC"),
    ("action", "as the format of the line says; docker.message for the others"),
    ("source", "the container, where the record names it (attrs.tag)"),
    ("message", "the line; long ones that Docker cut in pieces are put together"),
    ("stream, attrs.…", "Docker's own fields, each a column"),
)
_SOURCES = (LogSource("docker", "", "json-file"),)
_LONGEST = 1 << 20


def recognises(obj: Object, name: str) -> float:
    return 0.95 if "log" in obj and "time" in obj and ("stream" in obj or "attrs" in obj) else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    by_row = dict(zip(rows, objects, strict=True))
    whole = _joined(objects, rows)
    tables = tables_of(whole, context, "docker")
    done = {row for table in tables for row in table.rows}
    shown = [_with_fields(table, by_row) for table in tables if len(table)]
    return [*shown, _messages([row for row in rows if row not in done], by_row, whole, context)]


def _joined(objects: Sequence[Object], rows: Sequence[int]) -> dict[int, str]:
    """Row to its line. Docker cuts at 16 KiB: pieces belong to the row of the first, the others stay as they are."""
    whole: dict[int, str] = {}
    open_rows: dict[str, int] = {}
    for row, obj in zip(rows, objects, strict=True):
        text, stream = as_text(obj.get("log")), as_text(obj.get("stream"))
        first = open_rows.get(stream)
        if first is not None and len(whole[first]) < _LONGEST:
            whole[first] += text
        else:
            first = row
            whole[row] = text
        if text.endswith("\n") or not text:
            open_rows.pop(stream, None)
        else:
            open_rows[stream] = first
    return {row: text.rstrip("\r\n") for row, text in whole.items()}


def _with_fields(table: Table, by_row: dict[int, Object]) -> Table:
    inner = table.columns

    def columns() -> Columns:
        streams: Columns = {"stream": [as_text(by_row[row].get("stream")) or None for row in table.rows]}
        return streams | (inner() if inner else {})

    table.columns = columns
    return table


def _messages(rows: list[int], by_row: dict[int, Object], whole: dict[int, str], context: Context) -> Table:
    times = moments([by_row[row].get("time") for row in rows], context.zone)
    kept = [i for i, time in enumerate(times) if time is not None]
    rows, whens = [rows[i] for i in kept], [time for i in kept if (time := times[i]) is not None]
    texts = [whole[row] if row in whole else as_text(by_row[row].get("log")).rstrip("\r\n") for row in rows]
    names = [_container(by_row[row]) for row in rows]

    def fields(i: int) -> dict[str, Any]:
        return {"action": "docker.message", "zone": "UTC", "source": names[i], "message": texts[i]}

    def columns() -> Columns:
        base: Columns = {
            "event.action": ["docker.message"] * len(rows),
            "event.timezone": ["UTC"] * len(rows),
            "event.provider": [name or None for name in names],
            "message": texts,
        }
        return flatten([by_row[row] for row in rows]) | base

    messages = {"message": [text.encode("utf-8", "surrogatepass") for text in texts]}
    return Table("docker", rows, whens, fields, texts=messages, columns=columns, sources=_SOURCES)


def _container(obj: Object) -> str:
    inner = obj.get("attrs")
    if not isinstance(inner, dict):
        return ""
    return as_text(inner.get("tag") or inner.get("com.docker.compose.service") or inner.get("name"))
