"""Times of records, in whatever form an export wrote them: ISO 8601, seconds since 1970, local dates with slashes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from .times import MONTHS

# Years that a log may tell of: numbers outside are no time.
_EARLIEST, _LATEST = -11_644_473_600.0, 7_258_118_400.0
_DATE = re.compile(r"/Date\((-?\d{1,16})(?:[+-]\d{4})?\)/")
_NUMBER = re.compile(r"-?\d{1,19}(?:\.\d{1,12})?$")
_CLOCK = (
    r"(?P<hour>\d{1,2})[:\u6642](?P<minute>\d{1,2})(?:[:\u5206](?P<second>\d{1,2})(?:[.,:](?P<fraction>\d{1,9}))?\u79d2?)?"
    r"\s?(?P<after>[AaPp]\.?[Mm]\.?)?\s?(?P<zone>Z|UTC|GMT|JST|[+-]\d{2}:?\d{2})?"
)
_PARTS = re.compile(
    r"(?P<year>\d{4})\s?[-/.\u5e74]\s?(?P<month>\d{1,2})\s?[-/.\u6708]\s?(?P<day>\d{1,2})\u65e5?"
    rf"(?:[T ,]{{0,3}}(?:(?P<forenoon>\u5348\u524d)|(?P<afternoon>\u5348\u5f8c))?\s?{_CLOCK})?$"
)
_WESTERN = re.compile(rf"(?P<month>\d{{1,2}})[/.](?P<day>\d{{1,2}})[/.](?P<year>\d{{4}}),? {_CLOCK}$")
_NAMED = re.compile(
    r"(?:[A-Z][a-z]{2},? )?(?P<day>\d{1,2})[ /-](?P<name>[A-Z][a-z]{2})[a-z]*\.?[ /-]"
    rf"(?P<year>\d{{4}})[ :,T]{{1,2}}(?:at )?{_CLOCK}$"
)
_NAMED_FIRST = re.compile(
    r"(?:[A-Z][a-z]{2},? )?(?P<name>[A-Z][a-z]{2})[a-z]* (?P<day>\d{1,2}),? "
    rf"(?P<year>\d{{4}})[ :,T]{{1,2}}(?:at )?{_CLOCK}$"
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})[T ]?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})$"
)
# 2026/11/20(金) and 令和8年11月20日, as business software of Japan writes them.
_WEEKDAY = re.compile(r"\s?[(\uff08](?:[\u6708\u706b\u6c34\u6728\u91d1\u571f\u65e5]|[A-Za-z]{3})[)\uff09]")
_ERA = re.compile(r"(\u4ee4\u548c|R|\u5e73\u6210|H)\s?(\d{1,2}|\u5143)(?=[-/.\u5e74])")
# The year before the first of Reiwa and of Heisei, by the letter that each begins with.
_ERAS = {0x4EE4: 2018, ord("R"): 2018, 0x5E73: 1988, ord("H"): 1988}
_MONTHS = {month.decode(): number for month, number in MONTHS.items()}


def moments(values: Sequence[Any], zone: tzinfo) -> list[float | None]:
    """Each value as seconds since 1970 UTC; None where it is no time. What does not say its zone is in `zone`."""
    known: dict[Any, float | None] = {}
    found: list[float | None] = []
    parse = datetime.fromisoformat
    for value in values:
        try:
            when = parse(value)
            found.append((when if when.tzinfo else when.replace(tzinfo=zone)).timestamp())
            continue
        except (ValueError, TypeError, OverflowError):
            pass
        try:
            if value not in known:
                known[value] = moment(value, zone)
            found.append(known[value])
        except TypeError:
            found.append(None)
    return found


def moment(value: Any, zone: tzinfo) -> float | None:
    """One value as seconds since 1970 UTC."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _number(float(value))
    if not isinstance(value, str) or len(value) > 80:
        return None
    text = value.strip().strip('"')
    try:
        when = datetime.fromisoformat(text)
        return (when if when.tzinfo else when.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError):
        pass
    if match := _COMPACT.match(text):
        return _of_parts(match.groupdict(), zone)
    if _NUMBER.match(text):
        return _number(float(text))
    if match := _DATE.search(text):
        return int(match[1]) / 1000
    text = _WEEKDAY.sub("", text, count=1)
    if match := _ERA.match(text):
        text = f"{_ERAS[ord(match[1][0])] + (1 if match[2] == chr(0x5143) else int(match[2]))}{text[match.end() :]}"
    for form in (_PARTS, _WESTERN, _NAMED, _NAMED_FIRST):
        if match := form.match(text):
            return _of_parts(match.groupdict(), zone)
    return None


def _number(value: float) -> float | None:
    """Seconds, milli-, micro- or nanoseconds since 1970: whichever gives a time between 2000 and 2200."""
    size = abs(value)
    for limit, divisor in ((1e11, 1), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9)):
        if size < limit:
            when = value / divisor
            return when if _EARLIEST < when < _LATEST and size > 100_000_000 else None
    return None


def _of_parts(parts: dict[str, str | None], zone: tzinfo) -> float | None:
    month, day = int(parts.get("month") or 0), int(parts.get("day") or 0)
    if month > 12 >= day:  # 23.11.2026 or 23/11/2026; where both orders could be, the month is first
        month, day = day, month
    if name := parts.get("name"):
        month = _MONTHS.get(name, 0)
    hour = int(parts.get("hour") or 0)
    half = (parts.get("after") or "").lower()[:1]
    if (half == "p" or parts.get("afternoon")) and hour < 12:
        hour += 12
    elif (half == "a" or parts.get("forenoon")) and hour == 12:
        hour = 0
    try:
        when = datetime(
            int(parts["year"] or 0),
            month,
            day,
            hour,
            int(parts.get("minute") or 0),
            min(int(parts.get("second") or 0), 59),
            int((parts.get("fraction") or "0").ljust(6, "0")[:6]),
            tzinfo=_zone(parts.get("zone"), zone),
        )
        return when.timestamp()
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None, otherwise: tzinfo) -> tzinfo:
    if not text:
        return otherwise
    if text == "JST":
        return timezone(timedelta(hours=9))
    if text[0] not in "+-":
        return UTC
    ahead = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-ahead if text[0] == "-" else ahead)
