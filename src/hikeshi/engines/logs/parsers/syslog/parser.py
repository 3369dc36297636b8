"""Syslog files as rsyslog, syslog-ng and others write them: RFC 3164, ISO time stamps, RFC 5424.

The frame is read here; the message of a program that another parser knows (sshd, nginx …) is read there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from types import ModuleType
from typing import Any

from ... import formats
from ...table import Context, Table
from ...times import MONTHS, Day, iso_time, local_time

FIELDS = (
    ("time", "local time of the host, in RFC 3164 without the year; else with its offset"),
    ("host", "the host that wrote it"),
    ("source", "the program; the process number is in `detail`"),
    ("message", "what it said"),
)

_OLD = re.compile(
    rb"(?:<\d{1,3}>)?([A-Z][a-z][a-z]) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))? ([^ ]++) "
    rb"(?:([^ :\[]++)(?:\[([^\]]{0,32})\])?: ?)?(.*)",
    re.DOTALL,
)
_ISO = re.compile(
    rb"(?:<\d{1,3}>)?(\d{4}-\d\d-\d\d[T ][^ ]{8,24}) ([^ ]++) ([^ :\[]++)(?:\[([^\]]{0,32})\])?: ?(.*)", re.DOTALL
)
_NEW = re.compile(
    rb"(?:<\d{1,3}>)?1? ?(\d{4}-\d\d-\d\dT[^ ]{8,24}) ([^ ]++) ([^ ]++) ([^ ]++) [^ ]++ "
    rb'(?:-|(?:\[(?:[^\]\\"]++|"(?:[^"\\]++|\\.)*+")*+\])++)(?: (.*))?$',
    re.DOTALL,
)
_DAY = re.compile(rb"^(?:<\d{1,3}>)?([A-Z][a-z][a-z]) {1,2}(\d{1,2}) \d\d:", re.MULTILINE)
_KEEP = 20_000


@dataclass(slots=True)
class Frame:
    """What the frame says of one message."""

    time: float
    host: bytes
    program: bytes
    process: bytes
    zone: str


def understands(line: bytes) -> bool:
    if old := _OLD.match(line):
        return old[1] in MONTHS
    return (_ISO.match(line) or _NEW.match(line)) is not None


def days(block: bytes) -> list[Day]:
    """The days of the lines that do not say their year, each run of one day once."""
    return [(MONTHS[name], int(day)) for (name, day), _ in groupby(_DAY.findall(block)) if name in MONTHS]


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> list[Table]:
    """The messages among these lines: one table of this format, and one for each parser that knows some of them."""
    mine: tuple[list[int], list[Frame], list[bytes]] = ([], [], [])
    others: dict[bytes, tuple[list[int], list[Frame], list[bytes]]] = {}
    bodies = formats.bodies()
    for row, line in zip(rows, lines, strict=True):
        cut = _cut(line, context)
        if cut is None:
            continue
        frame, message = cut
        to = others.setdefault(frame.program, ([], [], [])) if frame.program in bodies else mine
        to[0].append(row)
        to[1].append(frame)
        to[2].append(message)
    tables = []
    for program, (where, frames, messages) in others.items():
        for module in bodies[program]:
            table = _body(module, messages, where, frames, context)
            tables.append(table)
            read_there = set(table.rows)
            left = [i for i, row in enumerate(where) if row not in read_there]
            where, frames, messages = [where[i] for i in left], [frames[i] for i in left], [messages[i] for i in left]
        mine[0].extend(where)
        mine[1].extend(frames)
        mine[2].extend(messages)
    return [_table(*mine, context), *tables]


def _body(module: ModuleType, messages: list[bytes], rows: list[int], frames: list[Frame], context: Context) -> Table:
    if hasattr(module, "read_messages"):
        return module.read_messages(messages, rows, frames, context)  # type: ignore[no-any-return]
    return module.read(messages, rows, context)  # type: ignore[no-any-return]


def _table(rows: list[int], frames: list[Frame], messages: list[bytes], context: Context) -> Table:
    def fields(i: int) -> dict[str, Any]:
        frame = frames[i]
        return {
            "action": "syslog.message",
            "zone": frame.zone,
            "host": context.text(frame.host),
            "source": context.text(frame.program),
            "message": context.text(messages[i]),
            "detail": context.text(frame.process),
        }

    return Table("syslog", rows, [f.time for f in frames], fields)


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    if old := _OLD.match(line):
        name, day, year, clock, fraction, host, program, process, message = old.groups(b"")
        time = _old_time(name, day, year, clock, fraction, context)
        return None if time is None else (Frame(time, host, program, process, context.zone_name), message)
    if new := _NEW.match(line) if line[:1] == b"<" else None:
        stamp, host, program, process, message = new.groups(b"")
    elif iso := _ISO.match(line):
        stamp, host, program, process, message = iso.groups(b"")
    elif new := _NEW.match(line):
        stamp, host, program, process, message = new.groups(b"")
    else:
        return None
    seconds = iso_time(stamp, context.zone)
    if seconds is None:
        return None
    tail = stamp[19:].lstrip(b".,0123456789").decode("ascii", "replace")
    frame = Frame(seconds, _nil(host), _nil(program), _nil(process), tail or context.zone_name)
    return frame, message.removeprefix(b"\xef\xbb\xbf")


def _old_time(name: bytes, day: bytes, year: bytes, clock: bytes, fraction: bytes, context: Context) -> float | None:
    month = MONTHS.get(name)
    if month is None:
        return None
    which = int(year) if year else context.years.of(month, int(day))
    minutes: dict[tuple[int, bytes, bytes, bytes], float | None] = context.memory.setdefault("syslog.minutes", {})
    key = (which, name, day, clock[:5])
    if key not in minutes:
        if len(minutes) > _KEEP:
            minutes.clear()
        minutes[key] = local_time(which, month, int(day), clock[:5] + b":00", context.zone)
    minute = minutes[key]
    if minute is None:
        return None
    return minute + min(int(clock[6:]), 59) + (int(fraction.ljust(6, b"0")[:6]) / 1e6 if fraction else 0)


def _nil(word: bytes) -> bytes:
    return b"" if word == b"-" else word
