"""Which reminders of a deadline are owed at a moment. Pure: the clock, the deadlines and what was sent decide.

When to remind is data (duties/reminders.toml): some days before at nine in the morning in Japan, on the day, and after.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from hikeshi.notify.law.days import TOKYO, day_in_japan
from hikeshi.notify.law.lawbook import Both
from hikeshi.notify.law.tomlread import Table, parse
from hikeshi.notify.rules import Deadline


@dataclass(frozen=True)
class Marks:
    """When to remind of a deadline, in days (at `hour` o'clock) or in hours, before (negative) and after its end."""

    hour: int
    days: tuple[int, ...]
    hours: tuple[int, ...]


@dataclass(frozen=True)
class Watched:
    """A deadline with what became of it: `open` is neither made, waived, nor no longer required."""

    target: str
    title: Both
    deadline: Deadline
    open: bool


@dataclass(frozen=True)
class Reminder:
    """One reminder that is owed since `since`. `left`: days or hours to the end; negative ones lie after it."""

    target: str
    title: Both
    deadline: Deadline
    since: datetime
    left: int
    unit: str

    @property
    def key(self) -> str:
        """The same reminder has the same key; when the deadline moves it is another one."""
        end = self.deadline.moment or self.deadline.to_date
        return f"{self.target}:{self.deadline.stage}:{end and end.isoformat()}:{self.left}{self.unit[0]}"

    @property
    def late(self) -> bool:
        return self.left < 0


@cache
def marks() -> Marks:
    """The marks of duties/reminders.toml."""
    from hikeshi.notify.law.lawfiles import FOLDER

    return read((FOLDER / "reminders.toml").read_text(encoding="utf-8"))


def read(text: str) -> Marks:
    """Marks from a file's text. Problem naming the key when one is wrong."""
    root = parse(text, "reminders.toml")
    days, hours = root.take_table("days"), root.take_table("hours")
    hour = days.take("hour")
    if type(hour) is not int or not 0 <= hour < 24:
        raise days.wrong("hour", "9")
    found = Marks(hour, _both_sides(days), _both_sides(hours))
    for table in (days, hours, root):
        table.done()
    return found


def _both_sides(table: Table) -> tuple[int, ...]:
    """[7, 1, 0] before and [1, 3] after become (7, 1, 0, -1, -3): what is left, in the order of time."""
    found = []
    for key, sign in (("before", 1), ("after", -1)):
        numbers = table.take(key)
        if not isinstance(numbers, list) or not all(type(n) is int and 0 <= n < 400 for n in numbers):
            raise table.wrong(key, "[7, 1, 0]")
        found += [sign * n for n in numbers]
    return tuple(sorted(set(found), reverse=True))


def owed(
    watched: Iterable[Watched], now: datetime, *, sent: Collection[str] = (), when: Marks | None = None
) -> list[Reminder]:
    """At most one reminder a deadline, the latest whose time has come, unless it was sent; nearest deadline first.

    Marks that lie before the clock began remind of nothing. After a pause nobody is flooded with the older ones.
    """
    due = []
    for one in watched:
        come = [r for r in planned(one, when) if r.since <= now]
        if come and come[-1].key not in sent:
            due.append(come[-1])
    return sorted(due, key=lambda r: (r.deadline.to_date or date.max, r.target))


def planned(one: Watched, when: Marks | None = None) -> list[Reminder]:
    """Every reminder of one deadline in the order of time; none once it is done or where there is no day."""
    when = when or marks()
    if not one.open or one.deadline.to_date is None:
        return []
    begun = one.deadline.counted_from
    found = (Reminder(one.target, one.title, one.deadline, *mark) for mark in _moments(one.deadline, when))
    return [reminder for reminder in found if begun is None or reminder.since > begun]


def _moments(deadline: Deadline, when: Marks) -> Iterator[tuple[datetime, int, str]]:
    if deadline.moment is not None:
        yield from ((deadline.moment - timedelta(hours=left), left, "hours") for left in when.hours)
    elif deadline.to_date is not None:
        for left in when.days:
            day = deadline.to_date - timedelta(days=left)
            yield datetime.combine(day, time(when.hour), TOKYO), left, "days"


def next_one(watched: Iterable[Watched], now: datetime, when: Marks | None = None) -> Reminder | None:
    """The reminder that comes next, so that a job can sleep until then."""
    coming = [r for one in watched for r in planned(one, when) if r.since > now]
    return min(coming, key=lambda r: r.since, default=None)


def said(reminder: Reminder, now: datetime, lang: str) -> str:
    """One line: 「個人情報保護委員会への最初の報告：期限は2026年12月7日（月）です。あと3日です。」"""
    from hikeshi.notify.law.lawfiles import shipped
    from hikeshi.notify.wording import day, moment

    end = reminder.deadline.to_date
    assert end is not None
    page = "en" if lang == "en" else "ja"
    at = moment(reminder.deadline.moment, page) if reminder.deadline.moment else day(end, page)  # type: ignore[arg-type]
    left = (end - day_in_japan(now)).days
    form = "remind_late" if left < 0 else "remind_today" if left == 0 else "remind_left"
    return shipped().words[form][lang].format(title=reminder.title[lang], day=at, days=abs(left))
