"""SQLite databases: every table, opened so that nothing is written, not even a journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from ....common.problem import Problem
from ...pieces import Piece, Rows
from ...source import Source

_MAGIC = b"SQLite format 3\0"
_ROWS = 2000
_IN_MEMORY = 512 << 20
_LONGEST = 1 << 16


def fits(source: Source) -> float:
    return 1.0 if source.head.startswith(_MAGIC) else 0.0


def read(source: Source) -> Iterator[Piece]:
    try:
        base = _opened(source)
    except sqlite3.Error:
        raise Problem("privacy.broken", path=source.shown) from None
    base.text_factory = lambda raw: raw[:_LONGEST].decode("utf-8", "replace")
    try:
        names = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        for name in names:
            yield from _table(base, name)
    except sqlite3.Error:
        yield Problem("privacy.broken", path=source.shown)
    finally:
        base.close()


def _opened(source: Source) -> sqlite3.Connection:
    if source.path is not None:
        base = sqlite3.connect(f"{source.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    else:
        base = sqlite3.connect(":memory:")
        base.deserialize(source.whole(_IN_MEMORY))
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 64 << 20)
    base.execute("PRAGMA trusted_schema = OFF")
    base.execute("PRAGMA mmap_size = 0")
    return base


def _table(base: sqlite3.Connection, name: str) -> Iterator[Piece]:
    if name.startswith("sqlite_"):
        return
    quoted = name.replace('"', '""')
    try:
        cursor = base.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - a table's own name, quoted
    except sqlite3.OperationalError:
        return  # a virtual table whose module is not here; its content lies in plain tables beside it
    header = tuple(str(column[0]) for column in cursor.description)
    while rows := cursor.fetchmany(_ROWS):
        yield Rows(name, header, [[_text(cell) for cell in row] for row in rows])


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None or isinstance(cell, bytes):
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
