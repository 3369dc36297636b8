"""A plain office week: how many of its lines are read for each alarm of level high."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.bench.report import Report
from tests.engines.logs.office.alarms import listen
from tests.engines.logs.office.generate import write


def bench(report: Report) -> None:
    """All findings and all starter rules over the whole week; nothing has happened in it."""
    lines = report.size(1_000_000, 3_000)
    with tempfile.TemporaryDirectory(prefix="hikeshi-office-") as name:
        write(Path(name) / "week", lines)
        began = time.process_time()
        heard = listen(Path(name) / "week", Path(name) / "cache")
        taken = time.process_time() - began
    beside = ", ".join(sorted(set(heard.high))) or "none was heard"
    report.figure("lines for each alarm of level high", heard.lines_for_each, "lines", at_least=100_000, beside=beside)
    report.figure("read, find and run the starter rules", heard.lines / taken, "lines/s")
    lower = ", ".join(sorted(set(heard.lower)))
    report.note(f"{heard.lines:,} lines of seven logs, {heard.errors} unread. Lower alarms: {lower or 'none'}.")
