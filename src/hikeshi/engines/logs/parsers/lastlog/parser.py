"""lastlog of Linux: for each user number the last log-in, in records of 292 bytes; most of the file is holes."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import PurePosixPath

from ...objects import Object, Objects, Source
from ...table import Context, LogSource, Table
from ..speech import Found, Frame, Speech
from ..utmp.parser import tidy

FIELDS = (
    ("time", "UTC, in the record"),
    ("action, outcome", "auth.login, success: the last one of this user"),
    ("user", "the user's number (uid): the file has no names"),
    ("address, method", "from where, at which line"),
)
_RECORD = struct.Struct("<i32s256s")
_LINE = re.compile(rb"(?:pts/\d|tty|ssh|ftp|console|:\d)")
_BATCH = 2_000
_SPEECH = Speech("lastlog", (), source="lastlog", sources=(LogSource("linux", "", "auth"),), also={"method": ("tty",)})


def frames(head: bytes, name: str) -> float:
    """By what is in it; where it begins with zeros alone, which much else does, by its name."""
    size = min(len(head) // _RECORD.size, 500)
    records = [head[i * _RECORD.size : (i + 1) * _RECORD.size] for i in range(size)]
    if not records or not all(map(_plausible, records)):
        return 0.0
    named = PurePosixPath(name.replace("!", "/")).name.lower().startswith(("lastlog", "sample.lastlog"))
    return 0.95 if named or any(_LINE.match(record, 4) for record in records) else 0.0


def _plausible(raw: bytes) -> bool:
    """A hole, or a time and two texts that end before their field does: no plain text is cut so, by chance or not."""
    seconds, line, host = _RECORD.unpack(raw)
    ends = line[-1] == host[-1] == 0
    return not any(raw) or (seconds > 315_532_800 and ends and tidy(line) and tidy(host))


def objects(source: Source) -> Iterator[Objects]:
    """The records that are no holes; the record's number less one is the user's."""
    data, uid, number = b"", 0, 1
    empty = bytes(_RECORD.size)
    while piece := source.read(_RECORD.size * _BATCH):
        data += piece
        some = Objects([], [], number, [])
        offsets: list[int] = []
        whole = len(data) // _RECORD.size
        for i in range(whole):
            raw = data[i * _RECORD.size : (i + 1) * _RECORD.size]
            at, who, uid = uid * _RECORD.size, uid, uid + 1
            if raw == empty:
                continue
            seconds, line, host = _RECORD.unpack(raw)
            if not _plausible(raw):
                some.broken.append((number, at, raw[:64]))
                continue
            some.objects.append(
                {"ll_time": seconds, "ll_uid": who, "ll_line": line.rstrip(b"\0"), "ll_host": host.rstrip(b"\0")}
            )
            some.raw.append(raw)
            offsets.append(at)
        number += len(some.objects)
        data = data[whole * _RECORD.size :]
        some.offsets = offsets
        yield some
    if data.strip(b"\0"):
        yield Objects([], [], number, [], [(number, uid * _RECORD.size, data[:64])])


def recognises(obj: Object, name: str) -> float:
    return 1.0 if "ll_time" in obj and "ll_uid" in obj else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> Table:
    """One event for each user who ever signed in."""
    frames: list[Frame] = []
    found: list[Found] = []
    messages: list[bytes] = []
    for obj in objects:
        uid, line, host = str(obj["ll_uid"]).encode(), obj["ll_line"], obj["ll_host"]
        try:
            address = str(ip_address(host.decode())).encode()
        except ValueError:
            address = b""
        every: tuple[tuple[str, bytes], ...] = (
            ("user", uid),
            ("method", line),
            ("address", address),
            ("host_name", host),
        )
        cells = [(name, value) for name, value in every if value]
        frames.append(Frame(float(obj["ll_time"]), b"", b"lastlog", b"", "UTC"))
        found.append((_SPEECH.shape("auth.login", "success", tuple(n for n, _ in cells)), [v for _, v in cells]))
        messages.append(b" ".join((b"uid", uid, line, host)))
    return _SPEECH.table(messages, rows, frames, found, context)
