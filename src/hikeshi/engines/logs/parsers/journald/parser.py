"""systemd's journal as `journalctl -o export` writes it (binary-safe), and the records of `-o json` of any framing.

A message of a program that another parser knows (sshd, sudo, postfix …) becomes an event of that parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...objects import Object, Objects, Source
from ...table import Columns, Context, Table
from ..speech import Frame
from ..syslog import parser as syslog

FIELDS = (
    ("time", "__REALTIME_TIMESTAMP: when the journal got it, UTC; _SOURCE_REALTIME_TIMESTAMP where it is there"),
    ("host, source", "_HOSTNAME; SYSLOG_IDENTIFIER, else _COMM"),
    ("message", "MESSAGE; all else as the format of the program says, or of syslog"),
    ("_UID, _EXE, _CMDLINE …", "the journal's own fields, each a column"),
)
_FIELD = re.compile(rb"[A-Z_][A-Z0-9_]{0,63}$")
_BATCH, _PIECE = 2_000, 1 << 20
_LONGEST, _HELD = 1 << 20, 8 << 20
_COLUMNS = ("_UID", "_GID", "_COMM", "_EXE", "_CMDLINE", "_SYSTEMD_UNIT", "_TRANSPORT", "_BOOT_ID", "PRIORITY", "_PID")


def frames(head: bytes, name: str) -> float:
    """An export begins with its cursor."""
    return 0.95 if head.startswith(b"__CURSOR=") and b"\n__REALTIME_TIMESTAMP=" in head[:4096] else 0.0


def objects(source: Source) -> Iterator[Objects]:
    """Records: `NAME=value` lines, or `NAME`, a length of eight bytes and the value; an empty line ends each."""
    data, at, number = b"", 0, 1
    some = Objects([], [], 1, [])
    offsets: list[int] = []
    ended = False
    while not ended:
        piece = source.read(_PIECE)
        ended = not piece
        data += piece
        start = 0
        while start < len(data):
            made = _record(data, start, ended)
            if made is None:
                break
            obj, end = made
            raw = data[start:end]
            if obj is not None and obj:
                some.objects.append(obj)
                some.raw.append(raw[:_LONGEST].rstrip(b"\n"))
                offsets.append(at + start)
                number += 1
            elif obj is None:
                some.broken.append((number, at + start, raw[:400]))
            start = end
            if len(some.objects) >= _BATCH:
                some.offsets = offsets
                yield some
                some, offsets = Objects([], [], number, []), []
        data, at = data[start:], at + start
        if len(data) > _HELD:  # a length that lies: what was held back cannot be a record
            some.broken.append((number, at, data[:400]))
            end = data.rfind(b"\n\n__CURSOR=") + 2
            end = end if end > 1 else len(data)
            data, at = data[end:], at + end
    if some.objects or some.broken:
        some.offsets = offsets
        yield some


def _record(data: bytes, start: int, ended: bool) -> tuple[Object | None, int] | None:
    """One record and where it ends; None for the record when it is damaged, None when more bytes are needed."""
    obj: Object = {}
    at, whole = start, True
    while True:
        line_end = data.find(b"\n", at)
        if line_end < 0:
            return (obj if whole and obj and at == len(data) else None, len(data)) if ended else None
        if line_end == at:
            return obj if whole else None, at + 1
        line = data[at:line_end]
        name, equals, value = line.partition(b"=")
        at = line_end + 1
        if not equals:
            if _FIELD.match(name) is None:
                whole = False
                continue
            if len(data) < at + 8:
                return (None, len(data)) if ended else None
            size = int.from_bytes(data[at : at + 8], "little")
            if size > _HELD:
                whole = False
                continue
            if len(data) < at + 8 + size + 1:
                if not ended:
                    return None
                following = data.find(b"\n\n__CURSOR=", at)
                return None, following + 2 if following >= 0 else len(data)
            value = data[at + 8 : at + 8 + size]
            at += 8 + size + 1
        elif _FIELD.match(name) is None:
            whole = False
            continue
        obj.setdefault(name.decode("ascii"), value)


def recognises(obj: Object, name: str) -> float:
    return 0.95 if "__REALTIME_TIMESTAMP" in obj and ("MESSAGE" in obj or "_BOOT_ID" in obj) else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    """The records as messages of their programs."""
    kept: list[int] = []
    frames: list[Frame] = []
    messages: list[bytes] = []
    by_row: dict[int, Object] = {}
    for row, obj in zip(rows, objects, strict=True):
        stamp = _bytes(obj.get("_SOURCE_REALTIME_TIMESTAMP") or obj.get("__REALTIME_TIMESTAMP"))
        if not stamp.isdigit() or len(stamp) > 17:
            continue
        program = _bytes(obj.get("SYSLOG_IDENTIFIER") or obj.get("_COMM"))
        process = _bytes(obj.get("SYSLOG_PID") or obj.get("_PID"))
        kept.append(row)
        frames.append(Frame(int(stamp) / 1e6, _bytes(obj.get("_HOSTNAME")), program, process, "UTC"))
        messages.append(_bytes(obj.get("MESSAGE")).rstrip(b"\n"))
        by_row[row] = obj
    return [_with_fields(table, by_row, context) for table in syslog.messages_of(kept, frames, messages, context)]


def _with_fields(table: Table, by_row: dict[int, Object], context: Context) -> Table:
    inner = table.columns

    def columns() -> Columns:
        mine: Columns = {
            name: [context.text(_bytes(by_row[row].get(name))) or None for row in table.rows] for name in _COLUMNS
        }
        return (inner() if inner else {}) | {name: values for name, values in mine.items() if any(values)}

    table.columns = columns
    return table


def _bytes(value: object) -> bytes:
    """A value as the export has it (bytes), or as JSON has it: text, a list of bytes, or a list of several values."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, list) and value:
        if all(isinstance(one, int) and 0 <= one < 256 for one in value):
            return bytes(value)
        return _bytes(value[0]) if not isinstance(value[0], list) else b""
    return str(value).encode() if isinstance(value, int | float) and not isinstance(value, bool) else b""
