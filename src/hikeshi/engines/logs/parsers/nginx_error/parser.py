"""nginx's error log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ...table import Context, LogSource, Table
from ...tags import bit
from ...times import local_time

FIELDS = (
    ("time", "local time of the server; the zone must be told"),
    ("host", "server name asked for"),
    ("address", "client"),
    ("user", "the name that was refused at basic authentication"),
    ("method, target", "the request, where the message quotes it"),
    ("message", "what nginx said, with its level in `detail`"),
)
PROGRAMS = (b"nginx",)

SOURCES = (LogSource(service="nginx"), LogSource(category="webserver"))
_LINE = re.compile(
    rb"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d) \[(debug|info|notice|warn|error|crit|alert|emerg)\] (\d++)#(\d++): (.*)",
    re.DOTALL,
)
_CLIENT = re.compile(rb"(?:, client: |\[client )([0-9A-Fa-f:.]++)")
_SERVER = re.compile(rb', host: "([^"]*+)"|, server: ([^,]++)')
_REQUEST = re.compile(rb', request: "((?:[^"\\]|\\.)*+)"')
# nginx names the refused user itself; what it says in between tells a wrong password from an unknown name.
_REFUSED = re.compile(rb'(?:\*\d++ )?user "((?:[^"\\]|\\.)*+)"(?: was not found in "[^"]*+"|: password mismatch)')


def understands(line: bytes) -> bool:
    return _LINE.match(line) is not None


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> Table:
    """The messages among these lines."""
    kept: list[int] = []
    times: list[float] = []
    found: list[re.Match[bytes]] = []
    tags: list[int] = []
    requests: list[bytes] = []
    for row, line in zip(rows, lines, strict=True):
        match = _LINE.match(line)
        if not match:
            continue
        time = local_time(int(match[1]), int(match[2]), int(match[3]), match[4], context.zone)
        if time is None:
            continue
        request = _REQUEST.search(match[8])
        kept.append(row)
        times.append(time)
        found.append(match)
        requests.append(request[1] if request else b"")
        tags.append(bit("web.refused") if _REFUSED.match(match[8]) else 0)

    def fields(i: int) -> dict[str, Any]:
        match = found[i]
        message = match[8]
        server, refused = _SERVER.search(message), _REFUSED.match(message)
        client = _CLIENT.search(message, refused.end() if refused else 0)  # the name may hold ", client: 192.0.2.1"
        method, _, target = context.text(requests[i]).partition(" ")
        return {
            "action": "web.refused" if refused else "web.error",
            "outcome": "failure" if refused else "unknown",
            "zone": context.zone_name,
            "host": context.text(server[1] or server[2]) if server else "",
            "source": "nginx",
            "user": context.text(refused[1]) if refused else "",
            "address": client[1].decode() if client else "",
            "method": method,
            "target": target.rpartition(" HTTP/")[0] or target,
            "message": context.text(message),
            "detail": match[5].decode(),
        }

    texts = {"request": requests, "message": [m[8] for m in found]}
    return Table("nginx_error", kept, times, fields, tags, texts, sources=SOURCES)
