"""Looking through an event table: a histogram, the commonest values to pivot on, and the events themselves.

Runs in a limited process, with the values of filters as parameters and the names of columns only as the table has them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
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


@dataclass(slots=True)
class View:
    """`bins` are {"from", "count", "failures"}; `tops` maps a column to [[value, count]]; times are RFC 3339 in UTC.

    `rows` are events: {"time", "file", "record", "offset", column: value}. `first` and `last` span all that fits.
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

    files = [str(part) for folder in order["folders"] for part in parts(Path(folder))]
    if not files:
        return asdict(View())
    connection = duckdb.connect(config={"memory_limit": "1GB"})
    try:
        source = "read_parquet(?, union_by_name=true, hive_partitioning=false)"
        connection.execute(f"CREATE VIEW events AS SELECT * FROM {source.replace('?', _list(files))}")  # noqa: S608
        known = [row[0] for row in connection.execute("DESCRIBE events").fetchall()]
        where, values = _where(order["look"], known)
        return asdict(_view(connection, where, values, known, order["look"]))
    except duckdb.Error as error:
        raise Problem("logs.bad_filter", why=str(error)[:300], exit=2) from error
    finally:
        connection.close()


def _view(connection: Any, where: str, values: list[Any], known: list[str], look: dict[str, Any]) -> View:
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
    chosen = ", ".join(["epoch_us(time)", '"log.file.path"', '"log.record"', '"log.offset"', *map(_quoted, shown)])
    size = min(int(look["size"]), MOST)
    rows = ask(f"SELECT {chosen} FROM events {where} {_ORDER} LIMIT {size} OFFSET ?", max(0, int(look["page"])) * size)  # noqa: S608
    for time, file, record, offset, *rest in rows:
        fields = {name: _plain(value) for name, value in zip(shown, rest, strict=True) if value is not None}
        view.rows.append({"time": _said(time), "file": file, "record": record, "offset": offset, "fields": fields})
    return view


def _where(look: dict[str, Any], known: list[str]) -> tuple[str, list[Any]]:
    parts_, values = [], []
    for name, sign in (("since", ">="), ("until", "<")):
        if look[name]:
            parts_.append(f"time {sign} ?::TIMESTAMPTZ AT TIME ZONE 'UTC'")
            values.append(look[name])
    for name, equal in (("only", "="), ("without", "IS DISTINCT FROM")):
        for column, value in look[name]:
            if column not in known:
                raise Problem("logs.bad_filter", why=column, exit=2)
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
