"""The last step: the hits of batches, with their rows, in the order of reading make the hits of the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...common.problem import Problem
from ..report import Report
from ..sigma.sink import Rules
from .evaluating import opened
from .spool import ENDED, HITS


def work(order: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Runs in a limited process. Raises Problem("logs.worker_lost") when a batch has no answer."""
    folder = Path(order["folder"])
    rules = Rules(order["rules"])
    for number in range(1, int((folder / ENDED).read_bytes()) + 1):
        hits = folder / f"{number:06d}{HITS}"
        if not hits.is_file():
            raise Problem("logs.worker_lost", count=number)
        rules.merge(*opened(hits.read_bytes()))
        hits.unlink()
    report = Report()
    rules.finish(report)
    return report.to_wire()
