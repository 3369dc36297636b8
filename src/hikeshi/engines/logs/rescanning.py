"""Rules over an event table, as it runs in the limited process: no log is read a second time."""

from __future__ import annotations

import json
import time as clock
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..common.problem import Problem
from .encoded import again
from .report import Report
from .sinks import sinks_of


def work(order: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The order names the table and the sinks; files and findings are those of the scan that wrote the table."""
    started = clock.perf_counter()
    folder = Path(order["folder"])
    report = _before(folder / order["report"])
    events = 0
    sinks = sinks_of(order["sinks"])
    lost: list[bool] = []
    for batch in again(folder, lambda: lost.append(True)):
        events += len(batch)
        for sink in sinks:
            sink.take(batch)
    report.events, report.hits, report.old_packs = events, [], []
    if lost and "rules" in order["sinks"]:
        report.not_read.append((str(folder), Problem("logs.text_not_kept", path=str(folder))))
    for sink in sinks:
        sink.finish(report)
    report.seconds = clock.perf_counter() - started
    return report.to_wire()


def _before(file: Path) -> Report:
    try:
        return Report.from_wire(json.loads(file.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem("logs.not_shards", path=str(file.parent), exit=2) from error
