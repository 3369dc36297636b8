"""What the tests of record formats share: a framing's source from bytes, and events through the whole reader."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hikeshi.engines.common.encodings import detect
from hikeshi.engines.common.walk import Found
from hikeshi.engines.logs.objects import Source
from hikeshi.engines.logs.reading import Reading
from hikeshi.engines.logs.report import FileReport
from hikeshi.engines.logs.scanning import event_of
from hikeshi.engines.logs.table import Columns, Context, Event, Table
from hikeshi.engines.logs.times import Years
from tests.engines.logs.reading import NOW

TOKYO = ZoneInfo("Asia/Tokyo")


def context() -> Context:
    return Context(TOKYO, "Asia/Tokyo", Years(datetime(2026, 12, 1, tzinfo=UTC)))


def found(data: bytes, name: str) -> Found:
    return Found(name, Path(name), len(data), NOW, lambda: io.BytesIO(data))


def source(data: bytes, name: str = "a.log", head: int = 1 << 17) -> Source:
    """The file as a framing gets it."""
    stream = found(data, name).open()
    first = stream.read(head)
    return Source(name, first, stream, detect(first[: 1 << 16]), context())


class Read:
    """A whole file read: its events in order, its columns, its report."""

    def __init__(self, data: bytes, name: str = "a.log") -> None:
        reading = Reading(found(data, name), now=NOW, zone=TOKYO)
        self.events: list[Event] = []
        self.tables: list[Table] = []
        rows: list[tuple[int, dict[str, Any]]] = []
        for chunk, tables in reading:
            for table in tables:
                self.tables.append(table)
                self.events += [
                    event_of(chunk, table, i, name, table.tags[i] if table.tags else 0) for i in range(len(table))
                ]
                columns: Columns = table.columns() if table.columns else {}
                for values in columns.values():
                    assert len(values) == len(table)
                for i, row in enumerate(table.rows):
                    filled = {key: values[i] for key, values in columns.items() if values[i] is not None}
                    rows.append((chunk.first + row, filled))
        self.rows = [columns for _, columns in sorted(rows, key=lambda one: one[0])]
        self.events.sort(key=lambda e: e.line)
        self.report: FileReport = reading.report
        reading.close()


def read_sample(folder: str | Path, name: str) -> Read:
    """A format's own sample."""
    path = Path(__file__).parent / folder / name
    return Read(path.read_bytes(), name)


def values(events: Sequence[Event], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(event, name) for name in names) for event in events]
