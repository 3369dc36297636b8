"""What `caddy run` shows in a terminal: time in UTC, level, logger and message between tabs, then the rest as JSON.

Copied out of a window, the tabs are blanks. Programs in Java write lines that look alike, in local time: one is Caddy's
where its logger is.
"""

from __future__ import annotations

import re
from datetime import UTC

import orjson

from ...objects import Object
from ...table import Context
from ...times import iso_time
from ..speech import stamped

_LEVEL = rb"(?:\x1b\[\d{1,2}m)?(DEBUG|INFO|WARN|ERROR|DPANIC|PANIC|FATAL)(?:\x1b\[0m)?"
_LINE = re.compile(rb"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d\.\d{3})[\t ]" + _LEVEL + rb"(?:\t| {1,8})(\S.*)", re.DOTALL)
_LOGGER = re.compile(rb"((?:http|admin|tls|pki|events|dns|layer4|caddy)(?:[.-][A-Za-z0-9_]++)*+)(?:\t| {1,8})(?=\S)")
# What Caddy says before any logger has a name, at its start and end.
_OWN = re.compile(
    rb"(?:using (?:config|adjacent|provided) |adapted config to JSON|Caddyfile input is not |serving initial config|"
    rb"autosaved config |redirected default logger|config is unchanged|maxprocs: |GOM(?:AXPROCS|EMLIMIT) |shutdown |"
    rb"shutting down(?:\t| *$)|(?:automaxprocs|exiting; byee))"
)
_REST = re.compile(rb"(?:\t| {1,8})(?=\{\")")


def understands(line: bytes) -> bool:
    match = _LINE.match(line)
    return match is not None and (_LOGGER.match(match[6]) or _OWN.match(match[6])) is not None


def record(line: bytes, context: Context) -> Object | None:
    """The line as Caddy writes it in JSON."""
    if not understands(line) or not (match := _LINE.match(line)):
        return None
    year, month, day, clock, level, said = match.groups()
    stamp = b"%b-%b-%bT%bZ" % (year, month, day, clock)
    if (time := stamped(context, stamp, lambda: iso_time(stamp, UTC))) is None:
        return None
    logger = _LOGGER.match(said)
    said = said[logger.end() :] if logger else said
    message, rest = _parted(said)
    head = {"level": level.decode().lower(), "ts": time, "logger": context.text(logger[1]) if logger else ""}
    return rest | head | {"msg": context.text(message)}


def _parted(said: bytes) -> tuple[bytes, Object]:
    """The message, and what stands behind it as JSON: within JSON there is no tab, but there may be blanks."""
    where = said.rfind(b"\t{") if b"\t" in said else -1
    gap = _REST.search(said, max(where, 0))
    if gap is None:
        return said, {}
    try:
        rest = orjson.loads(said[gap.end() :])
    except (orjson.JSONDecodeError, RecursionError):
        return said, {}
    return (said[: gap.start()], rest) if isinstance(rest, dict) else (said, {})
