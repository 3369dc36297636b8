"""Squid's access.log: its own form, and the common and combined ones, known by Squid's codes at their end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...table import Context, LogSource, Table
from ...times import access_time
from ..speech import Found, Frame, Speech

FIELDS = (
    ("time", "seconds since 1970 UTC; in the forms common and combined with its zone"),
    ("action", "web.proxy"),
    ("outcome", "success for 2xx, failure for 4xx and 5xx"),
    ("user, address, destination", "who asked (where Squid asks for names), from where, and the server that answered"),
    ("method, target, status, sent", "what was asked for, and the answer"),
    ("c-uri, cs-host, dst_ip, sc-status …", "as Sigma's category proxy expects them"),
)
PROGRAMS = (b"squid", b"(squid-1)", b"(squid)")
_CODE = rb"(?P<squid>(?:TCP|UDP|NONE|TAG|ERR)[A-Z_]*+)"
_NATIVE = re.compile(
    rb"(\d{9,11}\.\d{3}) ++(?P<duration>\d++) (?P<address>[^ ]++) " + _CODE + rb"/(?P<status>\d{3}) (?P<sent>\d++) "
    rb"(?P<method>[^ ]++) (?P<target>[^ ]++) (?P<user>[^ ]++) (?P<hierarchy>[A-Z_]++)/(?P<destination>[^ ]++)"
    rb" (?P<type>[^ ]++)"
)
_COMBINED = re.compile(
    rb"(?P<address>[^ ]++) (?P<ident>[^ ]++) (?P<user>[^ ]++) \[([^\]]{26})\] \"(?P<method>[^ \"]++) (?P<target>[^"
    rb" \"]++)"
    rb"(?: HTTP/[\d.]++)?\" (?P<status>\d{3}) (?P<sent>\d++)(?: \"(?P<referer>[^\"]*+)\" \"(?P<agent>[^\"]*+)\")? "
    + _CODE
    + rb":(?P<hierarchy>[A-Z_]++)$"
)
_HOST = re.compile(rb"(?:[A-Za-z]++://)?(?:[^/@]*+@)?(\[[^\]]++\]|[^/:?]++)")
_SPEECH = Speech(
    "squid",
    (),
    source="squid",
    sources=(LogSource("", "proxy", ""), LogSource("squid", "proxy", "")),
    also={
        "target": ("c-uri", "cs-uri", "cs-uri-query"),
        "method": ("cs-method",),
        "status": ("sc-status",),
        "sent": ("sc-bytes",),
        "agent": ("c-useragent", "cs-user-agent"),
        "referer": ("cs-referer",),
        "address": ("c-ip", "src_ip"),
        "destination": ("dst_ip",),
        "user": ("cs-username",),
        "squid": ("squid.code",),
        "asked": ("cs-host", "destination.domain"),
    },
)


def understands(line: bytes) -> bool:
    return _NATIVE.match(line) is not None or _COMBINED.match(line) is not None


def claims(sample: Sequence[bytes]) -> float:
    """A hair more than a web server's form, which fits Squid's combined lines just as well."""
    share = sum(map(understands, sample)) / len(sample)
    return share and share + 0.001


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> Table:
    """The requests among these lines."""
    return _read(lines, rows, None, context)


def read_messages(messages: Sequence[bytes], rows: Sequence[int], frames: Sequence[Frame], context: Context) -> Table:
    return _read(messages, rows, frames, context)


def _read(lines: Sequence[bytes], rows: Sequence[int], around: Sequence[Frame] | None, context: Context) -> Table:
    kept: list[int] = []
    frames: list[Frame] = []
    found: list[Found] = []
    messages: list[bytes] = []
    for i, (row, line) in enumerate(zip(rows, lines, strict=True)):
        native = _NATIVE.match(line)
        match = native or _COMBINED.match(line)
        if not match:
            continue
        time = float(match[1]) if native else access_time(match[4])
        if time is None:
            continue
        given = {name: value for name, value in match.groupdict().items() if value and value != b"-"}
        if host := _HOST.match(given.get("target", b"")):
            given["asked"] = host[1]
        status = int(match["status"])
        outcome = "success" if 200 <= status < 300 else "failure" if status >= 400 else "unknown"
        kept.append(row)
        frames.append(Frame(time, around[i].host if around else b"", b"squid", b"", "UTC"))
        found.append((_SPEECH.shape("web.proxy", outcome, tuple(given)), list(given.values())))
        messages.append(line)
    return _SPEECH.table(messages, kept, frames, found, context)
