"""Syslog files as rsyslog, syslog-ng and others write them: RFC 3164, ISO time stamps, RFC 5424.

The frame is read here; the message of a program that another parser knows (sshd, nginx …) is read there. A device that
names no program is known by its sentences (`understands_message`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from types import ModuleType
from typing import Any

from ... import formats
from ...table import Columns, Context, LogSource, Table
from ...times import MONTHS, Day, iso_time, local_time
from ..speech import Frame

__all__ = ["Frame", "days", "messages_of", "read", "understands"]

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
# A device's line as rsyslog keeps it: no program. Only with its offset, or every line with a date would be one.
_BARE = re.compile(
    rb"(?:<\d{1,3}>)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ([^ ]++) (.*)", re.DOTALL
)
_NEW = re.compile(
    rb"(?:<\d{1,3}>)?1? ?(\d{4}-\d\d-\d\dT[^ ]{8,24}) ([^ ]++) ([^ ]++) ([^ ]++) [^ ]++ "
    rb'(?:-|(?:\[(?:[^\]\\"]++|"(?:[^"\\]++|\\.)*+")*+\])++)(?: (.*))?$',
    re.DOTALL,
)
_DAY = re.compile(rb"^(?:<\d{1,3}>)?([A-Z][a-z][a-z]) {1,2}(\d{1,2}) \d\d:", re.MULTILINE)
_KEEP = 20_000
# So many messages of a host and program are looked at before it is settled that no device's parser knows them.
_LOOKS = 64
Rows = tuple[list[int], list[Frame], list[bytes]]


def understands(line: bytes) -> bool:
    if old := _OLD.match(line):
        return old[1] in MONTHS
    return (_ISO.match(line) or _NEW.match(line) or _BARE.match(line)) is not None


def days(block: bytes) -> list[Day]:
    """The days of the lines that do not say their year, each run of one day once."""
    return [(MONTHS[name], int(day)) for (name, day), _ in groupby(_DAY.findall(block)) if name in MONTHS]


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> list[Table]:
    """The messages among these lines: one table of this format, and one for each parser that knows some of them."""
    cuts = [(row, cut) for row, line in zip(rows, lines, strict=True) if (cut := _cut(line, context))]
    return messages_of([row for row, _ in cuts], [c[0] for _, c in cuts], [c[1] for _, c in cuts], context)


def messages_of(
    rows: Sequence[int], frames: Sequence[Frame], messages: Sequence[bytes], context: Context
) -> list[Table]:
    """The tables of messages whose frames are known, from whatever file: each message goes to who knows its program."""
    mine: Rows = ([], [], [])
    others: dict[tuple[ModuleType, ...], Rows] = {}
    bodies = formats.bodies()
    for row, frame, message in zip(rows, frames, messages, strict=True):
        # postfix/smtpd and postfix/submission/smtpd are both postfix's
        some = bodies.get(frame.program) or bodies.get(frame.program.partition(b"/")[0])
        known = tuple(some or ())
        if not known and (known := _device(frame, message, context)):
            message = _whole(frame, message)  # what looked like a program is the beginning of the sentence
        to = others.setdefault(known, ([], [], [])) if known else mine
        to[0].append(row)
        to[1].append(frame)
        to[2].append(message)
    tables = []
    for modules, (where, around, said) in others.items():
        for module in modules:
            if not where:
                break
            table = _body(module, said, where, around, context)
            tables.append(table)
            read_there = set(table.rows)
            left = [i for i, row in enumerate(where) if row not in read_there]
            where, around, said = [where[i] for i in left], [around[i] for i in left], [said[i] for i in left]
        mine[0].extend(where)
        mine[1].extend(around)
        mine[2].extend(said)
    return [_table(*mine, context), *tables]


def _device(frame: Frame, message: bytes, context: Context) -> tuple[ModuleType, ...]:
    """The parser of a device that names no program: looked for at the first messages of each host and program."""
    known: dict[tuple[bytes, bytes], tuple[ModuleType, ...] | int] = context.memory.setdefault("syslog.devices", {})
    key = (frame.host, frame.program)
    found = known.get(key, 0)
    if isinstance(found, tuple):
        return found
    if found < _LOOKS:
        whole = _whole(frame, message)
        for module in _devices():
            if module.understands_message(whole):
                found = (module,)
                break
        if len(known) > _KEEP:
            known.clear()
        known[key] = found if isinstance(found, tuple) else found + 1
    return found if isinstance(found, tuple) else ()


def _whole(frame: Frame, message: bytes) -> bytes:
    if not frame.program:
        return message
    process = b"[" + frame.process + b"]" if frame.process else b""
    return frame.program + process + b": " + message


@cache
def _devices() -> list[ModuleType]:
    return [module for module in formats.all_formats().values() if hasattr(module, "understands_message")]


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

    def columns() -> Columns:
        text = context.text
        return {
            "event.action": ["syslog.message"] * len(rows),
            "event.timezone": [frame.zone for frame in frames],
            "host.name": [text(frame.host) or None for frame in frames],
            "event.provider": [text(frame.program) or None for frame in frames],
            "process.pid": [text(frame.process) or None for frame in frames],
            "message": list(map(text, messages)),
        }

    sources = (LogSource("linux", "", "syslog"),)
    return Table("syslog", rows, [f.time for f in frames], fields, columns=columns, sources=sources)


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    if old := _OLD.match(line):
        name, day, year, clock, fraction, host, program, process, message = old.groups(b"")
        time = _old_time(name, day, year, clock, fraction, context)
        if time is None:
            return None
        if host[-1:] == b":":  # programs that write their own file leave the host out
            message = line[old.end(6) + 1 :]
            program, _, process = host[:-1].partition(b"[")
            host, process = b"", process.removesuffix(b"]")
        return Frame(time, host, program, process, context.zone_name), message
    program = process = b""
    if new := _NEW.match(line) if line[:1] == b"<" else None:
        stamp, host, program, process, message = new.groups(b"")
    elif iso := _ISO.match(line):
        stamp, host, program, process, message = iso.groups(b"")
    elif new := _NEW.match(line):
        stamp, host, program, process, message = new.groups(b"")
    elif bare := _BARE.match(line):
        stamp, host, message = bare.groups(b"")
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
