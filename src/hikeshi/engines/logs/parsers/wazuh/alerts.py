"""alerts.log, which Wazuh and OSSEC write for people: an alert is some lines, and a blank one ends it.

Each is made a record as alerts.json has it. A file counts as such a log where most of its lines are of alerts: a block
that somebody had written into another log makes it none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import orjson

from ....common.encodings import decode, detect
from ...batching import batched
from ...lines import CHUNK, chunks
from ...objects import Object, Objects, Source

_HEAD = re.compile(r"\*\* Alert (\d{9,10})\.(\d{1,20}): ?(?:mail +)?- ?(.*)$")
_PLACE = re.compile(r"\d{4} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d (?:\(([^)]{1,128})\) )?(.*)$")
_RULE = re.compile(r"Rule: (\d{1,9}) \(level (\d{1,2})\) -> '(.*)'$")
_FILE = re.compile(r"(?:New file|File|Integrity checksum changed for:) '(.+)'")
# What the decoders found, always in this order; what follows it is the line itself, and the attacker's.
_FOUND = {
    "Src IP": "srcip",
    "Src Location": "srclocation",
    "Src Port": "srcport",
    "Dst IP": "dstip",
    "Dst Location": "dstlocation",
    "Dst Port": "dstport",
    "User": "dstuser",
}
_MOST_LABELS, _MOST_LINES, _LONGEST = 12, 5_000, 1 << 20


def frames(head: bytes) -> float:
    """How surely a file that begins so is an alerts.log."""
    if b"** Alert " not in head:
        return 0.0
    encoding = detect(head[: 1 << 16])
    lines = [line.strip() for line in head[: 1 << 16].decode(encoding.name, "replace").split("\n")]
    blocks = [list(some) for filled, some in groupby(lines, bool) if filled]
    mine = sum(len(block) for block in blocks if _rule(block) is not None)
    return 0.95 if 2 * mine > sum(map(len, blocks)) else 0.0


def objects(source: Source) -> Iterator[Objects]:
    return batched(
        (_object(lines), "\n".join(lines).encode("utf-8", "surrogatepass"), at) for lines, at in _blocks(source)
    )


def _blocks(source: Source) -> Iterator[tuple[list[str], int]]:
    """The lines of each alert and where it begins: only after a blank line does a head begin another."""
    name = source.encoding.name if not source.encoding.wide else "utf-8"
    lines: list[str] = []
    start = size = 0
    blank = True
    for chunk in chunks(source, source.encoding, source.read(CHUNK)):
        for i, raw in enumerate(chunk.lines):
            line = decode(raw, name).rstrip("\r")
            if lines and ((blank and _HEAD.match(line)) or size > _LONGEST or len(lines) > _MOST_LINES):
                yield lines, start
                lines, size = [], 0
            blank = not line.strip()
            if blank:
                continue
            if not lines:
                start = chunk.offset(i)
            lines.append(line)
            size += len(line)
    if lines:
        yield lines, start


def _rule(lines: list[str]) -> int | None:
    """At which line its rule stands; None where these lines are no alert. Labels may stand before it."""
    if len(lines) < 4 or not _HEAD.match(lines[0]) or not _PLACE.match(lines[1]):
        return None
    return next((at for at in range(2, min(len(lines), _MOST_LABELS)) if _RULE.match(lines[at])), None)


def _object(lines: list[str]) -> Object | None:
    at = _rule(lines)
    head, place, rule = _HEAD.match(lines[0]), _PLACE.match(lines[1]) if at else None, _RULE.match(lines[at or 0])
    if at is None or head is None or place is None or rule is None:
        return None
    seconds, number, groups = head.groups()
    data: dict[str, Any] = {}
    at += 1
    for name, key in _FOUND.items():
        value = lines[at].removeprefix(f"{name}: ")
        if value != lines[at] and at + 1 < len(lines):  # the last line is the message, whatever it begins with
            data |= {key: value} if value != "(none)" else {}
            at += 1
    said = lines[at]
    named = [group for group in groups.split(",") if group]
    where, arrow, location = place[2].partition("->")
    agent = place[1] or (where if arrow else "")
    return {
        "timestamp": int(seconds),
        "id": f"{seconds}.{number}",
        "rule": {"level": int(rule[2]), "id": rule[1], "description": rule[3], "groups": named},
        "agent": {"name": agent} if agent else {},
        "location": location if arrow else where,
        "data": data | _windows(said),
        "full_log": said,
        "previous_output": "\n".join(lines[at + 1 :]) or None,
        "syscheck": {"path": file[1]} if "syscheck" in named and (file := _FILE.match(said)) else {},
    }


def _windows(said: str) -> dict[str, Any]:
    """The event that an agent on Windows sent, which Wazuh keeps as JSON."""
    if not said.startswith('{"win":'):
        return {}
    try:
        return {"win": orjson.loads(said)["win"]}
    except (orjson.JSONDecodeError, UnicodeEncodeError, RecursionError):
        return {}
