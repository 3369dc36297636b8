"""Syslog files as rsyslog, syslog-ng and others write them: RFC 3164, ISO time stamps, RFC 5424.

The frame is read here; the message of a program that another parser knows (sshd, nginx …) is read there. A device that
names no program is known by its sentences (`understands_message`). A message that is JSON (Caddy, Suricata …) is read
by the format that knows such records.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from types import ModuleType
from typing import Any

import orjson

from ... import formats
from ...objects import Dispatch, Object
from ...table import Columns, Context, LogSource, Table
from ..speech import Frame
from .frames import cut_of, days, understands

__all__ = ["Frame", "days", "messages_of", "read", "understands"]

FIELDS = (
    ("time", "local time of the host, in RFC 3164 without the year; else with its offset"),
    ("host", "the host that wrote it"),
    ("source", "the program; the process number is in `detail`"),
    ("message", "what it said"),
)

_KEEP = 20_000
# So many messages of a host and program are looked at before it is settled that no device's parser knows them.
_LOOKS = 64
Rows = tuple[list[int], list[Frame], list[bytes]]


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> list[Table]:
    """The messages among these lines: one table of this format, and one for each parser that knows some of them."""
    cuts = [(row, cut) for row, line in zip(rows, lines, strict=True) if (cut := cut_of(line, context))]
    return messages_of([row for row, _ in cuts], [c[0] for _, c in cuts], [c[1] for _, c in cuts], context)


def messages_of(
    rows: Sequence[int], frames: Sequence[Frame], messages: Sequence[bytes], context: Context
) -> list[Table]:
    """The tables of messages whose frames are known, from whatever file: each message goes to who knows its program."""
    mine: Rows = ([], [], [])
    others: dict[tuple[ModuleType, ...], Rows] = {}
    bodies = formats.bodies()
    tables: list[Table] = []
    if any(map(_is_json, messages)):
        tables = _records(rows, messages, context)
        done = {row for table in tables for row in table.rows}
        left = [i for i, row in enumerate(rows) if row not in done]
        rows, frames, messages = [rows[i] for i in left], [frames[i] for i in left], [messages[i] for i in left]
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


def _is_json(message: bytes) -> bool:
    return message[-1:] == b"}" and (message[:1] == b"{" or message[:5] == b"@cee:")


def _records(rows: Sequence[int], messages: Sequence[bytes], context: Context) -> list[Table]:
    """The events of messages that are JSON of a format we know; any other JSON stays a message."""
    where: list[int] = []
    objects: list[Object] = []
    for row, message in zip(rows, messages, strict=True):
        if _is_json(message):
            try:
                obj = orjson.loads(message.removeprefix(b"@cee:"))
            except orjson.JSONDecodeError:
                continue
            if isinstance(obj, dict):
                where.append(row)
                objects.append(obj)
    dispatch: Dispatch = context.memory.setdefault("syslog.dispatch", Dispatch("syslog"))
    tables = [table for table in dispatch.tables(objects, context)[0] if table.format != "json_records"]
    for table in tables:
        table.rows = [where[i] for i in table.rows]
    return tables


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
