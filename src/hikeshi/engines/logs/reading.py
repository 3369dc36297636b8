"""Reads one log file: finds its encoding, format and years, and gives its lines or records as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from ..common.encodings import Encoding, decode, detect
from ..common.problem import Problem
from ..common.walk import Found
from . import formats, objects
from .clocks import Clock
from .lines import CHUNK, Chunk, carriages, chunks
from .report import FileReport, Sample
from .table import Context, Table
from .times import Turns, Years

_SAMPLE_LINES = 200
# A framing this sure of a file's first bytes is not asked twice whether its lines look like something else.
_SURE = 0.5
_NULS, _MOST_NULS = bytes(16), 1 << 30
# Records that no format knows are read by the names of their fields, and called by how their file is written.
_ANY = "json_records"
_BROKEN_KEPT = 5
_BROKEN_SHOWN = 300
# So many unread lines are offered to the other formats; after that only if that ever helped.
_PATIENCE = 2_000


class Reading:
    """One open log. Iterating gives (chunk, tables); `report` fills meanwhile."""

    def __init__(
        self,
        found: Found,
        *,
        now: datetime,
        zone: tzinfo | None,
        year: int | None = None,
        clock_error: float = 0.0,
    ) -> None:
        """Raises Problem("logs.empty" | "logs.not_a_log" | "common.…") before anything is read further."""
        self._found = found
        self._stream = found.open()
        self._skipped = 0
        try:
            self._head = self._stream.read(CHUNK)
            self.encoding = detect(self._head[: 1 << 16])
            if not self._head[self.encoding.mark :]:
                raise Problem("logs.empty", path=found.shown)
            self._framing, share = objects.framing_of(self._head, found.shown)
            name = None
            if share < _SURE:
                name = formats.recognise(_some_lines(self._head, self.encoding))
                self._framing = self._framing if name is None else ""
            if name is None and not self._framing and self._skip_nuls():
                name = formats.recognise(_some_lines(self._head, self.encoding))
            if name is None and not self._framing:
                self._stream.read(1)  # a damaged archive of which little could be read says so now
                raise Problem("logs.not_a_log", path=found.shown)
            name = name or self._framing
        except BaseException:
            self._stream.close()
            raise
        zone_name = getattr(zone, "key", None) or (str(zone) if zone else "local")
        self.report = FileReport(found.shown, name, self.encoding.name, zone_name, clock_error)
        anchor = min(self._stream.modified, now)
        where = zone or datetime.now().astimezone().tzinfo or UTC
        self._context = Context(where, zone_name, self._years(anchor.astimezone(where), year), self.encoding.name)
        self._clock = Clock(now, clock_error)
        self._helped = 0
        self._offered = 0

    def _skip_nuls(self) -> bool:
        """Leaves out the NULs with which a log begins that was cut while a program went on writing it."""
        if not self._head.startswith(_NULS):
            return False
        while not self._head.strip(b"\0") and self._skipped < _MOST_NULS and (more := self._stream.read(CHUNK)):
            self._skipped += len(self._head)
            self._head = more
        some = (len(self._head) - len(self._head.lstrip(b"\0"))) & ~3  # a wide character may begin with some
        self._skipped += some
        self._head = self._head[some:] + self._stream.read(some)
        self.encoding = detect(self._head[: 1 << 16])
        return True

    @property
    def consumed(self) -> int:
        return self._stream.consumed

    def close(self) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[tuple[Chunk, list[Table]]]:
        return self._objects() if self._framing else self._lines()

    def _objects(self) -> Iterator[tuple[Chunk, list[Table]]]:
        plain = "!" not in self._found.shown and not self._stream.layers
        source = objects.Source(
            self._found.shown,
            self._head,
            self._stream,
            self.encoding,
            self._context,
            self._found.path if plain else None,
            self._found.open,
        )
        dispatch = objects.Dispatch(self._found.shown)
        for some in objects.framings()[self._framing].objects(source):
            self.report.lines += len(some.raw) + len(some.broken)
            tables, unread = dispatch.read(some, self._context)
            for table in tables:
                if table.format == _ANY:
                    table.format = self._framing
            chunk = some.chunk(self.encoding)
            self._keep_broken((number, offset, raw) for number, offset, raw in some.broken)
            self._keep_broken((chunk.first + i, chunk.offset(i), chunk.lines[i]) for i in unread)
            self._count(tables)
            yield chunk, tables
        if self.report.formats:
            self.report.format = max(self.report.formats, key=lambda name: self.report.formats[name])

    def _lines(self) -> Iterator[tuple[Chunk, list[Table]]]:
        for chunk in chunks(self._stream, self.encoding, self._head, self._skipped):
            self._head = b""
            self.report.lines += len(chunk.lines)
            if chunk.too_long:
                self._broken(chunk, [0])
                continue
            yield chunk, self._tables(chunk)
        if self.report.format == "syslog" and self.report.formats:  # a log of one program is that program's log
            self.report.format = max(self.report.formats, key=lambda name: self.report.formats[name])

    def _tables(self, chunk: Chunk) -> list[Table]:
        rows: Sequence[int] = range(len(chunk.lines))
        tables = _read(self.report.format, chunk.lines, rows, self._context)
        unread = _unread(rows, tables)
        unread = [i for i in unread if chunk.lines[i].strip(b" \t\r\0")]  # an empty line is no broken one
        if unread and (self._offered < _PATIENCE or self._helped):
            for name in formats.all_formats():
                if name == self.report.format or not unread or not hasattr(formats.all_formats()[name], "read"):
                    continue
                lines = [chunk.lines[i].lstrip(b"\0") for i in unread]
                self._offered += len(lines)
                more = _read(name, lines, unread, self._context)
                unread = _unread(unread, more)
                self._helped += sum(map(len, more))
                tables += more
        self._broken(chunk, unread)
        self._count(tables)
        return tables

    def _count(self, tables: Sequence[Table]) -> None:
        report = self.report
        for table in filter(len, tables):
            report.events += len(table)
            report.formats[table.format] = report.formats.get(table.format, 0) + len(table)
        report.unset += self._clock.mend(tables)
        report.first, report.last = self._clock.first, self._clock.last

    def _broken(self, chunk: Chunk, rows: Sequence[int]) -> None:
        self._keep_broken((chunk.first + row, chunk.offset(row), chunk.lines[row]) for row in rows)

    def _keep_broken(self, records: Iterable[tuple[int, int, bytes]]) -> None:
        for number, offset, raw in records:
            self.report.errors += 1
            if len(self.report.broken) < _BROKEN_KEPT:
                text = decode(raw[:_BROKEN_SHOWN], self.encoding.name)
                self.report.broken.append(Sample(self.report.path, number, offset, text))

    def _years(self, anchor: datetime, year: int | None) -> Years:
        """Where a format leaves the year out, the whole log is looked at once: how often does New Year pass in it?"""
        days = getattr(formats.all_formats().get(self.report.format), "days", None)
        if days is None:
            return Years(anchor, None, 0, year)
        passed, count = 0, Turns()
        try:
            with self._found.open() as stream:
                for chunk in chunks(stream, self.encoding, stream.read(CHUNK)):
                    passed += sum(map(count.of, days(chunk.block)))
        except Problem:
            pass  # what ends the reading early is told when the file itself is read
        false, last = count.end((anchor.month, anchor.day))
        return Years(anchor, last, passed + false, year, frozenset(count.unset))


def _read(name: str, lines: Sequence[bytes], rows: Sequence[int], context: Context) -> list[Table]:
    tables = formats.all_formats()[name].read(lines, rows, context)
    return tables if isinstance(tables, list) else [tables]


def _unread(rows: Sequence[int], tables: list[Table]) -> list[int]:
    if sum(map(len, tables)) == len(rows):
        return []
    read = {row for table in tables for row in table.rows}
    return [row for row in rows if row not in read]


def _some_lines(head: bytes, encoding: Encoding) -> list[bytes]:
    text = head[encoding.mark :]
    if encoding.wide:
        text = text[: 1 << 16].decode(encoding.name, "ignore").encode("utf-8", "ignore")
    text = text[: 1 << 18]
    text = text.replace(b"\r", b"\n") if carriages(text) else text.replace(b"\r\n", b"\n")
    lines = [line.lstrip(b"\0") for line in text.split(b"\n")]
    return (lines[:-1] or lines)[:_SAMPLE_LINES]


def zone_of(name: str | None) -> tzinfo | None:
    """A time zone by its name. Raises Problem("logs.no_such_zone")."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Problem("logs.no_such_zone", zone=name, exit=2) from error
