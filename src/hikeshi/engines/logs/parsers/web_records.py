"""Web requests out of records of JSON: requests.toml says which fields are what.

Patterns and findings see these requests as they see the lines of an access log.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from ..addresses import asker
from ..flatten import Record, flatten
from ..mapped import address as plain_address
from ..mapped import as_number, as_text, get
from ..moments import moments
from ..table import Columns, Context, LogSource, Table
from ..tags import bit
from .web_access.parser import PEER, request_columns

SOURCES = (LogSource(category="webserver"),)
_WATCHED: dict[str, int] = {str(n): bit(f"status.{n}") for n in (400, 401, 403, 404)}
_SIGNED_IN = bit("web.signed_in")
_NOTHING = {"", "-"}
_NAMES = (
    "host",
    "address",
    "user",
    "method",
    "target",
    "status",
    "sent",
    "agent",
    "referer",
    "request",
    "query",
    "destination",
    "forwarded",
)
Texts = list[str | None]


class Requests:
    """One format's requests: requests.toml has for time and the names above the paths of fields, the surest first."""

    def __init__(self, parser: str, sources: tuple[LogSource, ...] = SOURCES, *, source: str = "web") -> None:
        folder = Path(parser).parent
        raw = tomllib.loads((folder / "requests.toml").read_text("utf-8"))
        self._name, self._sources, self._source = folder.name, sources, source
        self._ways = {name: [tuple(way.split(".")) for way in ways] for name, ways in raw.items()}

    def has(self, record: Record, *names: str) -> bool:
        """Whether the record has each of these."""
        return all(any(get(record, way) is not None for way in self._ways.get(name, ())) for name in names)

    def read(
        self,
        records: Sequence[Record],
        rows: Sequence[int],
        context: Context,
        more: Callable[[Columns, Sequence[Record]], None] | None = None,
    ) -> Table:
        """The requests among these records; those without a time are left out."""
        times = self._times(records, context)
        found = {name: self._texts(records, name) for name in _NAMES}
        kept = [i for i, time in enumerate(times) if time is not None]
        whens = [time for i in kept if (time := times[i]) is not None]
        chosen = [records[i] for i in kept]
        told = {name: [texts[i] for i in kept] for name, texts in found.items()}
        return self._table([rows[i] for i in kept], whens, chosen, told, more)

    def _times(self, records: Sequence[Record], context: Context) -> list[float | None]:
        found: list[float | None] = [None] * len(records)
        for way in self._ways["time"]:
            if None not in found:
                break
            given = moments([get(one, way) for one in records], context.zone)
            found = [b if a is None else a for a, b in zip(found, given, strict=True)]
        return found

    def _texts(self, records: Sequence[Record], name: str) -> Texts:
        ways = self._ways.get(name, ())
        return [_first(get(one, way) for way in ways) for one in records]

    def _table(
        self,
        rows: list[int],
        times: list[float],
        records: list[Record],
        told: dict[str, Texts],
        more: Callable[[Columns, Sequence[Record]], None] | None,
    ) -> Table:
        methods, targets = _asked(told)
        peers: Texts = list(map(plain_address, told["address"]))
        addresses: Texts = [
            asker(peer or "", said or "") or None for peer, said in zip(peers, told["forwarded"], strict=True)
        ]
        statuses = [text if text and text.isdecimal() and len(text) == 3 else None for text in told["status"]]
        sizes = [None if (size := as_number(text)) is None else str(size) for text in told["sent"]]
        tags = [
            _WATCHED.get(status or "", 0) or (_SIGNED_IN if user else 0)
            for status, user in zip(statuses, told["user"], strict=True)
        ]

        def columns() -> Columns:
            own = flatten(records)
            if more:
                more(own, records)
            made = request_columns(methods, targets, statuses, sizes, told["agent"], told["referer"])
            who: Columns = {"c-ip": addresses, "cs-host": told["host"], "cs-username": told["user"]}
            if peers != addresses:
                who[PEER] = [peer if peer != one else None for peer, one in zip(peers, addresses, strict=True)]
            ecs: Columns = {
                "host.name": told["host"],
                "source.ip": addresses,
                "destination.ip": list(map(plain_address, told["destination"])),
                "user.name": told["user"],
                "event.provider": [self._source] * len(rows),
            }
            return own | made | who | ecs

        def fields(i: int) -> dict[str, Any]:
            status = int(statuses[i] or 0)
            return {
                "action": "web.request",
                "outcome": "success" if 200 <= status < 300 else "failure" if status >= 400 else "unknown",
                "host": told["host"][i] or "",
                "source": self._source,
                "address": addresses[i] or "",
                "destination": plain_address(told["destination"][i]) or "",
                "user": told["user"][i] or "",
                "method": methods[i] or "",
                "target": targets[i] or "",
                "status": status,
                "sent": as_number(sizes[i]),
                "agent": told["agent"][i] or "",
                "referer": told["referer"][i] or "",
            }

        texts = {
            "request": [
                f"{m or ''} {t or ''} HTTP".encode("utf-8", "replace") for m, t in zip(methods, targets, strict=True)
            ],
            "referer": [(text or "-").encode("utf-8", "replace") for text in told["referer"]],
            "agent": [(text or "-").encode("utf-8", "replace") for text in told["agent"]],
        }
        groups = [(one or "").encode("utf-8", "replace") for one in addresses]
        return Table(self._name, rows, times, fields, tags, texts, groups, columns, self._sources)


def _first(values: Iterable[Any]) -> str | None:
    """The first that is there, as text; of a list its first."""
    for value in values:
        if isinstance(value, list | tuple):
            value = value[0] if value else None
        if value is None or isinstance(value, dict):
            continue
        text = as_text(value)
        if text not in _NOTHING:
            return text
    return None


def _asked(told: dict[str, Texts]) -> tuple[Texts, Texts]:
    """Methods and targets, also out of whole request lines, and with the query where it stands by itself."""
    methods, targets = list(told["method"]), list(told["target"])
    for i, (line, query) in enumerate(zip(told["request"], told["query"], strict=True)):
        target = targets[i]
        if not target and line:
            method, blank, rest = line.partition(" ")
            target = rest.rpartition(" ")[0] if " HTTP/" in rest else rest
            targets[i], methods[i] = (target, methods[i] or method) if blank else (line, methods[i])
        elif target and query and "?" not in target:
            targets[i] = f"{target}?{query.removeprefix('?')}"
    return methods, targets
