"""The event table on disk: Parquet, one folder a host and day, so that rules and questions need no log a second time.

    DIR/events/host=<host>/day=<2026-11-23>/part-00001.parquet
    DIR/encoded/…                                    the same for rules: see encoded.py
    DIR/shards.json                                  version, rows, when it was made

Columns: `time` (UTC), `log.file.path`, `log.record` (line or record number), `log.offset` (bytes of the unpacked
file), `log.format`, `log.source` ("product/category/service", several joined by blanks), then every field of the
records under the names of Sigma's taxonomy and of ECS, as text; a field with several values has U+001F between them.
Names that differ only in case are told apart by "~2", since SQL does not see the difference.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..common.problem import Problem
from .columns import ROWS, Batch, Codes, Column, Text
from .report import Report
from .table import LogSource

if TYPE_CHECKING:
    import duckdb  # costs 200 ms: only who opens a table waits for it

VERSION = 1
MAKING, DONE = "shards.making", "shards.json"
BETWEEN = "\x1f"
FIXED = ("time", "log.file.path", "log.record", "log.offset", "log.format", "log.source")
# A hostile log may name a thousand hosts and days; beyond these bounds they share a folder, and no event is lost.
HOSTS, DAYS = 200, 4_000
# So many values at most are read at once, missing ones too: about 200 MB of them.
CELLS = 8_000_000
# A host's day with so many rows is written at once; of smaller ones so many values wait for more of the same day.
ENOUGH, HELD = 16_384, 8_000_000
OTHER = "_other"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")
_AGAIN = re.compile(r"~\d+$")


def connect(memory: str = "600MB") -> duckdb.DuckDBPyConnection:
    """A database in memory, on one core: the scan's own work is what the others are for."""
    import duckdb

    return duckdb.connect(config={"threads": 1, "memory_limit": memory, "preserve_insertion_order": True})


class Shards:
    """A sink that writes every batch into the folders of its hosts and days."""

    def __init__(self, folder: Path) -> None:
        """Raises Problem("logs.out_not_empty" | "logs.cannot_write")."""
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / MAKING).exists():  # a scan that died in the middle: what it left is ours
                for left in ("events", "encoded"):
                    shutil.rmtree(folder / left, ignore_errors=True)
            elif any(folder.iterdir()):
                raise Problem("logs.out_not_empty", path=str(folder), exit=2)
            (folder / MAKING).touch()
            (folder / "events").mkdir()
        except OSError as error:
            raise Problem("logs.cannot_write", path=str(folder), why=error.strerror or "", exit=3) from error
        self._names: dict[str, str] = {}
        self._taken: dict[str, int] = dict.fromkeys(FIXED, 1)
        self._hosts: dict[Text, str] = {}
        self._days: set[int] = set()
        self._parts = 0
        self._rows = 0
        self._connection = connect()
        self._connection.execute("SET pandas_analyze_sample = 0")  # every object that we give it is text
        self._held: dict[Path, list[dict[str, Any]]] = {}
        self._cells = 0

    def take(self, batch: Batch) -> None:
        from . import encoded

        self._parts += 1
        self._rows += len(batch)
        try:
            encoded.keep(self.folder, self._parts, batch)
        except OSError as error:
            raise Problem("logs.cannot_write", path=str(self.folder), why=error.strerror or "", exit=3) from error
        fixed = {
            "log.file.path": _objects(batch.files),
            "log.format": _objects(batch.formats),
            "log.source": (np.array([_said(s) for s in batch.sources], object), batch.source_of),
        }
        columns = fixed | {self._name(name): _objects(one) for name, one in batch.columns.items() if one.codes.any()}
        for place, rows, there in self._places(batch, [codes for _, codes in columns.values()]):
            chosen = [name for name, present in zip(columns, there, strict=True) if present or name in fixed]
            table = {name: columns[name][0][columns[name][1][rows]] for name in chosen}
            table |= {"log.record": batch.records[rows], "log.offset": batch.offsets[rows]}
            table["_time"] = np.round(batch.times[rows] * 1e6).astype(np.int64)
            held = self._held.setdefault(place, [])
            held.append(table)
            self._cells += len(rows) * len(table)
            if sum(len(one["_time"]) for one in held) >= ENOUGH:
                self._write(place)
        if self._cells > HELD:
            self._write_all()

    def _write_all(self) -> None:
        for place in [*self._held]:
            self._write(place)

    def _write(self, place: Path) -> None:
        """What is held of a host and day, in order of time. A file has a price of its own, however small it is."""
        import duckdb

        held = self._held.pop(place)
        self._cells -= sum(len(table) * len(table["_time"]) for table in held)
        table = held[0] if len(held) == 1 else _together_in_time(held)
        names = ", ".join(map(_quoted, (*FIXED[1:], *(name for name in table if name not in (*FIXED, "_time")))))
        query = (  # every name and path in it is quoted
            f"COPY (SELECT make_timestamp(_time) AS time, {names} FROM events_now) "  # noqa: S608
            f"TO '{_escaped(place / f'part-{self._parts:05d}.parquet')}' "
            "(FORMAT parquet, COMPRESSION zstd, WRITE_BLOOM_FILTER false)"
        )
        try:
            place.mkdir(parents=True, exist_ok=True)
            self._connection.register("events_now", table)
            self._connection.execute(query)
            self._connection.unregister("events_now")
        except (duckdb.IOException, OSError) as error:
            raise Problem("logs.cannot_write", path=str(self.folder), why=str(error)[:200], exit=3) from error

    def _places(self, batch: Batch, codes: list[Codes]) -> Iterator[tuple[Path, Any, Any]]:
        """(folder, its rows in order of time, which of the columns have a value there) of each host and day."""
        hosts, days = self._host_of(batch.column("host.name")), self._day_of(batch.times)
        order = np.lexsort((batch.times, days, hosts))
        hosts, days = hosts[order], days[order]
        starts = np.flatnonzero(np.r_[True, (hosts[1:] != hosts[:-1]) | (days[1:] != days[:-1])])
        there = np.array([np.logical_or.reduceat(one[order] != 0, starts) for one in codes]).T
        for start, end, present in zip(starts, [*starts[1:], len(order)], there, strict=True):
            yield self.folder / "events" / f"host={hosts[start]}" / f"day={days[start]}", order[start:end], present

    def finish(self, report: Report) -> None:
        self._write_all()
        self._connection.close()
        made = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        told = {"version": VERSION, "rows": self._rows, "made": made}
        (self.folder / DONE).write_text(json.dumps(told), encoding="utf-8")
        (self.folder / MAKING).unlink()

    def _name(self, name: str) -> str:
        known = self._names.get(name)
        if known is None:
            plain = name.replace("\0", "").encode("utf-8", "replace").decode() or "_"
            plain = f"{plain} " if plain.startswith("_") and plain in ("_time", "_host", "_day") else plain
            low = plain.lower()
            count = self._taken[low] = self._taken.get(low, 0) + 1
            known = self._names[name] = plain if count == 1 else f"{plain}~{count}"
        return known

    def _host_of(self, column: Column) -> Any:
        for value in column.values:
            if value not in self._hosts:
                self._hosts[value] = _safe(value) if len(self._hosts) < HOSTS else OTHER
        return np.array([self._hosts[value] for value in column.values], object)[column.codes]

    def _day_of(self, times: Any) -> Any:
        days = np.floor_divide(times, 86_400).astype(np.int64)
        distinct, where = np.unique(days, return_inverse=True)
        names = []
        for day in distinct.tolist():
            if day in self._days or len(self._days) < DAYS:
                self._days.add(day)
                names.append(str(np.datetime64(day, "D")))
            else:
                names.append(OTHER)
        return np.array(names, object)[where]


def parts(folder: Path) -> list[Path]:
    """The files of an event table, in the order of hosts, days and parts. Raises Problem("logs.not_shards")."""
    try:
        told = json.loads((folder / DONE).read_text(encoding="utf-8"))
        if told["version"] != VERSION:
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem("logs.not_shards", path=str(folder), exit=2) from error
    return sorted((folder / "events").glob("host=*/day=*/part-*.parquet"))


Fitting = Callable[[Sequence[str]], tuple[str, list[Any]]]
"""Of the columns of some files: a WHERE, and its values."""


def read(folder: Path, names: Iterable[str] | None = None, where: Fitting | None = None) -> Iterator[Batch]:
    """The event table in batches, with all columns or only these (and those that locate an event); `where` chooses."""
    chosen = None if names is None else set(names)
    connection = connect()
    try:
        for some, there in _together(connection, parts(folder)):
            yield _batch(connection, some, there, chosen, where)
    finally:
        connection.close()


def _together(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> Iterator[tuple[list[Path], list[str]]]:
    """Small files together, and their columns: thousands of hosts and days must not be thousands of batches."""
    some: list[Path] = []
    rows, there = 0, dict.fromkeys(FIXED)
    for file in files:
        source = f"'{_escaped(file)}'"
        found = connection.execute(f"SELECT num_rows FROM parquet_file_metadata({source})").fetchone()  # noqa: S608
        count = found[0] if found else 0
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({source}, hive_partitioning=false)")  # noqa: S608
        mine = dict.fromkeys(row[0] for row in described.fetchall())
        if some and (rows + count > ROWS or (rows + count) * len(there | mine) > CELLS):
            yield some, list(there)
            some, rows, there = [], 0, dict.fromkeys(FIXED)
        some.append(file)
        rows, there = rows + count, there | mine
    if some:
        yield some, list(there)


def _batch(
    connection: duckdb.DuckDBPyConnection,
    files: list[Path],
    there: list[str],
    chosen: set[str] | None,
    where: Fitting | None,
) -> Batch:
    listed = ", ".join(f"'{_escaped(file)}'" for file in files)
    source = f"read_parquet([{listed}], hive_partitioning=false, union_by_name=true)"
    wanted = [name for name in there if name in FIXED or chosen is None or _AGAIN.sub("", name) in chosen]
    select = ", ".join("epoch_us(time) AS time" if name == "time" else _quoted(name) for name in wanted)
    clause, values = where(there) if where else ("", [])
    got = connection.execute(f"SELECT {select} FROM {source} {clause}", values).fetchnumpy()  # noqa: S608
    sources = _column(got["log.source"])
    return Batch(
        times=np.ma.getdata(got["time"]).astype(np.float64) / 1e6,
        columns={_AGAIN.sub("", name): _column(got[name]) for name in wanted if name not in FIXED},
        sources=[_unsaid(value) for value in sources.values],
        source_of=sources.codes,
        formats=_column(got["log.format"]),
        files=_column(got["log.file.path"]),
        records=np.ma.getdata(got["log.record"]).astype(np.int64),
        offsets=np.ma.getdata(got["log.offset"]).astype(np.int64),
        raw=[b""] * len(got["time"]),
    )


def _column(array: Any) -> Column:
    data = np.ma.getdata(array).astype(object)
    data[np.ma.getmaskarray(array)] = None
    values = data.tolist()
    known: dict[Any, int] = {None: 0}
    for value in dict.fromkeys(values):
        if value not in known:
            known[value] = len(known)
    codes: Codes = np.fromiter(map(known.__getitem__, values), np.int32, len(values))
    texts: list[Text] = [tuple(v.split(BETWEEN)) if v and BETWEEN in v else v for v in known]
    return Column(texts, codes)


def _together_in_time(tables: list[dict[str, Any]]) -> dict[str, Any]:
    """Several tables of one host and day as one; what one of them lacks is missing there."""
    sizes = [len(table["_time"]) for table in tables]
    order = np.argsort(np.concatenate([table["_time"] for table in tables]), kind="stable")
    found = {}
    for name in dict.fromkeys(name for table in tables for name in table):
        parts = [table.get(name) for table in tables]
        whole = [np.full(size, None, object) if part is None else part for part, size in zip(parts, sizes, strict=True)]
        found[name] = np.concatenate(whole)[order]
    return found


def _objects(column: Column) -> tuple[Any, Codes]:
    """A column's values as the database takes them, text that is UTF-8, and the code of each row."""
    return np.array([_flat(value) for value in column.values], object), column.codes


def _flat(value: Text) -> str | None:
    if isinstance(value, tuple):
        value = BETWEEN.join(value)
    if value is None or value.isascii():
        return value
    return value.encode("utf-8", "replace").decode()


def _safe(host: Text) -> str:
    """A folder's name for a host that an attacker may have named: itself where that is plain, else with its hash."""
    name = _flat(host) or "unknown"
    if _PLAIN.fullmatch(name):
        return name.lower()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name)[:40].strip("-").lower()
    return f"{plain or 'host'}-{sha256(name.encode()).hexdigest()[:8]}"


def _said(sources: tuple[LogSource, ...]) -> str:
    return " ".join("/".join(source) for source in sources)


def _unsaid(text: Text) -> tuple[LogSource, ...]:
    if not isinstance(text, str) or not text:
        return ()
    return tuple(LogSource(*one.split("/", 2)) for one in text.split(" "))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _escaped(path: Path) -> str:
    return str(path.resolve()).replace("'", "''")
