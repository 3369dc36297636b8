"""Access logs of nginx and Apache: common, combined, vhost_combined and close variants with fields before or after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from ...table import Context, Table
from ...tags import bit
from ...times import access_time

FIELDS = (
    ("time", "when the request came; its zone is in the line"),
    ("host", "the site that was asked, where the variant has it"),
    ("address", "who asked"),
    ("user", "the name signed in with at the web server (basic authentication)"),
    ("method, target", "what was asked for, as it was written"),
    ("status", "the answer's code; outcome: success for 2xx, failure for 4xx and 5xx"),
    ("sent", "how many bytes were sent back"),
    ("referer, agent", "what the asker says of itself: easily forged"),
)
# nginx and httpd may write to syslog; the message then is a line of this format.
PROGRAMS = (b"nginx", b"httpd", b"apache2", b"apache")

_QUOTED = rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
_LINE = re.compile(
    rb"([^\[]*+)\[([^\]]*+)\] ([^\"]*+)"
    + _QUOTED
    + rb" (\d\d\d|-) (\d++|-)(?: "
    + _QUOTED
    + rb" "
    + _QUOTED
    + rb")?(.*)",
    re.DOTALL,
)
_STATUS = {str(n).encode(): n for n in range(100, 600)} | {b"-": 0}
_WATCHED = {n: bit(f"status.{n}") for n in (400, 401, 403, 404)}
_SIGNED_IN = bit("web.signed_in")
_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|([\"\\nrtvbf]))")
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v", b"b": b"\b", b"f": b"\f"}
_KEEP = 100_000

Row = tuple[bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes]


def understands(line: bytes) -> bool:
    match = _LINE.match(line)
    return match is not None and access_time(match[2]) is not None


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> Table:
    """The requests among these lines; `rows` are the lines' places in the chunk."""
    kept: list[int] = []
    found: list[Row] = []
    times: list[float] = []
    tags: list[int] = []
    for row, line in zip(rows, lines, strict=True):
        piece = _cut(line)
        if piece is None:
            continue
        time = access_time(piece[1])
        status = _STATUS.get(piece[4])
        if time is None or status is None:
            continue
        kept.append(row)
        found.append(piece)
        times.append(time)
        tags.append(_SIGNED_IN if status < 400 and _has_user(piece[0]) else _WATCHED.get(status, 0))
    heads: dict[bytes, tuple[str, str, str]] = context.memory.setdefault("web_access.heads", {})
    if len(heads) > _KEEP:
        heads.clear()

    def fields(i: int) -> dict[str, Any]:
        head, stamp, middle, request, code, size, referer, agent, _ = found[i]
        key = head or middle
        known = heads.get(key) or heads.setdefault(key, _head(context.text(key)))
        status = _STATUS[code]
        method, _, target = context.text(unescape(request)).partition(" ")
        target, _, version = target.rpartition(" ") if " HTTP/" in target else (target, "", "")
        return {
            "action": "web.request",
            "outcome": _outcome(status),
            "zone": stamp[21:].decode("ascii", "replace"),
            "host": known[0],
            "source": "web",
            "address": known[1],
            "user": known[2],
            "method": method if version or target else "",
            "target": target or method,
            "status": status,
            "sent": int(size) if size.isdigit() and len(size) < 19 else None,
            "agent": context.text(unescape(agent)),
            "referer": context.text(unescape(referer)),
        }

    texts = {"request": [r[3] for r in found], "referer": [r[6] for r in found], "agent": [r[7] for r in found]}
    return Table("web_access", kept, times, fields, tags, texts)


def _has_user(head: bytes) -> bool:
    """Whether the user's place, the last before the time, is filled; `-` or an address alone is not."""
    return not head.endswith((b" - ", b"- -")) and head.count(b" ") > 2


def _cut(line: bytes) -> Row | None:
    parts = line.split(b'"')
    if len(parts) == 7 and parts[4] == b" " and b"\\" not in line:
        # The usual line: six quotes and no escapes. Cutting is three times as fast as matching.
        before, request, after, referer, _, agent, rest = parts
        head, _, stamp = before.rpartition(b"[")
        code, _, size = after.strip().partition(b" ")
        if stamp[26:] == b"] " and (size.isdigit() or size == b"-"):
            return head, stamp[:26], b"", request, code, size, referer, agent, rest
    match = _LINE.match(line)
    return match.groups(b"") if match else None  # type: ignore[return-value]


def unescape(text: bytes) -> bytes:
    """Takes back what the web server writes for quotes and control characters: \\", \\x16."""
    if b"\\" not in text:
        return text
    return _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]) if m[1] else _PLAIN.get(m[2], m[2]), text)


def _outcome(status: int) -> str:
    return "success" if 200 <= status < 300 else "failure" if status >= 400 else "unknown"


def _head(text: str) -> tuple[str, str, str]:
    """Host, address and user out of what stands before the time: `[vhost[:port]] address ident user`."""
    words = text.split()
    if not words:
        return "", "", ""
    for place, word in enumerate(words[:3]):
        if address := _address(word):
            host = words[0] if place else ""
            if not place and len(words) > 1 and not _address(words[1]) and "." in words[1]:
                host = ""
            return _host(host), address, _user(words[place + 1 :])
    if len(words) >= 4:  # names instead of numbers: the site's comes first
        return _host(words[0]), words[1], _user(words[2:])
    return "", words[0], _user(words[1:])


def _user(words: list[str]) -> str:
    """What follows the address: ident, then the user, who may have blanks in the name."""
    name = " ".join(words[1:]) if len(words) > 1 else ""
    return "" if name == "-" else name


def _host(word: str) -> str:
    name, _, port = word.rpartition(":")
    host = name if port.isdigit() and name else word
    return "" if host in ("-", "_") else host


def _address(word: str) -> str:
    word = word.strip("[]")
    try:
        found = ip_address(word)
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or word)
