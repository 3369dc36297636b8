"""JSON of any kind: lines, lists, {"Records": […]}. What no other format knows is read by the names of its fields.

A framing for every format that writes JSON, and the last resort for records that none of them knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...mapped import Mapping, get
from ...objects import Object, Objects, Source
from ...table import Context, LogSource, Table
from .. import programs
from ..meanings import toml
from .framing import Framing

FIELDS = (
    ("time", "the first field with a usual name that holds a time: timestamp, time, created_at … (fields.toml)"),
    ("user, address, action, message …", "likewise, by the names that programs commonly use"),
    ("action app.login, outcome", "where the record says that somebody logged in or could not: ../programs.toml"),
    ("columns", "every field; inner ones joined by dots: actor.email"),
)
_START = re.compile(rb'[\s\x1e\0]*+(?:\{\s*+["}]|\[\s*+(?:\{\s*+["}]|\[|\]))')
_SAMPLE = 4096
_FIELDS = toml(Path(__file__).with_name("fields.toml"))
_READ = Mapping.of(
    __file__,
    (LogSource(),),
    action=programs.action("json_records", _FIELDS["action"]),
    outcome=programs.outcome,
    rename=programs.who(_FIELDS["user"], _FIELDS["address"]),
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
