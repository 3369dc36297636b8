"""Apache's error log, as 2.2 and as 2.4 write it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ...addresses import plain
from ...table import Context, LogSource, Table
from ...tags import bit
from ...times import MONTHS, local_time

FIELDS = (
    ("time", "local time of the server; the zone must be told"),
    ("address", "client"),
    ("user", "the name that was refused at basic authentication"),
    ("method, target", "the request, where the message quotes it"),
    ("message", "what Apache said, with module and level in `detail`"),
)
PROGRAMS = (b"httpd", b"apache2", b"apache")

SOURCES = (LogSource(service="apache"), LogSource(category="webserver"))
_LINE = re.compile(
    rb"\[(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z][a-z]) ([ \d]\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))? (\d{4})\] "
    rb"\[(?:([\w-]*+):)?([a-z]++\d?)\] (?:\[pid [^\]]*+\] )?(.*)",
    re.DOTALL,
)
# 2.4 adds the port; an IPv6 address is told from it by having more than one colon.
_CLIENT = re.compile(rb"\[(?:client|remote) (?:\[([0-9A-Fa-f:.]++)\]|([0-9A-Fa-f.]++|[0-9A-Fa-f:.]*?))(?::(\d++))?\]")
_REQUEST = re.compile(rb"in request (\S++ .*?)(?:, referer: .*)?$", re.DOTALL)
_REFUSED = re.compile(rb"(?:AH0161[78]: )?user (.*?)(?: not found: |: authentication failure for )", re.DOTALL)


def understands(line: bytes) -> bool:
    match = _LINE.match(line)
    return match is not None and match[1] in MONTHS


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> Table:
    """The messages among these lines."""
    kept: list[int] = []
    times: list[float] = []
    found: list[re.Match[bytes]] = []
    tags: list[int] = []
    requests: list[bytes] = []
    for row, line in zip(rows, lines, strict=True):
        match = _LINE.match(line)
        if not match or match[1] not in MONTHS:
            continue
        time = local_time(int(match[5]), MONTHS[match[1]], int(match[2]), match[3], context.zone, match[4])
        if time is None:
            continue
        request = _REQUEST.search(match[8])
        kept.append(row)
        times.append(time)
        found.append(match)
        requests.append(request[1].strip() if request else b"")
        tags.append(bit("web.refused") if _refused(match[8]) else 0)

    def fields(i: int) -> dict[str, Any]:
        match = found[i]
        message = match[8]
        client, refused = _CLIENT.search(message), _refused(message)
        method, _, target = context.text(requests[i]).partition(" ")
        return {
            "action": "web.refused" if refused else "web.error",
            "outcome": "failure" if refused else "unknown",
            "zone": context.zone_name,
            "source": "apache",
            "user": context.text(refused[1]) if refused else "",
            "address": plain((client[1] or client[2]).decode()) if client else "",
            "method": method,
            "target": target.rpartition(" HTTP/")[0] or target,
            "message": context.text(message),
            "detail": b":".join(p for p in (match[6], match[7]) if p).decode(),
        }

    texts = {"request": requests, "message": [m[8] for m in found]}
    return Table("apache_error", kept, times, fields, tags, texts, sources=SOURCES)


def _refused(message: bytes) -> re.Match[bytes] | None:
    client = _CLIENT.search(message)
    return _REFUSED.match(message, client.end() + 1) if client else None
