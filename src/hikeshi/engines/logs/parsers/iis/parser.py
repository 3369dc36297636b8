"""IIS in its own format, without headings (in*.log).

`203.0.113.9, -, 11/23/2026, 10:00:00, W3SVC1, WEB1, 192.0.2.1, 15, 300, 4096, 200, 0, GET, /default.htm, -,`
Its other formats are read elsewhere: W3C with its headings by w3c, NCSA by web_access.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...flatten import Record
from ...table import Context, LogSource, Table
from ..web_records import SOURCES, Requests

FIELDS = (
    ("time", "local time of the server; the zone must be told. The month comes first, or the year"),
    ("host, destination", "the server's name; its address"),
    ("address, user", "who asked, and the name signed in with"),
    ("method, target, status, sent", "the request with its query, and its answer"),
)
_NAMES = (
    "address",
    "user",
    "date",
    "time",
    "site",
    "host",
    "destination",
    "milliseconds",
    "received",
    "sent",
    "status",
    "win32-status",
    "method",
)
# The query comes from the attacker. IIS writes no blank behind a comma in it, nor in the path.
_LINE = re.compile(
    rb"([0-9A-Fa-f.:%]{2,60}), ([^,]{1,256}), (\d{1,4}/\d{1,2}/\d{2,4}), (\d{1,2}:\d\d:\d\d), (W3SVC\d{1,10}), "
    rb"([^, ]{1,64}), ([0-9A-Fa-f.:%]{2,60}|-), (\d{1,12}), (\d{1,15}), (\d{1,15}), (\d{3}), (\d{1,10}), "
    rb"([A-Z_-]{1,32}), (.*?)(?:, ((?:[^,]++|,(?! |$))*+))?,?$",
    re.DOTALL,
)
_LONGEST = 65_536
_READ = Requests(__file__, (*SOURCES, LogSource("windows", "", "iis")))


def understands(line: bytes) -> bool:
    return _match(line) is not None


def _match(line: bytes) -> re.Match[bytes] | None:
    return _LINE.match(line[:_LONGEST].rstrip(b" \r"))


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> Table:
    """The requests among these lines."""
    kept: tuple[list[int], list[Record]] = ([], [])
    for row, line in zip(rows, lines, strict=True):
        if match := _match(line):
            *cells, target, query = map(context.text, match.groups(b""))
            record: Record = dict(zip(_NAMES, cells, strict=True))
            kept[0].append(row)
            kept[1].append(record | {"time": _time(record["date"], record["time"]), "target": target, "query": query})
    return _READ.read(kept[1], kept[0], context)


def _time(day: str, clock: str) -> str:
    """As ISO 8601: 11/23/2026 and 2026/11/23; 23/11/2026 where there is no such month."""
    first, second, third = day.split("/")
    year, month, date = (first, second, third) if len(first) == 4 else (third, first, second)
    if int(month) > 12:
        month, date = date, month
    return f"{year if len(year) == 4 else '20' + year}-{month:0>2}-{date:0>2} {clock:0>8}"
