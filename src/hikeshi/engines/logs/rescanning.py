"""Rules over an event table, as it runs in the limited process: no log is read a second time."""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .report import FileReport, Report
from .shards import read
from .sinks import sinks_of


def work(order: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The order names the table and the sinks; the report has their answers, and each file's events."""
    started = clock.perf_counter()
    report = Report()
    sinks = sinks_of(order["sinks"])
    files: dict[str, FileReport] = {}
    for batch in read(Path(order["folder"])):
        report.events += len(batch)
        for code, name in enumerate(batch.files.values):
            if isinstance(name, str):
                rows = batch.files.codes == code
                events = int(rows.sum())
                first, last = float(batch.times[rows].min()), float(batch.times[rows].max())
                file = files.setdefault(name, FileReport(name, _format(batch, rows), first=first, last=last))
                file.events += events
                file.first, file.last = min(file.first or first, first), max(file.last or last, last)
        for sink in sinks:
            sink.take(batch)
    for sink in sinks:
        sink.finish(report)
    report.files = list(files.values())
    report.seconds = clock.perf_counter() - started
    return report.to_wire()


def _format(batch: Any, rows: Any) -> str:
    return str(batch.formats.values[int(batch.formats.codes[rows][0])])
