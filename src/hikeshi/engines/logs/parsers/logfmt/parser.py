"""logfmt: lines such as `time=… level=info msg="…" user=…`, as Grafana, Traefik, Prometheus and many programs write.

What is in a line is read by the names of its fields; a line with a request and a status is a web request.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ...flatten import Record
from ...mapped import Mapping
from ...objects import Object
from ...table import Context, LogSource, Table
from .. import programs
from ..meanings import toml
from ..web_json import parser as web_json

FIELDS = (
    ("time", "time, ts, t, timestamp …; what has no offset is local"),
    ("host, source", "by the usual names; the logger or component"),
    ("action", "web.request for requests; app.login where a message says so; logfmt.message for the others"),
    ("outcome", "as the message says"),
    ("user, address, path, message, detail", "by the names that programs commonly use: fields.toml"),
    ("columns", "every field under its own name"),
)
# A pair; a name alone is one that is true.
_PAIR = re.compile(rb'([A-Za-z_@][\w.@/-]{0,63}+)=(?:"((?:[^"\\]++|\\.)*+)"|([^\s"]*+))(?=\s|$)\s*+')
_BEGIN = re.compile(rb"[A-Za-z_@][\w.@/-]{0,63}+=")
_ESCAPE = re.compile(r"\\(.)")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r"}
_TIMES = {b"time", b"ts", b"t", b"timestamp", b"at", b"date", b"datetime", b"@timestamp"}
_MARKS = {b"level", b"lvl", b"msg", b"message", b"logger", b"severity", b"caller"}
_MOST, _LEAST = 200, 3
_FIELDS = toml(Path(__file__).with_name("fields.toml"))
_READ = Mapping.of(
    __file__,
    (LogSource("", "", "logfmt"),),
    action=programs.action("logfmt.message"),
    outcome=programs.outcome,
    rename=programs.who(_FIELDS["user"], _FIELDS["address"]),
)


def understands(line: bytes) -> bool:
    """From the beginning to the end pairs, with a time and what every program's log has."""
    pairs = _pairs(line)
    names = {name for name, _ in pairs or ()}
    return pairs is not None and len(pairs) >= _LEAST and not names.isdisjoint(_TIMES) and not names.isdisjoint(_MARKS)


def claims(sample: Sequence[bytes]) -> float:
    """Devices with a format of their own write pairs, too: they know better."""
    return 0.8 * sum(map(understands, sample)) / len(sample)


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> list[Table]:
    asked: tuple[list[int], list[Object]] = ([], [])
    said: tuple[list[int], list[Object]] = ([], [])
    for row, line in zip(rows, lines, strict=True):
        pairs = _pairs(line) if understands(line) else None
        if pairs:
            record: Record = {name.decode("ascii"): _text(value, context) for name, value in pairs}
            to = asked if web_json.recognises(record, "") else said
            to[0].append(row)
            to[1].append(record)
    requests = web_json.read_objects(asked[1], asked[0], context)
    return [*([requests] if len(requests) else []), *_READ.read(said[1], said[0], context)]


def _pairs(line: bytes) -> list[tuple[bytes, bytes]] | None:
    """The pairs of a line; None where there is something else in it."""
    if _BEGIN.match(line) is None:
        return None
    found: list[tuple[bytes, bytes]] = []
    at, end = 0, len(line.rstrip())
    while at < end:
        match = _PAIR.match(line, at)
        if match is None or len(found) >= _MOST:
            return None
        found.append((match[1], match[2] if match[2] is not None else match[3]))
        at = match.end()
    return found


def _text(value: bytes, context: Context) -> str:
    text = context.text(value)
    return _ESCAPE.sub(lambda m: _PLAIN.get(m[1], m[1]), text) if "\\" in text else text
