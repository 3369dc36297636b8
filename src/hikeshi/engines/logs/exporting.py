"""Takes an event table out of Hikeshi: CSV and Excel for people, JSON lines and Timesketch's form for other tools.

Runs in the limited process. A cell that a spreadsheet would carry out as a formula is made harmless in CSV, since the
values are the attacker's; Excel files hold them as text, the other forms as they are.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

from ..common.limited import Limits, run
from ..common.problem import Problem
from .browsing import Look, check, columns_of, fitting
from .columns import Batch, Column, Text
from .shards import BETWEEN, read

FORMS = ("csv", "jsonl", "timesketch", "xlsx")
# A sheet of Excel ends at 1,048,576 rows; a cell at 32,767 characters.
SHEET, CELL = 1_048_575, 32_000
WIDEST = 500
"""So many columns of a sheet are fields; the rest stand together in the last one."""
# Excel in Japanese takes the full-width signs for the plain ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# The columns that people want first; the rest follow by name.
FIRST = [
    "host.name",
    "event.provider",
    "event.action",
    "event.outcome",
    "user.name",
    "source.ip",
    "destination.ip",
    "process.name",
    "file.path",
    "url.original",
    "network.bytes",
    "message",
]
Row = dict[str, str]


def export(
    folders: Path | Sequence[Path], form: str, out: Path, *, look: Look | None = None, limits: Limits | None = None
) -> int:
    """Writes these tables to a new file, or what of them fits a look (its page does not count); how many events.

    Raises Problem("logs.not_shards" | "logs.out_exists" | "logs.no_such_form" | "logs.cannot_write" |
    "logs.bad_filter").
    """
    if form not in FORMS:
        raise Problem("logs.no_such_form", form=form, forms=", ".join(FORMS), exit=2)
    if out.exists():
        raise Problem("logs.out_exists", path=str(out), exit=2)
    places = [folders] if isinstance(folders, Path) else list(folders)
    order: dict[str, Any] = {"folders": [str(one) for one in places], "form": form, "out": str(out.absolute())}
    order["look"] = asdict(look) if look else None
    return int(run(f"{__name__}:work", order, limits))


def work(order: dict[str, Any], say: Callable[[Any], None]) -> int:
    """Runs in the limited process; a file that could not be finished is taken away."""
    tables, out = Tables(list(map(Path, order["folders"])), order.get("look")), Path(order["out"])
    names = tables.names()
    try:
        return int(_WRITERS[order["form"]](tables, names, out))
    except OSError as error:
        out.unlink(missing_ok=True)
        raise Problem("logs.cannot_write", path=str(out), why=error.strerror or "", exit=3) from error


@dataclass(frozen=True, slots=True)
class Tables:
    """Event tables, and which of their events are wanted (a Look as a dict)."""

    folders: Sequence[Path]
    look: dict[str, Any] | None = None

    def _batches(self) -> Iterator[Batch]:
        look = self.look
        for folder in self.folders:
            yield from read(folder, where=partial(fitting, look) if look else None)

    def names(self) -> list[str]:
        """All columns in which a wanted event has a value. Raises Problem("logs.bad_filter")."""
        if self.look:
            check(self.look, columns_of(self.folders))
        found = {name for batch in self._batches() for name, one in batch.columns.items() if len(one.values) > 1}
        return [name for name in FIRST if name in found] + sorted(found - set(FIRST))

    def rows(self) -> Iterator[tuple[datetime, Row]]:
        """Every event with its time and the fields it has, a folder of host and day after the other."""
        for batch in self._batches():
            texts = {name: _texts(column) for name, column in batch.columns.items()}
            texts |= {"log.file.path": _texts(batch.files), "log.format": _texts(batch.formats)}
            for i, time in enumerate(batch.times.tolist()):
                row = {name: values[i] for name, values in texts.items() if values[i] is not None}
                yield datetime.fromtimestamp(time, UTC), {**row, **_place(batch, i)}  # type: ignore[dict-item]


def _place(batch: Batch, i: int) -> Row:
    return {"log.record": str(batch.records[i]), "log.offset": str(batch.offsets[i])}


def _texts(column: Column) -> list[str | None]:
    flat = [_flat(value) for value in column.values]
    return [flat[code] for code in column.codes.tolist()]


def _flat(value: Text) -> str | None:
    return ", ".join(value) if isinstance(value, tuple) else value and value.replace(BETWEEN, ", ")


def _said(time: datetime) -> str:
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


LOCATED = ("log.format", "log.file.path", "log.record", "log.offset")


REST = "…"
"""The column of a sheet that holds, as JSON, the fields for which there was no column."""


def _csv(tables: Tables, names: Sequence[str], out: Path) -> int:
    with out.open("x", encoding="utf-8-sig", newline="") as handle:  # Excel knows UTF-8 only by its mark
        writer = csv.writer(handle)
        writer.writerow(["time", *map(safe, names), *LOCATED])  # a name may be the attacker's, too
        return _each(
            tables,
            lambda time, row: writer.writerow([time, *(safe(row.get(name, "")) for name in (*names, *LOCATED))]),
        )


def _jsonl(tables: Tables, names: Sequence[str], out: Path) -> int:
    with out.open("x", encoding="utf-8") as handle:
        return _each(tables, lambda time, row: _line(handle, {"time": time, **row}))


def _timesketch(tables: Tables, names: Sequence[str], out: Path) -> int:
    """JSON lines with the three fields that Timesketch asks for: message, datetime, timestamp_desc."""

    def write(time: str, row: Row) -> None:
        told = row.get("message") or " ".join(row[name] for name in FIRST if name in row) or row["log.format"]
        at = time.replace("Z", "+00:00")
        _line(handle, {"message": told, "datetime": at, "timestamp_desc": row.get("event.action", "event"), **row})

    with out.open("x", encoding="utf-8") as handle:
        return _each(tables, write)


def _xlsx(tables: Tables, names: Sequence[str], out: Path) -> int:
    import xlsxwriter

    heads = ["time", *names[:WIDEST], *LOCATED]
    others = names[WIDEST:]
    book = xlsxwriter.Workbook(str(out), {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("events")
    for place, head in enumerate(heads):
        sheet.write_string(0, place, _xml(head)[:CELL])
    if others:
        sheet.write_string(0, len(heads), REST)
    count = 0

    def write(time: str, row: Row) -> None:
        nonlocal sheet, count
        at = count % SHEET + 1
        if at == 1 and count:
            sheet = book.add_worksheet(f"events {count // SHEET + 1}")
        sheet.write_string(at, 0, time)
        for place, head in enumerate(heads[1:], 1):
            if head in row:
                sheet.write_string(at, place, _xml(row[head])[:CELL])
        if more := {name: row[name] for name in others if name in row}:
            sheet.write_string(at, len(heads), _xml(json.dumps(more, ensure_ascii=False))[:CELL])
        count += 1

    try:
        return _each(tables, write)
    finally:
        book.close()


def _each(tables: Tables, write: Callable[[str, Row], object]) -> int:
    count = 0
    for time, row in tables.rows():
        write(_said(time), row)
        count += 1
    return count


def _line(handle: IO[str], data: dict[str, str]) -> None:
    handle.write(json.dumps(data, ensure_ascii=False) + "\n")


def safe(text: str) -> str:
    """A cell that no spreadsheet carries out as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _xml(text: str) -> str:
    """Control characters have no place in a workbook's XML; they are shown instead."""
    return "".join(c if c >= " " or c in "\t\n" else f"<U+{ord(c):04X}>" for c in text)


_WRITERS = {"csv": _csv, "jsonl": _jsonl, "timesketch": _timesketch, "xlsx": _xlsx}
