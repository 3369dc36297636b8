"""Free questions: SQL over event tables, read only, in a limited process that can open nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any

from ..common.limited import Limits, run
from ..common.problem import Problem
from .shards import parts

MOST = 10_000
SECONDS = 120.0
_FOLDERS = {
    "host": r"regexp_extract({file}, 'host=([^/\\]*)[/\\]day=[^/\\]*[/\\][^/\\]*$', 1)",
    "day": r"TRY_CAST(regexp_extract({file}, 'day=([^/\\]*)[/\\][^/\\]*$', 1) AS DATE)",
}
LONGEST = 20_000
"""A longer text in an answer is cut, with an ellipsis: a question may make one of any length."""
WHOLE = 16_000_000
"""An answer of more characters ends before the row that would not fit any more."""


def ask(folders: Path | Sequence[Path], sql: str, *, most: int = MOST, limits: Limits | None = None) -> dict[str, Any]:
    """{"columns": [...], "rows": [[...]], "more": bool, "known": the table's columns}.

    The table is called `events`, and holds those of all these folders; only one SELECT is taken.
    Raises Problem("logs.bad_sql" | "logs.not_shards" | "common.limited_…").
    """
    places = [folders] if isinstance(folders, Path) else list(folders)
    order = {"folders": [str(one) for one in places], "sql": sql, "most": most}
    answer: dict[str, Any] = run(f"{__name__}:work", order, limits or Limits(wall=SECONDS, cpu=int(SECONDS)))
    return answer


def work(order: dict[str, Any], say: Callable[[Any], None]) -> dict[str, Any]:
    """Runs in the limited process."""
    import duckdb

    folders = [Path(one).resolve() for one in order["folders"]]
    there = [folder / "events" for folder in folders if parts(folder)]
    # No place to spill to: what does not fit into memory is refused, and nothing is left lying about.
    connection = duckdb.connect(config={"memory_limit": "1GB", "temp_directory": ""})
    try:
        statements = connection.extract_statements(order["sql"])
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise Problem("logs.bad_sql", why="SELECT only", exit=2)
        connection.execute(f"SET allowed_directories=[{', '.join(_quoted(str(one)) for one in there)}]")
        connection.execute("SET enable_external_access=false")
        connection.execute("SET lock_configuration=true")
        if there:
            _view(connection, there)
        else:
            connection.execute("CREATE VIEW events AS SELECT NULL::TIMESTAMP AS time WHERE false")
        known = [row[0] for row in connection.execute("DESCRIBE events").fetchall()]
        found = connection.execute(order["sql"])
        names = [column[0] for column in found.description or []]
        kept, more = _kept(found, order["most"])
    except duckdb.Error as error:
        raise Problem("logs.bad_sql", why=str(error)[:600], exit=2) from error
    finally:
        connection.close()
    return {"columns": names, "rows": kept, "more": more, "known": known}


def _kept(found: Any, most: int) -> tuple[list[list[Any]], bool]:
    """As many rows as are wanted and have room, and whether there are more."""
    kept: list[list[Any]] = []
    room = WHOLE
    while row := found.fetchone():
        plain = [_plain(value) for value in row]
        room -= sum(map(_size, plain))
        if len(kept) == most or room < 0:
            return kept, True
        kept.append(plain)
    return kept, False


def _size(value: Any) -> int:
    """About how many characters a value is in the answer."""
    return (
        2 + sum(map(_size, value))
        if isinstance(value, list)
        else 3 + len(value if isinstance(value, str) else str(value))
    )


def _view(connection: Any, places: list[Path]) -> None:
    """The events of these folders. `host` and `day` are the log's own fields; where it has none, the folders' names."""
    globs = ", ".join(_quoted(f"{one}/*/*/*.parquet") for one in places)
    file = f"file_{token_hex(8)}"  # a name that no log can have
    source = f"read_parquet([{globs}], union_by_name=true, hive_partitioning=false, filename='{file}')"
    own = {row[0].lower() for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}  # noqa: S608
    more = "".join(f", {made.format(file=file)} AS {name}" for name, made in _FOLDERS.items() if name not in own)
    connection.execute(f"CREATE VIEW events AS SELECT * EXCLUDE ({file}){more} FROM {source}")  # noqa: S608


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _plain(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST:
        return value[:LONGEST] + "…"
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat() + ("Z" if hasattr(value, "hour") and getattr(value, "tzinfo", None) is None else "")
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else _plain(str(value))
