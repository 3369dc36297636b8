"""The story that logs tell together: by which way, when, with which accounts, what was reached, what was taken.

`Story` is a sink (see sinks.py); what it puts into the report is what `telling.tell` makes of what `Gathered` holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..report import Report
from .gathering import Gathered
from .telling import tell

if TYPE_CHECKING:
    from ..columns import Batch

__all__ = ["Story"]


class Story:
    """Gathers log-ons, traffic and traces of every event, and tells the story once all findings are there."""

    def __init__(self) -> None:
        self._gathered = Gathered()

    def take(self, batch: Batch) -> None:
        self._gathered.take(batch)

    def finish(self, report: Report) -> None:
        report.story = tell(self._gathered, report)
