"""wtmp, btmp and utmp of Linux: who signed in and out, and starts of the machine. Records of 384 or 400 bytes.

384 bytes on x86-64 and 32-bit ARM, where the times are 32 bits; 400 on 64-bit ARM. btmp has the same records and
holds failures only: the file's name tells it, and else that a log-in process bears the name that was tried. What
`last` and `lastb` print of them is read as the records it was printed of.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import PurePosixPath

from ...objects import Object, Objects, Source
from ...table import Context, LogSource, Table
from ..speech import Found, Frame, Speech
from . import last

FIELDS = (
    ("time", "UTC, in the record; of what last prints, local time of the host"),
    ("action", "auth.login, session.closed, system.boot, system.shutdown, utmp.<kind>"),
    ("outcome", "failure for btmp; success for a log-in in wtmp and utmp; unknown where last does not say"),
    ("user, address", "who, from where"),
    ("method", "the line: pts/0, tty1, ssh:notty, ftpd123"),
)
_SHORT = struct.Struct("<hxxi32s4s32s256shhiii16s20x")
_LONG = struct.Struct("<hxxi32s4s32s256shhqqq16s20x4x")
_KINDS = ("empty", "run_level", "boot", "new_time", "old_time", "init", "login_process", "user", "dead", "accounting")
_BATCH = 2_000
_SPEECH = Speech(
    "utmp",
    (),
    sources=(LogSource("linux", "", "auth"), LogSource("linux", "", "wtmp")),
    also={"method": ("tty",), "address": ("src_ip",)},
)


def frames(head: bytes, name: str) -> float:
    return 0.9 if _layout(head) else last.frames(head)


def _layout(head: bytes) -> struct.Struct | None:
    """The layout in which all records at hand are plausible."""
    best, most = None, 0
    for layout in (_SHORT, _LONG):
        size = min(len(head) // layout.size, 50)
        if not size or (len(head) < 1 << 16 and len(head) % layout.size and size < 3):
            continue
        records = [layout.unpack_from(head, i * layout.size) for i in range(size)]
        if not _plausible(records[0]) or not any(record[0] and _plausible(record) for record in records):
            continue  # zeros alone are no log
        good = sum(map(_plausible, records))
        if good >= max(1, 0.9 * size) and good > most:
            best, most = layout, good
    return best


def _plausible(record: tuple[object, ...]) -> bool:
    kind, pid, line, _, user, host, _, _, _, seconds, micros, _ = record
    assert isinstance(kind, int) and isinstance(pid, int) and isinstance(seconds, int) and isinstance(micros, int)
    if not (0 <= kind <= 9 and pid >= 0 and 0 <= seconds < 1 << 33 and 0 <= micros < 1_000_000):
        return False
    if kind and seconds < 315_532_800:  # before 1980: no machine's log
        return False
    return all(isinstance(text, bytes) and tidy(text) for text in (line, user, host))


def tidy(text: bytes) -> bool:
    """Letters, then nothing but zeros."""
    plain, _, rest = text.partition(b"\0")
    return all(c > 31 for c in plain) and not rest.strip(b"\0")


def objects(source: Source) -> Iterator[Objects]:
    """Records in order; those that cannot be are broken."""
    layout = _layout(source.head)
    yield from _records(source, layout) if layout else last.objects(source)


def _records(source: Source, layout: struct.Struct) -> Iterator[Objects]:
    failed = "btmp" in PurePosixPath(source.shown.replace("!", "/")).name.lower()
    data, at, number = b"", 0, 1
    while piece := source.read(layout.size * _BATCH):
        data += piece
        whole = len(data) // layout.size
        some = Objects([], [], number, [])
        offsets: list[int] = []
        for i in range(whole):
            raw = data[i * layout.size : (i + 1) * layout.size]
            record = layout.unpack(raw)
            if not _plausible(record):
                some.broken.append((number, at + i * layout.size, raw[:64]))
                continue
            kind, pid, line, _, user, host, _, _, session, seconds, micros, address = record
            some.objects.append(
                {"ut_type": kind, "ut_pid": pid, "ut_line": _text(line), "ut_user": _text(user), "ut_host": _text(host)}
                | {"ut_session": session, "ut_time": seconds + micros / 1e6, "ut_addr": address, "failed": failed}
            )
            some.raw.append(raw)
            offsets.append(at + i * layout.size)
        number += len(some.objects)
        at, data = at + whole * layout.size, data[whole * layout.size :]
        some.offsets = offsets
        yield some
    if data:
        yield Objects([], [], number, [], [(number, at, data[:64])])


def recognises(obj: Object, name: str) -> float:
    return 1.0 if "ut_type" in obj and "ut_time" in obj else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> Table:
    """The events of these records."""
    frames: list[Frame] = []
    found: list[Found] = []
    messages: list[bytes] = []
    for obj in objects:
        kind, line, user, host = _KINDS[obj["ut_type"]], obj["ut_line"], obj["ut_user"], obj["ut_host"]
        failed = obj["failed"] or (kind == "login_process" and user != b"LOGIN" and user[:1] not in (b"", b"."))
        action, outcome = _meaning(kind, user, failed)
        if obj["failed"] is None and outcome == "success":
            outcome = "unknown"
        address = _address(obj["ut_addr"], host)
        who = b"" if kind in ("boot", "run_level") else user
        every: tuple[tuple[str, bytes], ...] = (
            ("user", who),
            ("address", address),
            ("method", line),
            ("ut_host", host),
            ("ut_type", kind.encode()),
            ("ut_end", obj.get("ut_end", b"")),
        )
        cells = [(name, value) for name, value in every if value]
        rule = _SPEECH.shape(action, outcome, tuple(name for name, _ in cells), tagged=not action.startswith("utmp"))
        program = b"btmp" if failed else b"wtmp"
        frames.append(Frame(obj["ut_time"], b"", program, str(obj["ut_pid"]).encode(), obj.get("zone", "UTC")))
        found.append((rule, [value for _, value in cells]))
        messages.append(b" ".join((kind.encode(), user, line, host)))
    return _SPEECH.table(messages, rows, frames, found, context)


def _meaning(kind: str, user: bytes, failed: bool) -> tuple[str, str]:
    if failed:
        return "auth.login", "failure"
    if kind == "user":
        return "auth.login", "success"
    if kind == "run_level":
        return ("system.shutdown" if user == b"shutdown" else "utmp.run_level"), "unknown"
    return {"dead": "session.closed", "boot": "system.boot"}.get(kind, f"utmp.{kind}"), "unknown"


def _address(raw: bytes, host: bytes) -> bytes:
    if any(raw):
        return str(ip_address(raw[:4] if not any(raw[4:]) else raw)).encode()
    try:
        return str(ip_address(host.decode())).encode()
    except ValueError:
        return b""


def _text(raw: bytes) -> bytes:
    return raw.partition(b"\0")[0]
