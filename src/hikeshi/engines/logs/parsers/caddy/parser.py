"""Caddy's log, as JSON and as a terminal shows it: requests, and what its firewall (Coraza) says.

Caddy writes the name of who signed in only once the password was right, so a 401 that asks for a password counts as a
refused one; finders ask for several.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ...mapped import address, as_text, get
from ...moments import moments
from ...objects import Object
from ...table import Columns, Context, LogSource, Table, of_columns
from ...tags import bit
from ..meanings import Meanings
from ..web_access.parser import request_columns
from . import console

FIELDS = (
    ("time", "ts, in seconds since 1970 or as text"),
    (
        "action",
        "web.request; waf.alert where Coraza took a request for an attack, waf.message where a rule only warned; "
        "caddy.message for what else a terminal shows",
    ),
    ("outcome", "success and failure by the answer's code"),
    ("host, address, user", "the site, the client (client_ip, else remote_ip or remote_addr), who signed in"),
    ("method, target, agent, referer, status, sent", "the request and its answer"),
    ("message", "for waf.*: what Coraza says"),
)
_SOURCES = (LogSource("", "webserver", ""), LogSource("caddy", "", ""))
_WATCHED = {str(code): bit(f"status.{code}") for code in (400, 401, 403, 404)}
_REFUSED, _ALERT, _SIGNED_IN = bit("web.refused"), bit("waf.alert"), bit("web.signed_in")
_CLIENT = re.compile(r'\[client "([0-9A-Fa-f.:]{2,45})"\]')
# Coraza's rules each add to a score; what it takes for an attack is what goes over the limit.
_JUDGED = re.compile(r"Anomaly Score Exceeded|Access denied")


_OTHERS = Meanings(__file__, _SOURCES)
understands = console.understands


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> list[Table]:
    """The lines that `caddy run` shows in a terminal."""
    made = [(row, one) for row, line in zip(rows, lines, strict=True) if (one := console.record(line, context))]
    asked = [(row, one) for row, one in made if recognises(one, "")]
    done = {row for row, _ in asked}
    others = [(row, one) for row, one in made if row not in done]
    return [
        *read_objects([one for _, one in asked], [row for row, _ in asked], context),
        *_OTHERS.read([one for _, one in others], [row for row, _ in others], context),
    ]


def recognises(obj: Object, name: str) -> float:
    if "ts" not in obj or "logger" not in obj:
        return 0.0
    request = obj.get("request")
    if isinstance(request, dict) and "uri" in request and "method" in request:
        return 0.95
    return 0.95 if str(obj["logger"]) == "http.handlers.waf" else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    """Requests and the firewall's sentences, each as a table."""
    times = moments([one.get("ts") for one in objects], context.zone)
    requests: tuple[list[int], list[float], list[Object]] = ([], [], [])
    sentences: tuple[list[int], list[float], list[Object]] = ([], [], [])
    for row, time, one in zip(rows, times, objects, strict=True):
        if time is None:
            continue
        chosen = requests if isinstance(one.get("request"), dict) and "status" in one else sentences
        chosen[0].append(row)
        chosen[1].append(time)
        chosen[2].append(one)
    tables = (_requests(*requests), _sentences(*sentences))
    return [table for table in tables if len(table)]


def _requests(rows: list[int], times: list[float], records: list[Object]) -> Table:
    asked = [one["request"] for one in records]
    methods, targets = _texts(asked, "method"), _texts(asked, "uri")
    codes, sizes = _texts(records, "status"), _texts(records, "size")
    agents = [_header(one, "User-Agent") for one in asked]
    referers = [_header(one, "Referer") for one in asked]
    users = _texts(records, "user_id")
    columns: Columns = request_columns(methods, targets, codes, sizes, agents, referers) | {
        "host.name": _texts(asked, "host"),
        "source.ip": [address(_client(one)) for one in asked],
        "user.name": users,
        "cs-username": users,
        "c-ip": [address(_client(one)) for one in asked],
        "cs-host": _texts(asked, "host"),
    }
    tags = []
    for one, code, user in zip(records, codes, users, strict=True):
        asks = code == "401" and get(one, ("resp_headers", "Www-Authenticate")) is not None
        signed_in = _SIGNED_IN if user and (code or "").startswith("2") else 0
        tags.append(_WATCHED.get(code or "", 0) | (_REFUSED if asks else 0) | signed_in)
    texts = {
        "request": [
            f"{method or ''} {target or ''} HTTP/1.1".encode("utf-8", "replace")
            for method, target in zip(methods, targets, strict=True)
        ],
        "agent": [(agent or "-").encode("utf-8", "replace") for agent in agents],
        "referer": [(referer or "-").encode("utf-8", "replace") for referer in referers],
    }
    return of_columns("caddy", rows, times, columns, sources=_SOURCES, tags=tags, texts=texts)


def _sentences(rows: list[int], times: list[float], records: list[Object]) -> Table:
    said = [as_text(one.get("msg")) for one in records]
    judged = [_JUDGED.search(text) is not None for text in said]
    columns: Columns = {
        "event.action": ["waf.alert" if one else "waf.message" for one in judged],
        "event.outcome": ["failure" if "Access denied" in text else "unknown" for text in said],
        "event.provider": [as_text(one.get("logger")) for one in records],
        "source.ip": [match[1] if (match := _CLIENT.search(text)) else None for text in said],
        "message": said,
    }
    return of_columns("caddy", rows, times, columns, sources=_SOURCES, tags=[_ALERT if one else 0 for one in judged])


def _client(request: Any) -> Any:
    """Who asked; before 2.5 with the port, as remote_addr."""
    return request.get("client_ip") or request.get("remote_ip") or request.get("remote_addr")


def _texts(records: Sequence[Any], name: str) -> list[str | None]:
    return [None if (value := one.get(name)) is None else as_text(value) or None for one in records]


def _header(request: Any, name: str) -> str | None:
    values = get(request, ("headers", name))
    return as_text(values[0]) if isinstance(values, list) and values else None
