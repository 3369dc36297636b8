"""What `last` and `lastb` print of these files (-F, -i, -a, -w, --time-format iso), as people copy it.

A line is made the record that it was printed of. That a log-in failed is known by the line it was tried at (ssh:notty);
where that does not say, by the command before the list, or by the file's name below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath

from ....common.encodings import detect
from ...batching import batched
from ...lines import CHUNK, Chunk, chunks
from ...objects import Object, Objects, Source
from ...table import Context
from ...times import MONTHS, iso_time, local_time

_DAYS = {name: number for number, name in enumerate(b"Mon Tue Wed Thu Fri Sat Sun".split())}
_DATE = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z][a-z] [ \d]\d \d\d:\d\d(?::\d\d \d{4})?"
_ISO = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:?\d\d"
_TTY = (
    rb"(?:pts/\d{1,6}|ttys?[\w/]{0,9}|[a-z]{2,8}:notty|:\d{1,3}(?:\.\d)?|console|[a-z]{0,5}ftpd?:?\d{0,9}|hvc\d|seat\d"
    rb"|system (?:boot|down)|\(to lvl \d\))"
)
# A name is cut at eight letters, and what follows stands in columns; with -w it is whole. It is the attacker's choice.
_ROW = re.compile(
    rb"(?P<user>.{8}|[^ ]{1,32}(?= )) +(?P<line>" + _TTY + rb") +(?:(?P<host>[^ ]{1,256}) +)?"
    rb"(?P<date>" + _DATE + rb"|" + _ISO + rb") +"
    rb"(?P<end>still (?:logged in|running)|gone - no logout|- (?:\d\d:\d\d|down|crash|" + _DATE + rb"|" + _ISO + rb")"
    rb" +\((?P<spent>-?(?:\d{1,5}\+)?\d\d:\d\d)\))(?: +(?P<last>[^ ]{1,256}))? *$"
)
# Whole lines, since a name may begin so. `== failed` stands above the list in what `hikeshi evidence collect` gathers.
_FOOT = re.compile(rb"[^ ]{0,80}?([bw])tmp[^ ]{0,20} begins (?:" + _DATE + rb"|" + _ISO + rb")[^()]{0,9}$")
_ASKED = re.compile(rb"(?:[^$#%>]{0,80}[$#%>] ?(?:sudo )?last(b?)( [\w./ =-]{0,80})?|== (?:last|(failed)))$")
_KINDS = {b"reboot": 2, b"shutdown": 1, b"runlevel": 1}
_USER = 7
_CUT = 16


def frames(head: bytes) -> float:
    """How surely a file that begins so is such a list."""
    encoding = detect(head[: 1 << 16])
    text = head[encoding.mark : 1 << 16].decode(encoding.name, "replace").encode("utf-8", "replace")
    lines = [line.rstrip() for line in text.split(b"\n") if line.strip()]
    some = [line for line in lines[:-1] or lines if not _FOOT.match(line) and not _ASKED.match(line)][:200]
    return 0.9 if 2 * sum(_ROW.match(line) is not None for line in some) > len(some) else 0.0


def objects(source: Source) -> Iterator[Objects]:
    return batched(_records(source))


def _records(source: Source) -> Iterator[tuple[Object | None, bytes, int]]:
    named = PurePosixPath(source.shown.replace("!", "/")).name.lower()
    failed: bool | None = True if "btmp" in named or "lastb" in named else None
    for chunk in chunks(source, source.encoding, source.read(CHUNK)):
        kinds = _kinds(chunk, failed)
        for i, line in enumerate(chunk.lines):
            if not line.strip() or _FOOT.match(line) or _ASKED.match(line):
                continue
            yield _record(line.rstrip(), kinds[i], source.context), line, chunk.offset(i)
        failed = kinds[-1]


def _kinds(chunk: Chunk, failed: bool | None) -> Sequence[bool | None]:
    """For each line whether the list that it is in is one of failures; None where nothing tells."""
    kinds: list[bool | None] = []
    asked = False
    since = 0
    for i, line in enumerate(chunk.lines):
        if match := _ASKED.match(line):
            failed, asked, since = bool(match[1] or match[3]) or b"btmp" in (match[2] or b""), True, i
        elif foot := _FOOT.match(line):
            if not asked:
                kinds[since:i] = [foot[1] == b"b"] * (i - since)
            failed, asked, since = None, False, i
        kinds.append(failed)
    return kinds


def _record(line: bytes, failed: bool | None, context: Context) -> Object | None:
    match = _ROW.match(line)
    time = _time(match["date"], context) if match else None
    if match is None or time is None:
        return None
    user, tty, host = match["user"].strip(), match["line"], match["host"] or match["last"] or b""
    if tty.endswith(b":notty"):
        failed = True
    elif not match["end"].startswith(b"- ") or match["spent"] != b"00:00":
        failed = False  # there was a session
    kind = _KINDS.get(user, _USER) if b" " in tty else _USER
    # -i prints this where nobody came from outside; a column is cut where an address of IPv6 is longer.
    unknown = host == b"0.0.0.0" or (b":" in host and len(host) == _CUT)
    return {
        "ut_type": kind,
        "ut_pid": "",
        "ut_line": tty,
        "ut_user": user,
        "ut_host": b"" if unknown else host,
        "ut_time": time,
        "ut_addr": b"",
        "ut_end": match["end"],
        "failed": failed,
        "zone": context.zone_name,
    }


def _time(stamp: bytes, context: Context) -> float | None:
    if stamp[:3] not in _DAYS:
        return iso_time(stamp, context.zone)
    month, day, clock = MONTHS.get(stamp[4:7], 0), int(stamp[8:10]), stamp[11:19]
    if len(stamp) > _CUT:
        return local_time(int(stamp[20:]), month, day, clock, context.zone)
    year = _year(_DAYS[stamp[:3]], month, day, context.years.anchor)
    return local_time(year, month, day, clock + b":00", context.zone) if year else None


def _year(weekday: int, month: int, day: int, written: datetime) -> int:
    """The last year, as seen from the day on which the list was written, that has this day on this weekday."""
    latest = (written + timedelta(days=1)).date()
    for year in range(latest.year, latest.year - 12, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= latest and found.weekday() == weekday:
            return year
    return 0
