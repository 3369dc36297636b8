"""JSON of any kind: lines, lists, {"Records": […]}. What no other format knows is read by the names of its fields.

A framing for every format that writes JSON, and the last resort for records that none of them knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from ...mapped import Mapping, get
from ...objects import Object, Objects, Source
from ...table import Context, LogSource, Table
from .. import programs
from ..meanings import toml
from .framing import Framing

FIELDS = (
    ("time", "the first field with a usual name that holds a time: timestamp, time, created_at … (fields.toml)"),
    ("", "where the day stands in one field and the hour in another (days.toml): both"),
    ("user, address, action, message …", "likewise, by the names that programs commonly use"),
    ("action app.login, outcome", "where the record says that somebody logged in or could not: ../programs.toml"),
    ("columns", "every field; inner ones joined by dots: actor.email"),
)
_START = re.compile(rb'[\s\x1e\0]*+(?:Record \d{1,12}\s++)?+(?:\{\s*+["}]|\[\s*+(?:\{\s*+["}]|\[|\]))')
_SAMPLE = 4096
_FIELDS = toml(Path(__file__).with_name("fields.toml"))
_DAY = re.compile(r"[^:\u6642]{6,24}$")
_HOUR = re.compile(r"(?:\u5348[\u524d\u5f8c])?\s?\d{1,2}[:\u6642]\d{2}")
_DAYS, _HOURS = (frozenset(names) for names in toml(Path(__file__).with_name("days.toml")).values())


@lru_cache(1000)
def _joined(keys: tuple[str, ...]) -> Callable[[Object], str | None] | None:
    """How the time of records with these keys is put together from a field for the day and one for the hour."""
    day = next((key for key in keys if key in _DAYS), None)
    hour = next((key for key in keys if key in _HOURS), None)
    if day is None or hour is None:
        return None

    def join(record: Object) -> str | None:
        date, clock = record[day], record[hour]
        whole = isinstance(date, str) and isinstance(clock, str) and _DAY.match(date) and _HOUR.match(clock.strip())
        return f"{date.strip()} {clock.strip()}" if whole else None

    return join


_READ = Mapping.of(
    __file__,
    (LogSource(),),
    action=programs.action("json_records", _FIELDS["action"]),
    outcome=programs.outcome,
    rename=programs.who(_FIELDS["user"], _FIELDS["address"]),
    joined=_joined,
)


def frames(head: bytes, name: str) -> float:
    """Begins with a record or a list of such, in UTF-8 or UTF-16."""
    start = head[:_SAMPLE].removeprefix(b"\xef\xbb\xbf")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.decode("utf-16", "ignore").encode("utf-8", "ignore")
    elif b"\0" in start[:64]:
        for encoding in ("utf-16-le", "utf-16-be"):
            wide = start.decode(encoding, "ignore").encode("utf-8", "ignore")
            if _START.match(wide):
                return 0.9
    return 0.9 if _START.match(start) else 0.0


def objects(source: Source) -> Iterator[Objects]:
    yield from Framing(source).objects()


def recognises(obj: Object, name: str) -> float:
    """The last resort: whatever says when it happened."""
    return 0.1 if any(get(obj, path) is not None for path in _READ.paths) else 0.05


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    return _READ.read(objects, rows, context)
