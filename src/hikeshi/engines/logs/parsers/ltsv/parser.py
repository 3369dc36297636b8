"""LTSV (labelled tab-separated values, ltsv.org): access logs of nginx and Apache as many Japanese servers write them.

`time:[23/Nov/2026:10:00:00 +0900]\thost:203.0.113.9\treq:GET / HTTP/1.1\tstatus:200\tsize:512\tua:…`
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...flatten import Record
from ...table import Context, LogSource, Table
from ..web_records import SOURCES, Requests

FIELDS = (
    ("time", "time, with or without brackets; what has no offset is local"),
    ("host, address, user", "vhost; host (who asked); user"),
    ("method, target, status, sent", "req, or method and uri; status; size"),
    ("referer, agent", "referer, ua: easily forged"),
    ("columns", "every label under its own name"),
)
_PAIR = re.compile(rb"([A-Za-z_][\w.-]{0,63}):(.*)", re.DOTALL)
_MOST, _LEAST, _LONGEST = 100, 4, 65_536
_READ = Requests(__file__, (*SOURCES, LogSource(service="nginx"), LogSource(service="apache")))


def understands(line: bytes) -> bool:
    return _request(line) is not None


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> Table:
    kept: tuple[list[int], list[Record]] = ([], [])
    for row, line in zip(rows, lines, strict=True):
        pairs = _request(line)
        if pairs is not None:
            record = {name.decode("ascii"): context.text(value) for name, value in pairs.items() if value != b"-"}
            kept[0].append(row)
            kept[1].append(record | {"time": record.get("time", "").strip("[]")})
    return _READ.read(kept[1], kept[0], context)


def _request(line: bytes) -> dict[bytes, bytes] | None:
    """The pairs of a line that tells a request; None where there is something else in it."""
    if line.count(b"\t") < _LEAST - 1 or len(line) > _LONGEST:
        return None
    found: dict[bytes, bytes] = {}
    for part in line.rstrip(b"\r").split(b"\t"):
        match = _PAIR.fullmatch(part)
        if match is None or len(found) >= _MOST:
            return None
        found.setdefault(match[1], match[2])
    asked = b"req" in found or b"request" in found or (b"method" in found and (b"uri" in found or b"path" in found))
    return found if asked and b"time" in found and b"status" in found else None
