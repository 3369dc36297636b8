"""Lines of a clock that was not set: 1970 after a boot without one, 2036 or 2106 after an overflow.

Such a line happened when its neighbours did. Left as it is, it would make the period of an incident one of decades;
left out, it would be lost. So it takes the time of the line before it, else of the first set one after, and is counted.
A clock that was merely fast or slow is corrected by what somebody measured; the lines themselves keep what they said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from .table import Columns, Same, Table

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
"""No log is older; clocks that were never set begin in 1601, 1970 or 1980."""
AHEAD = timedelta(days=730).total_seconds()
"""So far ahead of now that no clock which somebody looks at is: this machine's own may be months behind."""


MOST_ERROR = timedelta(days=36_600).total_seconds()
"""More than a century is a slip of the hand: no log would have a time that can be written."""


def in_seconds(error: float) -> str:
    """A clock's error to the microsecond, so that the time a line says can be had back."""
    return f"{error:.6f}".rstrip("0").rstrip(".")


_WRITABLE = datetime(1, 1, 3, tzinfo=UTC).timestamp(), datetime(9999, 12, 29, tzinfo=UTC).timestamp()
"""Between these, a time can be told in every zone."""


class Clock:
    """The times of one file, in the order of its lines; `first` and `last` span those of a set clock.

    `error`: the seconds by which it was fast (below 0: slow); each row is told it, as `log.clock_error`.
    """

    def __init__(self, now: datetime, error: float = 0.0) -> None:
        self._error = error
        self._latest = now.timestamp() + AHEAD
        self._before: float | None = None
        self.first: float | None = None
        self.last: float | None = None

    def mend(self, tables: Sequence[Table]) -> int:
        """Gives lines of an unset clock their neighbours' time; how many there were. The tables are of the same lines.

        Where no line before, and none in these tables, has a set clock, they stay as they are written.
        """
        tables = [table for table in tables if len(table)]
        if not tables:
            return 0
        if self._error:
            for one in tables:
                one.times = [time - self._error for time in one.times]
                one.columns = _with_error(one, self._error)
        first, last = min(min(one.times) for one in tables), max(max(one.times) for one in tables)
        count = 0
        if first < EARLIEST or last > self._latest:
            count = self._mended(tables)
            known = [time for one in tables for time in one.times if self._is_set(time)]
            if not known:
                return count
            first, last = min(known), max(known)
        self._before = max(tables, key=lambda one: one.rows[-1]).times[-1]
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)
        return count

    def _is_set(self, time: float) -> bool:
        return EARLIEST <= time <= self._latest

    def _mended(self, tables: Sequence[Table]) -> int:
        """In the order of the lines: what stands beside a line may have been read by another program's parser."""
        times = [list(one.times) for one in tables]
        places = sorted((row, n, i) for n, one in enumerate(tables) for i, row in enumerate(one.rows))
        before = self._before
        if before is None:
            before = next((times[n][i] for _, n, i in places if self._is_set(times[n][i])), None)
        count = 0
        for _, n, i in places:
            if self._is_set(times[n][i]):
                before = times[n][i]
            else:
                count += 1
                times[n][i] = min(max(times[n][i], _WRITABLE[0]), _WRITABLE[1]) if before is None else before
        for one, mended in zip(tables, times, strict=True):
            one.times = mended
        return count


def _with_error(table: Table, error: float) -> Callable[[], Columns]:
    """The table's columns, and by how many seconds its times were corrected."""
    columns, size = table.columns, len(table)

    def more() -> Columns:
        return (columns() if columns else {}) | {"log.clock_error": Same(in_seconds(error), size)}

    return more
