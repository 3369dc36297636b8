"""Days as Japanese public offices count them: which day it is, which days are closed, when a term ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class Span:
    """When something is expected: between two days or by one (`start == end`). `nominal`: the end before it moved."""

    start: date
    end: date
    nominal: date


def day_in_japan(moment: datetime) -> date:
    """The calendar day in Japan; terms are counted in days, and 23:59 in Tokyo is still that day."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(TOKYO).date()


def is_closed(day: date) -> bool:
    """Whether public offices are closed: Sat, Sun, holidays, 29 Dec to 3 Jan (行政機関の休日に関する法律 第1条)."""
    if day.weekday() >= 5 or (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return True
    import jpholiday  # here, because the first page of a start should not wait for it

    return bool(jpholiday.is_holiday(day))


def next_open_day(day: date) -> date:
    """The day itself when offices are open, else the first open day after it."""
    while is_closed(day):
        day += timedelta(days=1)
    return day


def nth_day(known: date, number: int) -> date:
    """Day `number` of a term whose day 1 is the day of knowing (通則編 3-5-3-4: その時点を1日目とする)."""
    return known + timedelta(days=number - 1)


def _promptly(known: date, days: tuple[int, ...]) -> Span:
    """A guide such as 3 to 5 days: weekends count, and it does not move (closing days are the final report's)."""
    first, last = nth_day(known, days[0]), nth_day(known, days[-1])
    return Span(first, last, last)


def _incl_roll(known: date, days: tuple[int, ...]) -> Span:
    """A limit in days: weekends count; a last day on which offices are closed moves to the next open day."""
    nominal = nth_day(known, days[-1])
    end = next_open_day(nominal)
    return Span(end, end, nominal)


def _no_number(known: date, days: tuple[int, ...]) -> None:
    """The law or the contract names no number of days."""


@dataclass(frozen=True)
class CountRule:
    """How a term is counted, and how many numbers of days its row must give."""

    count: Callable[[date, tuple[int, ...]], Span | None]
    numbers: int


COUNT_RULES: dict[str, CountRule] = {
    "jp_promptly_3_5": CountRule(_promptly, 2),
    "jp_days_incl_roll": CountRule(_incl_roll, 1),
    "situational": CountRule(_no_number, 0),
    "contract": CountRule(_no_number, 0),
}
