"""What the review counts, and where step 5 stands. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

MOMENTS = ("first_trace", "noticed", "recorded", "contained", "reported", "recovered", "closed")


class Span(NamedTuple):
    """A measured time: name, from which moment to which, how long. None: a moment is not known."""

    name: str
    begin: str
    end: str
    length: timedelta | None


# S6.2: time to detect, contain, report, recover.
SPANS = (
    ("detect", "first_trace", "noticed"),
    ("contain", "noticed", "contained"),
    ("report", "noticed", "reported"),
    ("recover", "noticed", "recovered"),
)


def spans(moments: Mapping[str, datetime | None]) -> list[Span]:
    """The four times of the review. A moment before its beginning is a mistake in the facts: then nothing is said."""
    found = []
    for name, begin, end in SPANS:
        start, stop = moments.get(begin), moments.get(end)
        known = start is not None and stop is not None and stop >= start
        found.append(Span(name, begin, end, stop - start if known else None))  # type: ignore[operator]
    return found


def state(cause_known: bool, measures: Sequence[str], revised: bool) -> str:
    """todo | open | done for step 5: a cause, every measure ended, and the plan revised."""
    if not cause_known and not measures and not revised:
        return "todo"
    return "done" if cause_known and measures and "open" not in measures and revised else "open"


def moment(value: object) -> datetime | None:
    """A fact's time: a day alone counts from its beginning in Japan; what is no time gives None."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    if found.tzinfo is None:
        found = datetime.fromisoformat(f"{found.isoformat()}+09:00")
    return found
