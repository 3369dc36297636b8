"""The slow query log of MySQL and MariaDB: who asked for much, from where, and how many rows went out.

A query takes several lines: `# Time`, `# User@Host` and what it cost stand above its statement. Each line stays an
event; the statement's own has all that stands above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ...table import Context
from ...times import iso_time, local_time
from ..speech import Found, Frame, Speech

_HEAD = re.compile(rb"# (?:Time: |User@Host: |Query_time: |Thread_id: |Schema: |Rows_affected: )")
_TIME = re.compile(rb"# Time: (\d{4}-\d\d-\d\dT[\d:.]++(?:Z|[+-]\d\d:\d\d)|\d{6} [ \d]\d:\d\d:\d\d)")
_WHO = re.compile(rb"# User@Host: ([^\[]*+)\[[^\]]*+\] @ ([^\[ ]*+) *+\[([^\]]*+)\]")
_COST = re.compile(rb"# Query_time: ([\d.]++)  ?Lock_time: [\d.]++ +Rows_sent: (\d++)  ?Rows_examined: (\d++)")
_BASE = re.compile(rb"(?i:use) ([^;]{1,64});|# Thread_id: \d++  Schema: ([^ ]++)")
_STAMP = re.compile(rb"SET timestamp=(\d{9,10})(?:\.\d{1,6})?;")
_STARTED = re.compile(rb", Version: .*started with:|^Tcp port: |^Time +Id +Command +Argument")
_MEMORY = "mysql.slow"


def understands(line: bytes) -> bool:
    return _HEAD.match(line) is not None or _STAMP.match(line) is not None


def begins(sample: Sequence[bytes]) -> bool:
    """Whether the log begins as this one does, or is made of its heads: anybody may write one head into another log."""
    if not any(line.startswith(b"# User@Host: ") for line in sample):
        return False
    first = next((line for line in sample if line.strip()), b"")
    if understands(first) or _STARTED.search(first):
        return True
    return 3 * sum(map(understands, sample)) >= len(sample)  # cut where it was rotated: after a statement's beginning


def cut(line: bytes, row: int, context: Context, speech: Speech) -> tuple[Frame, Found] | None:
    """What a line of the log says, once the log's own heads were seen; None before, and where it has no time.

    A statement goes on in the next row only: in a log of several programs, the lines of the others are theirs.
    """
    known: dict[str, Any] | None = context.memory.get(_MEMORY)
    if not _HEAD.match(line) and (known is None or row not in (0, known["row"] + 1)):
        return None
    if known is None:
        known = context.memory[_MEMORY] = {"time": None, "zone": context.zone_name, "base": b""}
    known["row"] = row
    head = line[:2] == b"# "
    if head or _STAMP.match(line):
        _learn(known, line, context)
    elif base := _BASE.match(line):
        known["base"] = base[1]
    if known["time"] is None:
        return None
    frame = Frame(known["time"], b"", b"mysql", b"", known["zone"])
    if head or _STAMP.match(line) or _BASE.match(line) or not line.strip():
        return frame, (speech.shape("db.message", "unknown", ()), ())
    every = {name: known.get(name, b"") for name in ("user", "address", "seconds", "rows_sent", "rows_examined")}
    cells = {name: value for name, value in (every | {"target": known["base"], "statement": line}).items() if value}
    return frame, (speech.shape("db.query", "unknown", tuple(cells)), list(cells.values()))


def _learn(known: dict[str, Any], line: bytes, context: Context) -> None:
    if match := _TIME.match(line):
        known["time"], known["zone"] = _time(match[1], context), "UTC" if match[1][-1:] == b"Z" else context.zone_name
    elif match := _WHO.match(line):
        known |= {"user": match[1], "address": match[3] or match[2], "seconds": b"", "rows_sent": b"", "base": b""}
    elif match := _COST.match(line):
        known["seconds"], known["rows_sent"], known["rows_examined"] = match[1], match[2], match[3]
    elif match := _STAMP.match(line):
        known["time"] = float(match[1])
    elif match := _BASE.match(line):
        known["base"] = match[2] or b""


def _time(stamp: bytes, context: Context) -> float | None:
    if stamp[6:7] != b" ":
        return iso_time(stamp, context.zone)
    year, month, day = 2000 + int(stamp[:2]), int(stamp[2:4]), int(stamp[4:6])
    return local_time(year, month, day, stamp[7:].strip(), context.zone)
