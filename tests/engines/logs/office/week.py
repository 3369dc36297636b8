"""What all parts of the office share: the week, its people and addresses, and chance that is the same everywhere.

Chance is drawn from `random.Random(seed).random()` only, whose numbers Python promises never to change.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar

T = TypeVar("T")
JST = timezone(timedelta(hours=9))
MONDAY = int(datetime(2026, 11, 16, tzinfo=JST).timestamp())
DAY, WEEK = 86_400, 7 * 86_400
Lines = list[tuple[float, str]]

OFFICE = "192.0.2.10"  # what the office's router shows the world
HOME, PHONE = "198.51.100.23", "198.51.100.77"  # the owner's
DESIGNER = "198.51.100.140"  # the web designer, who works elsewhere
MONITOR = "198.51.100.200"
STAFF = ("hanako", "taro", "yamada", "suzuki", "sato", "tanaka", "ito", "watanabe", "nakamura", "kobayashi")


@dataclass
class Chance:
    """A seeded source of everything that varies."""

    seed: str

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed).random

    def pick(self, some: Sequence[T]) -> T:
        return some[int(self.random() * len(some))]

    def number(self, low: int, high: int) -> int:
        """From low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def likely(self, share: float) -> bool:
        return self.random() < share

    def hexadecimal(self, length: int) -> str:
        return "".join(self.pick("0123456789abcdef") for _ in range(length))

    def visitor(self) -> str:
        """One of 65,000 addresses of the range kept for measurements (RFC 2544): no real person's."""
        return f"198.18.{self.number(0, 255)}.{self.number(1, 254)}"

    def stranger(self) -> str:
        """Somebody on the internet who tries doors."""
        return f"198.19.{self.number(0, 255)}.{self.number(1, 254)}"

    def at_any_time(self) -> float:
        return MONDAY + self.random() * WEEK

    def in_office_hours(self) -> float:
        """On a working day between half past eight and seven, seldom at lunch."""
        while True:
            hour = 8.5 + self.random() * 10.5
            if not 12 <= hour < 13 or self.likely(0.3):
                return MONDAY + self.number(0, 4) * DAY + hour * 3600

    def when_people_surf(self) -> float:
        """By day and in the evening, on Sunday too; some at night."""
        while True:
            hour = self.random() * 24
            share = 0.08 if hour < 6 else 0.5 if hour < 9 else 0.8 if hour < 18 else 1.0 if hour < 23 else 0.4
            if self.likely(share):
                return MONDAY + self.number(0, 6) * DAY + hour * 3600


def jst(time: float) -> datetime:
    return datetime.fromtimestamp(time, JST)


def utc(time: float) -> datetime:
    return datetime.fromtimestamp(time, UTC)


def syslog(time: float, host: str, program: str, message: str) -> str:
    moment = jst(time)
    return f"{moment:%b} {moment.day:2} {moment:%H:%M:%S} {host} {program}: {message}"


def trimmed(lines: Lines, wanted: int) -> list[str]:
    """In the order of time, exactly as many as wanted: what is too much is left out evenly."""
    lines = sorted(((time, text) for time, text in lines if MONDAY <= time < MONDAY + WEEK), key=lambda one: one[0])
    if len(lines) < wanted:
        raise ValueError(f"only {len(lines)} of {wanted} lines")
    spare = len(lines) - wanted
    step = len(lines) / spare if spare else 0
    out = {int(i * step) for i in range(spare)}
    return [text for i, (_, text) in enumerate(lines) if i not in out]
