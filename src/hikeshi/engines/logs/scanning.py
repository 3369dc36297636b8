"""The scan itself, as it runs in the limited process: files in, tables through the patterns, events to the finders."""

from __future__ import annotations

import gc
import time as clock
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from ..common.problem import Problem
from ..common.walk import Caps, Found, walk
from . import kinds
from .lines import Chunk
from .logins import LogIns
from .patterns import Matcher
from .reading import Reading, zone_of
from .report import Report
from .sinks import Gathering, Sink, sinks_of
from .table import Event, Table
from .tags import bits

Say = Callable[[dict[str, Any]], None]
_EVERY = 0.2


def work(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """Runs in the limited process: an order as JSON in, a report as JSON out, progress said on the way."""
    scan = Scan(
        now=datetime.fromisoformat(order["now"]),
        zone=zone_of(order["zone"]),
        since=order["since"],
        until=order["until"],
        year=order["year"],
        clock_error=order["clock_error"],
        say=say,
        sinks=sinks_of(order.get("sinks", {})),
        cache=Path(order["cache"]) / "findings" if order.get("cache") else None,
    )
    # Tables are lists of lists without cycles: searching them for cycles costs a fifth of the time.
    gc.disable()
    skipped = {path: Problem(code, **params) for path, code, params in order["skipped"]}
    found = list(walk(order["paths"], Caps(**order.get("caps", {}))))
    if order.get("inside"):
        _call_as_known(found, order["inside"])
    return scan.run(found, skipped).to_wire()


def _call_as_known(found: list[Found | Problem], folder: str) -> None:
    """Files by the names that people gave them: without the folder of copies and the number before each.

    Where two have one name, the later is called `access (2).log`: a name and a line are an event's place.
    """
    taken: set[str] = set()

    def bare(path: str) -> str:
        inside = path.removeprefix(folder).lstrip("/\\")
        name = inside[5:] if inside[:4].isdigit() else inside
        stem, dot, end = name.rpartition(".")
        if not end.isalpha():
            stem, dot, end = name, "", ""
        count, once = 1, name
        while once in taken:
            count += 1
            once = f"{stem} ({count}){dot}{end}"
        taken.add(once)
        return once

    for one in found:
        if isinstance(one, Found):
            one.shown = bare(one.shown)
        elif "path" in one.params:
            one.params["path"] = bare(str(one.params["path"]))


class Scan:
    """One run over some files; the finders live as long as it does, so that rotated parts read as one log."""

    def __init__(
        self,
        *,
        now: datetime,
        zone: tzinfo | None = None,
        since: float | None = None,
        until: float | None = None,
        year: int | None = None,
        clock_error: float = 0.0,
        say: Say | None = None,
        sinks: Sequence[Sink] = (),
        cache: Path | None = None,
    ) -> None:
        """`cache`: a folder for databases of patterns."""
        self._now, self._zone, self._year, self._clock_error = now, zone, year, clock_error
        self._since, self._until = since, until
        self._say = say or (lambda _: None)
        self._logins = LogIns()
        self._finders = kinds.finders()
        self._matcher = Matcher(kinds.patterns(), cache)
        listeners: list[Any] = [*self._finders, self._logins]
        self._listening = [(bits(*one.LISTENS), one) for one in listeners]
        self._skims = [finder.skim for finder in self._finders if hasattr(finder, "skim")]
        self._heard = 0
        for mask, _ in self._listening:
            self._heard |= mask
        self.report = Report()
        self._said = 0.0
        self._sinks = list(sinks)
        self._gathering = (
            Gathering(self._sinks, None if since is None and until is None else self._within) if self._sinks else None
        )

    def run(self, found: list[Found | Problem], skipped: dict[str, Problem] | None = None) -> Report:
        """Reads everything and answers; a file that cannot be read is told and costs only itself."""
        started = clock.perf_counter()
        files = [one for one in found if isinstance(one, Found)]
        self.report.not_read += [(str(p.params.get("path", "")), p) for p in found if isinstance(p, Problem)]
        total, done = sum(f.size for f in files), 0
        for one in files:
            self._tell(one.shown, done, total, force=True)
            if skipped and one.shown in skipped:
                self.report.not_read.append((one.shown, skipped[one.shown]))
            else:
                self._file(one, done, total)
            done += one.size
        for finder in self._finders:
            self.report.findings += finder.found()
            self.report.forgotten += finder.forgotten
        self.report.logins = self._logins.logins()
        self.report.forgotten += self._logins.forgotten
        rank = ("high", "medium", "low")
        self.report.findings.sort(key=lambda f: (rank.index(f.level), -f.events, f.kind))
        if self._gathering:
            self._gathering.flush()
        for sink in self._sinks:
            sink.finish(self.report)
        self.report.seconds = clock.perf_counter() - started
        self._tell("", total, total, force=True)
        return self.report

    def _file(self, found: Found, done: int, total: int) -> None:
        try:
            reading = Reading(found, now=self._now, zone=self._zone, year=self._year, clock_error=self._clock_error)
        except Problem as problem:
            self.report.not_read.append((found.shown, problem))
            return
        self.report.files.append(reading.report)
        events, lines = self.report.events, self.report.lines
        try:
            for chunk, tables in reading:
                for table in tables:
                    for event in self.events(chunk, table, found.shown):
                        for finder in self._who(event.tags):
                            finder.see(event)
                    if self._gathering:
                        self._gathering.add(chunk, table, found.shown)
                self.report.events = events + reading.report.events
                self.report.lines = lines + reading.report.lines
                self._tell(found.shown, done + min(reading.consumed, found.size), total)
        except Problem as problem:
            self.report.not_read.append((found.shown, problem))
        finally:
            reading.close()
            self.report.events = events + reading.report.events
            self.report.lines = lines + reading.report.lines

    def events(self, chunk: Chunk, table: Table, shown: str) -> Iterator[Event]:
        """The rows of a table that some finder listens to."""
        found = self._tags(table)
        for i, tags in enumerate(found) if any(found) else ():
            if tags & self._heard and self._within(table.times[i]):
                yield event_of(chunk, table, i, shown, tags)

    def _tags(self, table: Table) -> list[int]:
        found = list(table.tags) if table.tags is not None else [0] * len(table)
        for column, values in table.texts.items():
            more = self._matcher.tags(column, values)
            if any(more):
                found = [a | b for a, b in zip(found, more, strict=True)]
        for skim in self._skims:
            for row, tags in skim(table).items():
                found[row] |= tags
        return found

    def _who(self, tags: int) -> list[Any]:
        return [finder for mask, finder in self._listening if tags & mask]

    def _within(self, time: float) -> bool:
        return (self._since is None or time >= self._since) and (self._until is None or time < self._until)

    def _tell(self, path: str, done: int, total: int, *, force: bool = False) -> None:
        now = clock.monotonic()
        if force or now - self._said >= _EVERY:
            self._said = now
            self._say({"path": path, "done": done, "total": total, "events": self.report.events})


def event_of(chunk: Chunk, table: Table, i: int, shown: str, tags: int = 0) -> Event:
    """Row i of a table as an event that knows its file, line, byte offset and raw text."""
    row = table.rows[i]
    return Event(
        time=table.times[i],
        format=table.format,
        tags=tags,
        file=shown,
        line=chunk.first + row,
        offset=chunk.offset(row),
        raw=chunk.lines[row],
        **table.fields(i),
    )


def read_events(
    path: str | Path, *, now: datetime, zone: str | None = None, year: int | None = None
) -> Iterator[Event | Problem]:
    """Every event of the files under a path, in this process: for tests and tools, not for files from outside."""
    for found in walk([path]):
        if isinstance(found, Problem):
            yield found
            continue
        try:
            reading = Reading(found, now=now, zone=zone_of(zone), year=year)
        except Problem as problem:
            yield problem
            continue
        for chunk, tables in reading:
            for table in tables:
                for i in range(len(table)):
                    yield event_of(chunk, table, i, found.shown)
        reading.close()
