"""The last step: batches and their hits in the order of reading make the hits of the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...common.problem import Problem
from ..report import Report
from ..sigma.sink import Rules
from .packing import unpacked, unpacked_hits
from .spool import ENDED, HITS, TAKEN


def work(order: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Runs in a limited process. Raises Problem("logs.worker_lost") when a batch has no answer."""
    folder = Path(order["folder"])
    rules = Rules(order["rules"])
    for number in range(1, int((folder / ENDED).read_bytes()) + 1):
        batch, hits = folder / f"{number:06d}{TAKEN}", folder / f"{number:06d}{HITS}"
        if not hits.is_file():
            raise Problem("logs.worker_lost", count=number)
        rules.merge(unpacked(batch.read_bytes()), unpacked_hits(hits.read_bytes()))
        batch.unlink()
    report = Report()
    rules.finish(report)
    return report.to_wire()
