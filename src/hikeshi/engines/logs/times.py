"""Times as logs write them, to seconds since 1970 UTC; each form remembers the minutes it has seen, for speed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo

MONTHS = {m: i for i, m in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_KEEP = 50_000
Day = tuple[int, int]  # month, day
_UNSET: Day = (1, 2)
_DECEMBER: Day = (12, 25)
UNSET = 1970
"""The year of a line whose clock had not been set; see clocks.py for what becomes of it."""
_ISO = re.compile(
    rb"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(Z|[+-]\d\d:?\d\d)?$", re.IGNORECASE
)


class Remembered:
    """A function of bytes that keeps its answers, and forgets all of them when they become too many."""

    def __init__(self, function: Callable[[bytes], float | None]) -> None:
        self._function = function
        self._known: dict[bytes, float | None] = {}

    def __call__(self, text: bytes) -> float | None:
        try:
            return self._known[text]
        except KeyError:
            pass
        if len(self._known) > _KEEP:
            self._known.clear()
        answer = self._known[text] = self._function(text)
        return answer


def _access_minute(text: bytes) -> float | None:
    # "10/Oct/2000:13:55 -0700": the minute and its zone
    try:
        month = MONTHS[text[3:6]]
        sign = {b"+": 1, b"-": -1}[text[18:19]]
        ahead = sign * timedelta(hours=int(text[19:21]), minutes=int(text[21:23]))
        moment = datetime(
            int(text[7:11]), month, int(text[0:2]), int(text[12:14]), int(text[15:17]), tzinfo=timezone(ahead)
        )
        return moment.timestamp()
    except (KeyError, ValueError, OverflowError):
        return None


_minute_of_access = Remembered(_access_minute)


def _access(text: bytes) -> float | None:
    minute = _minute_of_access(text[:17] + text[20:])
    seconds = text[18:20]
    if minute is None or not seconds.isdigit() or len(text) != 26 or text[17:18] != b":":
        return None
    return minute + int(seconds)


access_time = Remembered(_access)
access_time.__doc__ = """`10/Oct/2000:13:55:36 -0700` of an access log; None when it is no time."""


def iso_time(text: bytes, zone: tzinfo) -> float | None:
    """`2026-11-23T10:20:30.123456+09:00`; without an offset it is in `zone`."""
    match = _ISO.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(g) for g in match.groups()[:6])
    fraction, offset = match.group(7), match.group(8)
    where: tzinfo = zone
    if offset:
        where = UTC
        if offset not in b"Zz":
            hours, minutes = int(offset[1:3]), int(offset[-2:])
            if hours > 23 or minutes > 59:
                return None
            where = timezone((-1 if offset[:1] == b"-" else 1) * timedelta(hours=hours, minutes=minutes))
    try:
        # A leap second is shown as :60; the clock of this machine has no such second.
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=where)
        return moment.timestamp() + (int(fraction.ljust(6, b"0")[:6]) / 1e6 if fraction else 0)
    except (ValueError, OverflowError):
        return None


def local_time(
    year: int, month: int, day: int, clock: bytes, zone: tzinfo, fraction: bytes | None = None
) -> float | None:
    """A date and `HH:MM:SS` in `zone`; None when there is no such date."""
    try:
        hour, minute, second = clock.split(b":")
        moment = datetime(year, month, day, int(hour), int(minute), min(int(second), 59), tzinfo=zone)
        return moment.timestamp() + (int(fraction.ljust(6, b"0")[:6]) / 1e6 if fraction else 0)
    except (ValueError, OverflowError):
        return None


class Years:
    """The year of lines that do not say it (RFC 3164): counted from the log's last line, across New Year.

    `anchor` is when the log was last written; `turns` is how often New Year passes within it. `unset` are those that
    only look like it (see Turns): the lines after them are of UNSET, until the log goes on.
    """

    def __init__(
        self,
        anchor: datetime,
        last: Day | None = None,
        turns: int = 0,
        year: int | None = None,
        unset: frozenset[int] = frozenset(),
    ):
        self._turns = Turns()
        self._unset, self._waiting = unset, False
        self.anchor = anchor
        if year is None:
            year = anchor.year
            # A day of grace: the clock that stamped the line and the one that stamped the file may differ.
            tomorrow = anchor + timedelta(days=1)
            if last and last > (tomorrow.month, tomorrow.day) and tomorrow.year == year:
                year -= 1
        self.year = year - turns

    def of(self, month: int, day: int) -> int:
        """The year of the next line, which is of this day. Lines come in the log's order."""
        if passed := self._turns.of((month, day)):
            self.year += passed
            self._waiting = passed > 0 and self._turns.passed in self._unset
        return UNSET if self._waiting else self.year


def turn(before: Day, after: Day) -> int:
    """1 when New Year lies between two days that follow each other in a log; -1 back over it, for a line out of order.

    A step back of less than six months is taken for lines out of order, since logs are put together by hand, too.
    """
    if before[0] - after[0] > 5:
        return 1
    return -1 if before <= (1, 3) and after >= (12, 29) else 0


class Turns:
    """Counts New Years along a log: `of(day)` is by how many years this line is later than the one before it.

    Where the log goes from the first days of a year to the day it was at, or after it, what looked like New Year was
    a clock that had not been set: a machine that boots without one writes 1 January until it has asked for the time.
    `passed` counts what looks like New Year, `unset` holds the numbers of those that were such a clock.
    """

    def __init__(self) -> None:
        self._day: Day | None = None
        self._before: Day | None = None
        self.passed = 0
        self.unset: set[int] = set()

    def of(self, day: Day) -> int:
        last, self._day = self._day, day
        if last is None:
            return 0
        if found := turn(last, day):
            self.passed += found > 0
            self._before = last if found > 0 else None
            return found
        if self._before and last <= _UNSET and day >= self._before:
            self._before = None
            self.unset.add(self.passed)
            return -1
        return 0

    def end(self, written: Day) -> tuple[int, Day | None]:
        """At the log's end, last written on this day: -1 when its last lines are of a clock that was not set, else 0;
        and the last day that counts.

        A true New Year comes after the last days of December, or in a log that was written in January.
        """
        before, last = self._before, self._day
        if before is None or last is None or last > _UNSET or written[0] == 1:
            return 0, last
        if before >= _DECEMBER and not before <= written:
            return 0, last
        self.unset.add(self.passed)
        return -1, before


def turns(days: list[Day]) -> int:
    """How often New Year passes in a sequence of days."""
    count = Turns()
    return sum(map(count.of, days))
