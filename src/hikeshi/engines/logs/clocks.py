"""Lines of a clock that was not set: 1970 after a boot without one, 2036 or 2106 after an overflow.

Such a line happened when its neighbours did. Left as it is, it would make the period of an incident one of decades;
left out, it would be lost. So it takes the time of the line before it, else of the first set one after, and is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from .table import Table

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
"""No log is older; clocks that were never set begin in 1601, 1970 or 1980."""
AHEAD = timedelta(days=730).total_seconds()
"""So far ahead of now that no clock which somebody looks at is: this machine's own may be months behind."""


class Clock:
    """The times of one file, in the order of its lines; `first` and `last` span those of a set clock."""

    def __init__(self, now: datetime) -> None:
        self._latest = now.timestamp() + AHEAD
        self._before: float | None = None
        self.first: float | None = None
        self.last: float | None = None

    def mend(self, table: Table) -> int:
        """Gives lines of an unset clock their neighbours' time; how many there were. Not empty.

        Where no line before, and none in this table, has a set clock, they stay as they are written.
        """
        first, last = min(table.times), max(table.times)
        count = 0
        if first < EARLIEST or last > self._latest:
            count, table.times = self._mended(table.times)
            known = [time for time in table.times if self._is_set(time)]
            if not known:
                return count
            first, last = min(known), max(known)
        self._before = table.times[-1]
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)
        return count

    def _is_set(self, time: float) -> bool:
        return EARLIEST <= time <= self._latest

    def _mended(self, times: Sequence[float]) -> tuple[int, list[float]]:
        before = self._before
        if before is None:
            before = next((time for time in times if self._is_set(time)), None)
        found, count = [], 0
        for time in times:
            if self._is_set(time):
                before = time
            else:
                count += 1
                time = time if before is None else before
            found.append(time)
        return count, found
