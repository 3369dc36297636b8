"""W3C extended logs: IIS web and FTP, and the Windows firewall (pfirewall.log). `#Fields:` names what a line holds.

A file may hold several headers, since IIS writes one at each start; each is an event, so that restarts are seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from ...table import ECS, Columns, Context, LogSource, Table
from ...tags import bit
from ...times import iso_time
from ..speech import number, plain_address, stamped, tag_of

FIELDS = (
    ("time", "UTC, but for the firewall, which writes local time; a header line's is that of its #Date"),
    ("action", "web.request, ftp.login, ftp.upload, ftp.download, ftp.deleted, fw.blocked, fw.allowed, log.header"),
    ("outcome", "from sc-status; for the firewall from its action"),
    ("user, address", "cs-username, c-ip; for the firewall src-ip, with dst-ip as destination"),
    ("method, target, status, sent, agent, referer", "as in any web log; blanks in the agent are plus signs"),
    ("cs-uri-query", "the whole target, as rules look in it for paths, too; the others as the header names them"),
)
_HEADER = re.compile(rb"#(Software|Version|Date|Fields|Start-Date|End-Date|Remark|Time Format): *(.*)")
# IIS 6 and its FTP leave the date out by default: then it is the header's, and one day later where the clock goes back.
_ROW = re.compile(rb"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d (?:[^ ]++ ){3,59}[^ ]++ ?$")
_WATCHED = {str(n).encode(): bit(f"status.{n}") for n in (400, 401, 403, 404)}
_FTP = {
    b"PASS": "ftp.login",
    b"STOR": "ftp.upload",
    b"APPE": "ftp.upload",
    b"RETR": "ftp.download",
    b"DELE": "ftp.deleted",
    b"RNTO": "ftp.renamed",
    b"USER": "ftp.command",
    b"QUIT": "ftp.command",
    b"ControlChannelOpened": "ftp.connection",
}
_FILES = (b"STOR", b"APPE", b"RETR", b"DELE", b"RNTO")
_WEB = (LogSource(category="webserver"), LogSource("windows", "", "iis"), LogSource(category="proxy"))
_FW = (LogSource("windows", "firewall", ""), LogSource("", "firewall", ""))
_ALSO = {"src-ip": "src_ip", "dst-ip": "dst_ip", "src-port": "src_port", "dst-port": "dst_port", "protocol": "protocol"}
_MOST = 64
Cells = dict[bytes, bytes]


def understands(line: bytes) -> bool:
    return _HEADER.match(line) is not None or _ROW.match(line) is not None


def claims(sample: Sequence[bytes]) -> float:
    """Without a header, such a line may be anybody's."""
    if not any(line.startswith(b"#Fields:") for line in sample):
        return 0.0
    return sum(map(understands, sample)) / len(sample)


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> list[Table]:
    """The lines, each by the header above it; one table for each header."""
    memory = context.memory.setdefault("w3c", {"fields": None, "local": False, "date": None})
    parts: dict[tuple[bytes, ...], list[tuple[int, float, bytes, list[bytes]]]] = {}
    headers: list[tuple[int, float | None, bytes]] = []
    for row, line in zip(rows, lines, strict=True):
        if line[:1] == b"#":
            if match := _HEADER.match(line):
                _learn(memory, match[1], match[2].strip(), context)
                headers.append((row, memory["date"], line))
            continue
        names = memory["fields"]
        cells = line.rstrip(b" ").split(b" ")
        if not names or len(cells) != len(names) or not _ROW.match(line):
            continue
        local = memory["local"]
        day = b"" if names[0] == b"date" else _day(memory, line[:8])
        stamp = (day + line[: 19 - len(day)]) + (b"" if local else b"Z")
        time = stamped(context, stamp, lambda s=stamp: iso_time(s, context.zone))  # type: ignore[misc]
        if time is not None:
            parts.setdefault(names, []).append((row, time, line, cells))
    tables = [_table(names, some, memory["local"], context) for names, some in parts.items()]
    known = [time for _, time, _ in headers if time is not None] + [one[1] for some in parts.values() for one in some]
    first = min(known, default=context.years.anchor.timestamp())
    return (
        [*tables, _headers([(r, first if t is None else t, s) for r, t, s in headers], context)] if headers else tables
    )


def _learn(memory: dict[str, Any], name: bytes, value: bytes, context: Context) -> None:
    if name == b"Fields":
        names = tuple(value.split()[:_MOST])
        memory["fields"] = names if names[:2] == (b"date", b"time") or names[:1] == (b"time",) else None
    elif name == b"Time Format":
        memory["local"] = value == b"Local"
    elif name in (b"Date", b"Start-Date") and (time := iso_time(value + b"Z", context.zone)) is not None:
        memory["date"] = time
        memory["day"], memory["clock"] = value[:10], b""


def _day(memory: dict[str, Any], clock: bytes) -> bytes:
    """The day of a line that has only its time, with the blank behind it."""
    if "day" not in memory:
        return b""
    if memory["clock"] and int(clock[:2]) < int(memory["clock"][:2]) - 12:  # lines of one second may be out of order
        try:
            following = date.fromisoformat(memory["day"].decode()) + timedelta(days=1)
        except (ValueError, OverflowError):  # the last day that there is
            return b""
        memory["day"] = following.isoformat().encode()
    memory["clock"] = clock
    return bytes(memory["day"]) + b" "


def _headers(some: Sequence[tuple[int, float, bytes]], context: Context) -> Table:
    def fields(i: int) -> dict[str, Any]:
        return {"action": "log.header", "zone": "UTC", "message": context.text(some[i][2])}

    return Table("w3c", [one[0] for one in some], [one[1] for one in some], fields)


def _table(
    names: tuple[bytes, ...], some: Sequence[tuple[int, float, bytes, list[bytes]]], local: bool, context: Context
) -> Table:
    where = {name: i for i, name in enumerate(names)}
    firewall = b"src-ip" in where
    turned = dict(zip(names, zip(*[one[3] for one in some], strict=True), strict=True))
    empty: tuple[bytes, ...] = (b"-",) * len(some)

    def of(name: bytes) -> Sequence[bytes]:
        return turned.get(name, empty)

    methods, stems, queries, codes = of(b"cs-method"), of(b"cs-uri-stem"), of(b"cs-uri-query"), of(b"sc-status")
    targets = [s if q == b"-" else s + b"?" + q for s, q in zip(stems, queries, strict=True)]
    meant = [
        _meaning(firewall, of(b"action")[i], methods[i], codes[i], b"x-session" in where) for i in range(len(some))
    ]

    def fields(i: int) -> dict[str, Any]:
        made = {name: values[i] for name, values in ecs.items() if values[i] is not None}
        back = {column: key for key, column in ECS.items()}
        event: dict[str, Any] = {back[column]: value for column, value in made.items() if column in back}
        for key in ("status", "sent"):
            if key in event:
                event[key] = number(event[key].encode())
        return event

    def texts_of(values: Sequence[bytes], *, plus: bool = False) -> list[str | None]:
        known = {v: None if v == b"-" else context.text(v.replace(b"+", b" ") if plus else v) for v in set(values)}
        return [known[v] for v in values]

    sizes = of(b"sc-bytes" if not firewall else b"size")
    ecs: Columns = {
        "event.action": [action for action, _ in meant],
        "event.outcome": [outcome for _, outcome in meant],
        "event.timezone": [context.zone_name if local else "UTC"] * len(some),
        "event.provider": ["windows firewall" if firewall else "iis"] * len(some),
        "host.name": texts_of(of(b"s-computername")),
        "user.name": texts_of(of(b"cs-username")),
        "source.ip": [a and plain_address(a) for a in texts_of(of(b"src-ip" if firewall else b"c-ip"))],
        "destination.ip": texts_of(of(b"dst-ip" if firewall else b"s-ip")),
        "http.request.method": texts_of(of(b"protocol") if firewall else methods),
        "url.original": texts_of(targets),
        "http.response.status_code": texts_of(codes),
        "network.bytes": texts_of(sizes),
        "user_agent.original": texts_of(of(b"cs(User-Agent)"), plus=True),
        "http.request.referrer": texts_of(of(b"cs(Referer)")),
        "file.path": [s if m in _FILES else None for s, m in zip(texts_of(stems), methods, strict=True)],
    }

    def columns() -> Columns:
        mine: Columns = {context.text(name): texts_of(values) for name, values in turned.items()}
        web: Columns = {
            "cs-uri-query": ecs["url.original"],
            "cs-uri": ecs["url.original"],
            "cs-user-agent": ecs["user_agent.original"],
            "cs-referer": ecs["http.request.referrer"],
        }
        again: Columns = {_ALSO[name]: values for name, values in mine.items() if name in _ALSO}
        return {name: v for name, v in ecs.items() if any(v)} | mine | again | ({} if firewall else web)

    tags = [
        _WATCHED.get(code, 0) if action == "web.request" else tag_of(action, outcome)
        for code, (action, outcome) in zip(codes, meant, strict=True)
    ]
    texts: dict[str, Sequence[bytes]] = {}
    if not firewall:
        texts = {
            "request": [m + b" " + t + b" HTTP/1.1" for m, t in zip(methods, targets, strict=True)],
            "referer": of(b"cs(Referer)"),
            "agent": [a.replace(b"+", b" ") for a in of(b"cs(User-Agent)")],
        }
    kept, times = [one[0] for one in some], [one[1] for one in some]
    return Table("w3c", kept, times, fields, tags, texts, None, columns, _FW if firewall else _WEB)


def _meaning(firewall: bool, action: bytes, method: bytes, code: bytes, ftp: bool) -> tuple[str, str]:
    if firewall:
        if action == b"DROP":
            return "fw.blocked", "failure"
        return ("fw.allowed", "success") if action in (b"ALLOW", b"OPEN") else ("fw.message", "unknown")
    status = number(code)
    if ftp or method in _FTP:
        outcome = "success" if 200 <= status < 300 else "failure" if status >= 400 else "unknown"
        return _FTP.get(method, "ftp.command"), outcome
    return "web.request", "success" if 200 <= status < 300 else "failure" if status >= 400 else "unknown"
