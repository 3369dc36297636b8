"""Free questions: SQL over an event table, read only, in a limited process that can open nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..common.limited import Limits, run
from ..common.problem import Problem
from .shards import parts

MOST = 10_000
SECONDS = 120.0


def ask(folder: Path, sql: str, *, most: int = MOST, limits: Limits | None = None) -> dict[str, Any]:
    """{"columns": [...], "rows": [[...]], "more": bool}. The table is called `events`; only one SELECT is taken.

    Raises Problem("logs.bad_sql" | "logs.not_shards" | "common.limited_…").
    """
    order = {"folder": str(folder), "sql": sql, "most": most}
    answer: dict[str, Any] = run(f"{__name__}:work", order, limits or Limits(wall=SECONDS, cpu=int(SECONDS)))
    return answer


def work(order: dict[str, Any], say: Callable[[Any], None]) -> dict[str, Any]:
    """Runs in the limited process."""
    import duckdb

    folder = Path(order["folder"]).resolve()
    there = parts(folder)
    connection = duckdb.connect(config={"memory_limit": "1GB"})
    try:
        statements = connection.extract_statements(order["sql"])
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise Problem("logs.bad_sql", why="SELECT only", exit=2)
        place = str(folder / "events").replace("'", "''")
        connection.execute(f"SET allowed_directories=['{place}']")
        connection.execute("SET enable_external_access=false")
        connection.execute("SET lock_configuration=true")
        if there:
            source = f"read_parquet('{place}/*/*/*.parquet', union_by_name=true, hive_partitioning=true)"
            connection.execute(f"CREATE VIEW events AS SELECT * FROM {source}")  # noqa: S608 - the path is quoted
        else:
            connection.execute("CREATE VIEW events AS SELECT NULL::TIMESTAMP AS time WHERE false")
        found = connection.execute(order["sql"])
        rows = found.fetchmany(order["most"] + 1)
        names = [column[0] for column in found.description or []]
    except duckdb.Error as error:
        raise Problem("logs.bad_sql", why=str(error)[:600], exit=2) from error
    finally:
        connection.close()
    kept = [[_plain(value) for value in row] for row in rows[: order["most"]]]
    return {"columns": names, "rows": kept, "more": len(rows) > order["most"]}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat() + ("Z" if hasattr(value, "hour") and getattr(value, "tzinfo", None) is None else "")
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else str(value)
