"""ModSecurity's serial audit log: a transaction is parts between `--id-A--` and `--id-Z--`; one event for each.

The lines that ModSecurity writes into the error log of Apache and nginx are read with those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...objects import Object, Objects, Source
from ...table import Context, LogSource, Table
from ...times import access_time
from ..speech import Found, Frame, Speech

FIELDS = (
    ("time", "in the line, with its zone"),
    ("action", "waf.blocked where it says Access denied, waf.alert where a rule only warned, else waf.transaction"),
    ("address, destination", "who asked, and the server"),
    ("method, target, agent, referer, status", "the request and its answer"),
    ("message", "the rules' own words, each in a line; rule.id holds their numbers"),
)
_EDGE = re.compile(rb"--([0-9A-Za-z]{8,40})-([A-Z])--\r?$")
_FIRST = re.compile(rb"\[([^\]]{26})(?:\.\d{1,6})?\] ([^ ]++) ([^ ]++) (\d{1,5}) ([^ ]++) (\d{1,5})")
_FIRST_WITH_FRACTION = re.compile(rb"(\[\d\d/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d)\.\d{1,6}( [+-]\d{4}\])")
_REQUEST = re.compile(rb"([A-Z]{2,12}) (.*?)(?: HTTP/[\d.]++)?\r?$")
_ID = re.compile(rb'\[id "([^"]{1,40})"\]')
_MOST = 1 << 20
_BATCH = 500
_SPEECH = Speech(
    "modsecurity",
    (),
    source="modsecurity",
    sources=(LogSource("modsecurity", "waf", ""), LogSource("", "webserver", "")),
    also={
        "address": ("c-ip",),
        "method": ("cs-method",),
        "target": ("cs-uri", "cs-uri-query", "cs-uri-stem"),
        "agent": ("cs-user-agent",),
        "referer": ("cs-referer",),
        "status": ("sc-status",),
        "asked": ("cs-host",),
        "rules": ("rule.id",),
    },
    texts=True,
)


def frames(head: bytes, name: str) -> float:
    """Transactions begin with an edge line of part A."""
    first = head.lstrip(b"\r\n").split(b"\n", 2)
    match = _EDGE.match(first[0]) if len(first) > 1 else None
    return 0.95 if match and match[2] == b"A" and _first(first[1]) else 0.0


def _first(line: bytes) -> re.Match[bytes] | None:
    return _FIRST.match(_FIRST_WITH_FRACTION.sub(rb"\1\2", line, count=1))


def objects(source: Source) -> Iterator[Objects]:
    """A transaction an object; one that never ends is broken, and so is what lies between them."""
    some, offsets, number = Objects([], [], 1, []), list[int](), 1
    parts: dict[str, list[bytes]] = {}
    part, began, at, raw, size, carry = "", 0, 0, list[bytes](), 0, b""
    while True:
        piece = source.read(1 << 18)
        lines = (carry + piece).split(b"\n")
        carry = lines.pop() if piece and len(lines[-1]) < _MOST else b""
        for line in lines:
            edge = _EDGE.match(line)
            if edge and edge[2] == b"A":
                if parts:
                    some.broken.append((number, began, b"\n".join(raw)[:400]))
                parts, part, began, raw, size = {}, "A", at, [], 0
            elif edge:
                part = edge[2].decode()
            elif part:
                parts.setdefault(part, [])
                if size < _MOST:
                    parts[part].append(line)
            elif line.strip():
                some.broken.append((number, at, line[:400]))
            if size < _MOST:
                raw.append(line)
            size += len(line)
            if edge and edge[2] == b"Z":
                some.objects.append({"modsecurity_parts": parts})
                some.raw.append(b"\n".join(raw))
                offsets.append(began)
                number, parts, part = number + 1, {}, ""
            at += len(line) + 1
        if len(some.objects) >= _BATCH or (not piece and (some.objects or some.broken or parts)):
            if not piece and parts:
                some.broken.append((number, began, b"\n".join(raw)[:400]))
            some.offsets = offsets
            yield some
            some, offsets = Objects([], [], number, []), []
        if not piece:
            return


def recognises(obj: Object, name: str) -> float:
    return 1.0 if "modsecurity_parts" in obj else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> Table:
    """The transactions whose first part can be read."""
    kept: list[int] = []
    frames: list[Frame] = []
    found: list[Found] = []
    messages: list[bytes] = []
    for row, obj in zip(rows, objects, strict=True):
        parts: dict[str, list[bytes]] = obj["modsecurity_parts"]
        first = next((match for line in parts.get("A", ()) if (match := _first(line))), None)
        time = access_time(first[1]) if first else None
        if first is None or time is None:
            continue
        said = [line[9:] for line in parts.get("H", ()) if line.startswith(b"Message: ")]
        given = {"address": first[3], "src_port": first[4], "destination": first[5], "dst_port": first[6]}
        given |= _request(parts)
        if ids := [number for line in said for number in _ID.findall(line)]:
            given["rules"] = b",".join(ids)
        denied = any(b"Access denied" in line for line in said)
        action, outcome = (
            ("waf.blocked", "failure") if denied else ("waf.alert" if said else "waf.transaction", "unknown")
        )
        given = {name: value for name, value in given.items() if value}
        kept.append(row)
        frames.append(Frame(time, b"", b"modsecurity", b"", first[1][-5:].decode("ascii", "replace")))
        found.append((_SPEECH.shape(action, outcome, tuple(given)), list(given.values())))
        messages.append(b"\n".join(said))
    return _SPEECH.table(messages, kept, frames, found, context)


def _request(parts: dict[str, list[bytes]]) -> dict[str, bytes]:
    asked = parts.get("B", [])
    request = _REQUEST.match(asked[0]) if asked else None
    heads = dict(line.rstrip(b"\r").split(b": ", 1) for line in reversed(asked[1:200]) if b": " in line)
    heads = {name.lower(): value for name, value in heads.items()}
    answer = (parts.get("F") or [b""])[0].split()
    return {
        "method": request[1] if request else b"",
        "target": request[2] if request else b"",
        "asked": heads.get(b"host", b""),
        "agent": heads.get(b"user-agent", b""),
        "referer": heads.get(b"referer", b""),
        "status": answer[1] if len(answer) > 1 and answer[1].isdigit() else b"",
    }
