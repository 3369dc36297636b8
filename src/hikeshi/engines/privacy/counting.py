"""The count itself, as it runs in the limited process: files in, pieces through the detectors, records to people."""

from __future__ import annotations

import gc
import hashlib
import io
import time as clock
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..common.mynumber import masked
from ..common.problem import Problem
from ..common.walk import Caps, Found, shown, walk
from . import kinds
from .packed import check
from .people import People
from .pieces import Inner, Rows, Text
from .record import Record
from .report import File, Kind, Report
from .signing import signed
from .source import Readable, Source
from .tables import Table
from .texts import Scanner

Say = Callable[[dict[str, Any]], None]
_EVERY = 0.2
_NESTED = 3
_TABLES = 256
"""Tables of a file whose columns are remembered: a folder of mails has some in each mail."""
_MEMBER = 256 << 20
_OFFICE = ("word/document.xml", "xl/workbook.xml", "xl/workbook.bin", "ppt/presentation.xml", "mimetype")


def work(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """Runs in the limited process: an order as JSON in, a report as JSON out, progress said on the way."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)  # rows are many small lists without cycles
    skipped = {path: Problem(code, **params) for path, code, params in order["skipped"]}
    found = list(walk(order["paths"], Caps(**order.get("caps", {})), is_document))
    if order.get("inside"):
        found = [_within(one, Path(order["inside"])) for one in found]
    return Counting(say, hashes=bool(order.get("hashes"))).run(found, skipped).to_wire()


def _within(one: Found | Problem, folder: Path) -> Found | Problem:
    if isinstance(one, Problem) or one.path.resolve().is_relative_to(folder):
        return one
    return Problem("common.not_a_file", path=one.shown)


def is_document(names: list[str]) -> bool:
    """Whether a zip of these names is one document."""
    return any(name in _OFFICE for name in names)


class Counting:
    """One count over some files."""

    def __init__(self, say: Say | None = None, *, hashes: bool = False) -> None:
        self._hashes = hashes
        self._say = say or (lambda _: None)
        self._said = 0.0
        self._scanner = Scanner()
        self._people = People(kinds.detector_names())
        self.report = Report()

    def run(self, found: list[Found | Problem], skipped: dict[str, Problem] | None = None) -> Report:
        """Reads everything and answers; a file that cannot be read is told and costs only itself."""
        started = clock.perf_counter()
        files = [one for one in found if isinstance(one, Found)]
        for problem in (one for one in found if isinstance(one, Problem)):
            self._not_examined(str(problem.params.get("path", "")), problem)
        total, done = sum(f.size for f in files), 0
        for one in files:
            self._tell(one.shown, done, total, force=True)
            if skipped and one.shown in skipped:
                self._not_examined(one.shown, skipped[one.shown])
            else:
                self._file(one, done, total)
            done += one.size
        if self._hashes:
            self._hash(files, total)
        self.report.bytes = total
        self._sum_up()
        self.report.seconds = clock.perf_counter() - started
        self._tell("", total, total, force=True)
        return self.report

    def _file(self, one: Found, done: int, total: int) -> None:
        try:
            stream = one.open()
        except Problem as problem:
            self._not_examined(one.shown, problem)
            return
        with stream:
            plain = not stream.layers and "!" not in one.shown
            for _ in self._read(one.shown, stream, one.path if plain else None, 0):
                self._tell(one.shown, done + min(stream.consumed, one.size), total)

    def _hash(self, files: list[Found], total: int) -> None:
        """Each file on the disk once, archives as a whole."""
        for path in dict.fromkeys(one.path for one in files):
            try:
                with path.open("rb") as file:
                    digest = hashlib.sha256()
                    while block := file.read(1 << 20):
                        digest.update(block)
                        self._tell(shown(path), total, total)
                    self.report.hashed.append((masked(shown(path))[0], digest.hexdigest(), file.tell()))
            except OSError:
                continue  # gone meanwhile: it has no hash, and was told when it could not be read

    def _read(self, shown: str, stream: Readable, path: Any, depth: int) -> Iterator[None]:
        """Reads one file, yielding after each piece; what is wrong with it becomes a reason in the report."""
        number = self._people.file()
        found: Counter[str] = Counter()
        entry: File | None = None
        source: Source | None = None
        try:
            source = Source(shown, stream, path)
            if not source.head:
                raise Problem("privacy.empty", path=shown)
            form, extractor = kinds.best(source)
            if extractor is None and source.members:
                yield from self._unzip(shown, source, depth)
                return
            if extractor is None:
                raise Problem("privacy.unknown_format", path=shown)
            entry = File(masked(shown)[0], form)
            tables: dict[str, Table] = {}
            for piece in extractor.read(source):
                if isinstance(piece, Problem):
                    entry.examined = False
                    self._not_examined(shown, piece)
                elif isinstance(piece, Text):
                    records = self._scanner.records(piece.data, found)
                    self._take(number, signed(records, piece) if piece.writer else records)
                elif isinstance(piece, Rows):
                    table = tables.pop(piece.table, None) or Table(piece.header, self._scanner, found, piece.table)
                    tables[piece.table] = table
                    if len(tables) > _TABLES:
                        del tables[next(iter(tables))]  # read longest ago
                    for block in table.blocks(piece.rows):
                        self._people.add_block(number, block)
                else:
                    yield from self._inner(shown, piece, depth)
                yield None
        except Problem as problem:
            if entry:
                entry.examined = False
            self._not_examined(shown, problem)
        except MemoryError:
            raise
        except Exception:  # readers raise what their many parts raise; whatever it is, this file was not read whole
            if entry:
                entry.examined = False
            self._not_examined(shown, Problem("common.archive_broken", path=shown))
        finally:
            if source:
                source.close()
        if entry and (entry.examined or found):
            entry.kinds = {kind: Kind(count) for kind, count in found.items()}
            self.report.files.append(entry)
            self._people.name(number, len(self.report.files) - 1)

    def _unzip(self, shown: str, source: Source, depth: int) -> Iterator[None]:
        """A zip in a zip or in a mail: each file in it, within the bounds of a document."""
        check(source)
        with zipfile.ZipFile(source.file()) as archive:
            for info in archive.infolist():
                if info.file_size > _MEMBER:
                    name = f"{shown}!{info.filename}"
                    self._not_examined(name, Problem("privacy.too_large", path=name, limit=_MEMBER))
                elif not info.is_dir():
                    yield from self._inner(shown, Inner(info.filename, archive.read(info)), depth)

    def _inner(self, shown: str, piece: Inner, depth: int) -> Iterator[None]:
        name = f"{shown}!{piece.name}"
        if depth >= _NESTED:
            self._not_examined(name, Problem("common.archive_nested", path=name))
            return
        yield from self._read(name, io.BytesIO(piece.data), None, depth + 1)

    def _take(self, number: int, records: Iterator[Record]) -> None:
        for record in records:
            self._people.add(number, record)

    def _not_examined(self, path: str, problem: Problem) -> None:
        path = masked(path)[0]
        params = {**problem.params, **({"path": path} if "path" in problem.params else {})}
        self.report.not_examined.append((path, Problem(problem.code, **params)))

    def _sum_up(self) -> None:
        answer = self._people.count()
        self.report.people = answer.people
        for number, file in enumerate(self.report.files):
            for kind, entry in file.kinds.items():
                entry.people = answer.by_file.get((number, kind), 0)
                whole = self.report.kinds.setdefault(kind, Kind())
                whole.found += entry.found
        for kind, whole in self.report.kinds.items():
            whole.people = answer.by_kind.get(kind, 0)

    def _tell(self, path: str, done: int, total: int, *, force: bool = False) -> None:
        now = clock.monotonic()
        if force or now - self._said >= _EVERY:
            self._said = now
            self._say({"path": path, "done": done, "total": total})
