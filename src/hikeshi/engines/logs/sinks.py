"""What takes every event beside the finders: rules and the event table. Loaded only when one of them is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .lines import Chunk
from .report import Report
from .table import Columns, Table, all_columns

if TYPE_CHECKING:
    from .columns import Batch


class Sink(Protocol):
    """Sees all events, a batch at a time, and at the end puts its answer into the report."""

    def take(self, batch: Batch) -> None: ...

    def finish(self, report: Report) -> None: ...


def sinks_of(order: dict[str, Any]) -> list[Sink]:
    """The sinks that an order from the other side of the pipe asks for: {"rules": {…}, "shards": {…}, …}."""
    made: list[Sink] = []
    if "shards" in order:
        from .shards import Shards

        made.append(Shards(Path(order["shards"]["folder"])))
    if "rules" in order:
        from .sigma.sink import Rules

        made.append(Rules(order["rules"]))
    if "spool" in order:
        from .spread.spool import Spool

        made.append(Spool(Path(order["spool"]["folder"])))
    if "story" in order:  # last: it tells what the others found
        from .story import Story

        made.append(Story())
    return made


class Gathering:
    """Makes batches of the tables that come and hands them to the sinks."""

    def __init__(self, sinks: Sequence[Sink], within: Callable[[float], bool] | None) -> None:
        from .columns import Encoder

        self._sinks, self._within, self._encoder = sinks, within, Encoder()

    def add(self, chunk: Chunk, table: Table, shown: str) -> None:
        table = self._chosen(table)
        self._encoder.add(chunk, table, shown)
        if self._encoder.full:
            self.flush()

    def flush(self) -> None:
        if len(self._encoder):
            batch = self._encoder.take()
            for sink in self._sinks:
                sink.take(batch)

    def _chosen(self, table: Table) -> Table:
        """Only the rows within --since and --until."""
        within = self._within
        if within is None:
            return table
        rows = [i for i, time in enumerate(table.times) if within(time)]
        if len(rows) == len(table):
            return table
        return pick(table, rows)


def pick(table: Table, chosen: list[int]) -> Table:
    """Some rows of a table."""

    def columns() -> Columns:
        return {name: [values[i] for i in chosen] for name, values in all_columns(table).items()}

    return Table(
        table.format,
        [table.rows[i] for i in chosen],
        [table.times[i] for i in chosen],
        lambda i: table.fields(chosen[i]),
        columns=columns,
        sources=table.sources,
    )
