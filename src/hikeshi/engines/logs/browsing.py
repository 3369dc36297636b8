"""Looking through an event table: a histogram, the commonest values to pivot on, and the events themselves.

Runs in a limited process, with the values of filters as parameters and the names of columns only as the table has them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

from ..common.limited import Limits, run
from ..common.problem import Problem
from .shards import BETWEEN, FIXED, parts

BINS, TOPS, MOST = 48, 12, 100
PIVOTS = (
    "host.name",
    "event.action",
    "event.outcome",
    "user.name",
    "source.ip",
    "destination.ip",
    "process.name",
    "file.path",
    "url.original",
    "http.response.status_code",
    "log.format",
    "log.file.path",
)
"""The columns whose commonest values are offered; any other column can be filtered on as well."""
SHOWN = (
    *PIVOTS,
    "message",
    "network.bytes",
    "event.provider",
    "http.request.method",
    "event.reason",
    "EventID",
    "Channel",
)
_NO_TEXT = ("time", "log.record", "log.offset", "log.source")
"""The columns in which no words are looked for."""
_ORDER = 'ORDER BY time, "log.file.path", "log.record"'


@dataclass(frozen=True, slots=True)
class Look:
    """What to look at. Times are RFC 3339 in UTC; `only` are (column, value) that must hold, `without` must not;
    `text` stands in any of the columns; `page` counts from 0. `whole` gives events with every field they have."""

    since: str = ""
    until: str = ""
    only: tuple[tuple[str, str], ...] = ()
    without: tuple[tuple[str, str], ...] = ()
    text: str = ""
    page: int = 0
    size: int = MOST
    whole: bool = False

    @property
    def narrow(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.since or self.until or self.only or self.without or self.text)


@dataclass(slots=True)
class View:
    """`bins` are {"from", "count", "failures"}; `tops` maps a column to [[value, count]]; times are RFC 3339 in UTC.

    `rows` are events: {"time", "file", "record", "offset", "table", "fields": {column: value}}; `table` is the place of
    the event's table among those asked. `first` and `last` span all that fits.
    """

    total: int = 0
    first: str = ""
    last: str = ""
    bins: list[dict[str, Any]] = field(default_factory=list)
    tops: dict[str, list[list[Any]]] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)


def browse(folders: Sequence[Path], look: Look, *, limits: Limits | None = None) -> View:
    """What fits, out of one or several event tables. Raises Problem("logs.not_shards" | "logs.bad_filter" | …)."""
    order = {"folders": [str(folder) for folder in folders], "look": asdict(look)}
    return View(**run(f"{__name__}:work", order, limits or Limits(wall=60.0, cpu=120)))


def work(order: dict[str, Any], say: Callable[[Any], None]) -> dict[str, Any]:
    """Runs in the limited process."""
    import duckdb

    tables = [[str(part) for part in parts(Path(folder))] for folder in order["folders"]]
    files = {file: place for place, some in enumerate(tables) for file in some}
    if not files:
        return asdict(View())
    connection = duckdb.connect(config={"memory_limit": "1GB"})
    try:
        own = f"file_{token_hex(8)}"  # a name that no log can have
        source = f"read_parquet({_list(list(files))}, union_by_name=true, hive_partitioning=false, filename='{own}')"
        connection.execute(f"CREATE VIEW events AS SELECT * FROM {source}")  # noqa: S608
        known = [row[0] for row in connection.execute("DESCRIBE events").fetchall() if row[0] != own]
        check(order["look"], known)
        where, values = fitting(order["look"], known)
        view = _view(connection, where, values, known, order["look"], own)
        for row in view.rows:
            row["table"] = files.get(row["table"], 0)
        return asdict(view)
    except duckdb.Error as error:
        raise Problem("logs.bad_filter", why=str(error)[:300], exit=2) from error
    finally:
        connection.close()


def _view(connection: Any, where: str, values: list[Any], known: list[str], look: dict[str, Any], own: str) -> View:
    def ask(sql: str, *more: Any) -> list[tuple[Any, ...]]:
        return list(connection.execute(sql, [*values, *more]).fetchall())

    total, first, last = ask(f"SELECT count(*), epoch_us(min(time)), epoch_us(max(time)) FROM events {where}")[0]  # noqa: S608
    view = View(total=total, columns=[name for name in known if name not in FIXED])
    if not total:
        return view
    view.first, view.last = _said(first), _said(last)
    width = max(1, -(-(last - first + 1) // BINS))
    failed = "count(*) FILTER (\"event.outcome\" = 'failure')" if "event.outcome" in known else "0"
    found = ask(f"SELECT (epoch_us(time) - {first}) // {width}, count(*), {failed} FROM events {where} GROUP BY 1")  # noqa: S608
    counts = {int(n): (count, failures) for n, count, failures in found}
    for n in range(min(BINS, (last - first) // width + 1)):
        count, failures = counts.get(n, (0, 0))
        view.bins.append({"from": _said(first + n * width), "count": count, "failures": failures})
    for name in [pivot for pivot in PIVOTS if pivot in known]:
        column = _quoted(name)
        sql = f"SELECT {column}, count(*) FROM events {where} {'AND' if where else 'WHERE'} {column} IS NOT NULL "  # noqa: S608
        view.tops[name] = [[_plain(v), n] for v, n in ask(f"{sql} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {TOPS}")]
    shown = [name for name in SHOWN if name in known and name != "log.file.path"]
    if look["whole"]:
        shown += sorted(set(known) - {*shown, *FIXED})
    chosen = ", ".join(["epoch_us(time)", '"log.file.path"', '"log.record"', '"log.offset"', own, *map(_quoted, shown)])
    size = min(int(look["size"]), MOST)
    rows = ask(f"SELECT {chosen} FROM events {where} {_ORDER} LIMIT {size} OFFSET ?", max(0, int(look["page"])) * size)  # noqa: S608
    for time, file, record, offset, table, *rest in rows:
        fields = {name: _plain(value) for name, value in zip(shown, rest, strict=True) if value is not None}
        place = {"file": file, "record": record, "offset": offset, "table": table}
        view.rows.append({"time": _said(time), **place, "fields": fields})
    return view


def columns_of(folders: Sequence[Path]) -> list[str]:
    """All columns of these tables."""
    import duckdb

    files = [str(part) for folder in folders for part in parts(folder)]
    if not files:
        return []
    with duckdb.connect() as connection:
        source = f"read_parquet({_list(files)}, union_by_name=true, hive_partitioning=false)"
        return [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]  # noqa: S608


def check(look: dict[str, Any], known: Sequence[str]) -> None:
    """Raises Problem("logs.bad_filter") for a column that no table has."""
    for column, _ in (*look["only"], *look["without"]):
        if column not in known:
            raise Problem("logs.bad_filter", why=column, exit=2)


def fitting(look: dict[str, Any], known: Sequence[str]) -> tuple[str, list[Any]]:
    """The WHERE of a look, and its values, over files of these columns; a column that they lack has no value there."""
    parts_, values = [], []
    for name, sign in (("since", ">="), ("until", "<")):
        if look[name]:
            parts_.append(f"time {sign} ?::TIMESTAMPTZ AT TIME ZONE 'UTC'")
            values.append(look[name])
    for name, equal in (("only", "="), ("without", "IS DISTINCT FROM")):
        for column, value in look[name]:
            if column not in known:
                parts_ += ["false"] if name == "only" else []
                continue
            several = ", " in value  # how several values of one field are shown
            parts_.append(
                f"replace({_quoted(column)}, ?, ', ') {equal} ?" if several else f"{_quoted(column)} {equal} ?"
            )
            values += [BETWEEN, value] if several else [value]
    if look["text"]:
        places = [_quoted(name) for name in known if name not in _NO_TEXT]
        parts_.append("(" + " OR ".join(f"contains(lower({place}::VARCHAR), ?)" for place in places) + ")")
        values += [look["text"].lower()] * len(places)
    return ("WHERE " + " AND ".join(parts_) if parts_ else ""), values


def _said(microseconds: int) -> str:
    from datetime import UTC, datetime, timedelta

    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    return value.replace(BETWEEN, ", ") if isinstance(value, str) else value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _list(files: list[str]) -> str:
    return "[" + ", ".join("'" + file.replace("'", "''") + "'" for file in files) + "]"
