"""Days as Japanese public offices count them: which day it is, which days are closed, when a term ends."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class Span:
    """When something is expected: between two days or by one (`start == end`). `nominal`: the end before it moved.

    `moment`: the very moment at which a term in hours ends; the days are then the day in Japan on which it falls.
    """

    start: date
    end: date
    nominal: date
    moment: datetime | None = None


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


def _incl(known: date, days: tuple[int, ...]) -> Span:
    """A limit in days whose counting is unconfirmed: day 1 is the first day and nothing moves (cautious)."""
    end = nth_day(known, days[-1])
    return Span(end, end, end)


def _after(day: date, days: tuple[int, ...]) -> Span:
    """Calendar days after a day, which itself does not count (Singapore, HIPAA, California)."""
    end = day + timedelta(days=days[-1])
    return Span(end, end, end)


def _business(known: date, days: tuple[int, ...]) -> Span:
    """Days on which offices in Japan are open; the day of knowing is day 1 when it is one (cautious: unconfirmed)."""
    day = next_open_day(known)
    for _ in range(days[-1] - 1):
        day = next_open_day(day + timedelta(days=1))
    return Span(day, day, day)


def _at(moment: datetime) -> Span:
    day = day_in_japan(moment)
    return Span(day, day, day, moment.astimezone(TOKYO))


def _hours(aware: datetime, hours: tuple[int, ...]) -> Span:
    """Continuous hours from becoming aware: nights, weekends and holidays count (GDPR, Korea)."""
    return _at(aware + timedelta(hours=hours[-1]))


def _month_after_hours(aware: datetime, hours: tuple[int, ...]) -> Span:
    """One calendar month after the notification that is due so many hours from becoming aware (NIS2 Art. 23(4)(d))."""
    first = (aware + timedelta(hours=hours[-1])).astimezone(TOKYO)
    year, month = first.year + first.month // 12, first.month % 12 + 1
    return _at(first.replace(year=year, month=month, day=min(first.day, monthrange(year, month)[1])))


def _no_number(known: date, days: tuple[int, ...]) -> None:
    """The law or the contract names no number of days."""


@dataclass(frozen=True)
class CountRule:
    """How a term is counted, and how many numbers its row must give under the name of `unit`.

    A rule in days counts from a day in Japan, one in hours from a moment.
    """

    count: Callable[[Any, tuple[int, ...]], Span | None]
    numbers: int
    unit: Literal["days", "hours"] = "days"

    def span(self, begin: datetime, numbers: tuple[int, ...]) -> Span | None:
        """When a term that began at that moment is over."""
        return self.count(begin if self.unit == "hours" else day_in_japan(begin), numbers)


COUNT_RULES: dict[str, CountRule] = {
    "jp_promptly_3_5": CountRule(_promptly, 2),
    "jp_days_incl_roll": CountRule(_incl_roll, 1),
    "jp_days_incl": CountRule(_incl, 1),
    "jp_days_from_event": CountRule(_incl, 1),
    "jp_business_days": CountRule(_business, 1),
    "cal_days_after": CountRule(_after, 1),
    "hours_from_aware": CountRule(_hours, 1, "hours"),
    "month_after_hours": CountRule(_month_after_hours, 1, "hours"),
    "situational": CountRule(_no_number, 0),
    "contract": CountRule(_no_number, 0),
}
