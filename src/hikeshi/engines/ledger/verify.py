"""Check the lines of a chain as they stream by: of any length, in bounded memory.

The chain alone shows what was edited, deleted, reordered or inserted. What leaves a chain whole (cut short, written
anew with new hashes, another last entry) shows only against a checkpoint that was kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.checkpoint import Checkpoint
from hikeshi.engines.ledger.line import FIRST_PREV, MAX_LINE, line_sha256, parse_line

MAX_FINDINGS = 1000
"""More are counted, not kept: a file full of rubbish must not fill the memory."""


@dataclass
class Report:
    """What a check found. ``lines``, ``size`` (bytes) and ``head`` (SHA-256 of the last line) describe the chain."""

    findings: list[Problem] = field(default_factory=list)
    unlisted: int = 0
    lines: int = 0
    size: int = 0
    head: str = FIRST_PREV
    chain: str | None = None
    covered: int = 0
    """Lines up to here agree with a checkpoint."""

    @property
    def intact(self) -> bool:
        return not self.findings

    def add(self, code: str, **params: object) -> None:
        """Note a finding; what comes after MAX_FINDINGS is counted."""
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Problem(code, **params))
        else:
            self.unlisted += 1


class _Seen(NamedTuple):
    """A line as it stands in the file: ``place`` counts from 1; ``number`` is None when it could not be read."""

    place: int
    number: int | None
    prev: str
    sha256: str
    chain: object
    end: int


def read_lines(streams: Iterable[BinaryIO]) -> Iterator[bytes]:
    """The lines of files laid end to end. Of a line that is too long only its beginning comes, without a LF."""
    for stream in streams:
        while line := stream.readline(MAX_LINE + 1):
            yield line
            rest = line
            while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
                rest = stream.readline(MAX_LINE + 1)


def check_lines(lines: Iterable[bytes], checkpoints: Sequence[Checkpoint] = ()) -> Report:
    """Check a whole chain from its first line on, against any number of checkpoints kept elsewhere.

    Checkpoints are taken at their word: whether they are signed, and by whom, is for the caller to ask before.
    """
    check = _Check(checkpoints)
    before: _Seen | None = None
    for seen in check.read(lines):
        if before is not None:
            check.judge(before, seen)
        before = seen
    if before is not None:
        check.judge(before, None)
    return check.finish()


class _Check:
    def __init__(self, checkpoints: Sequence[Checkpoint]) -> None:
        self.report = Report()
        # The trunk is the lines that follow each other; strays are those set aside.
        self.number, self.head = 0, FIRST_PREV
        self.last: _Seen | None = None
        self.rival: _Seen | None = None
        """A stray that claimed the number of the trunk's last line; the next line tells which of them it follows."""
        self.missing: list[tuple[int, int, int]] = []
        self.strays: list[_Seen] = []
        self.broken: set[int] = set()
        self.waiting = sorted(checkpoints, key=lambda c: (c.number, c.at))
        self._meet_checkpoints(0)

    def read(self, lines: Iterable[bytes]) -> Iterator[_Seen]:
        report = self.report
        for place, raw in enumerate(lines, start=1):
            report.lines = place
            report.size += len(raw)
            try:
                line = parse_line(raw)
            except Problem as problem:
                report.add(problem.code, **{**problem.params, "line": place})
                self._mark(place)
                report.head = line_sha256(raw)
                yield _Seen(place, None, "", report.head, None, report.size)
                continue
            report.head = line.sha256
            number = line.fields.get("number")
            if type(number) is not int or number < 1:
                report.add("ledger.line_without_number", line=place)
                self._mark(place)
                number = None
            yield _Seen(place, number, line.prev, line.sha256, line.fields.get("chain"), report.size)

    def judge(self, line: _Seen, after: _Seen | None) -> None:
        """Decide where a line belongs, knowing the one after it."""
        due = self.number + 1
        rivalled = after is not None and after.number == due and after.prev == self.head and after.sha256 != line.sha256
        if line.number is None:
            if not rivalled:
                self._follow(line, due)
        elif line.number == due:
            if rivalled:
                self._set_aside(line)
                self.rival = line
                return
            self._ask_link(line)
            self._follow(line, due)
        elif rivalled:
            self._set_aside(line)
        elif after is not None and after.number == due + 1:
            self._edited(line.place)
            self._follow(line, due)
        elif line.number > due:
            if len(self.missing) < MAX_FINDINGS:
                self.missing.append((due, line.number - 1, line.place))
            else:
                self.report.unlisted += 1
            self._follow(line, line.number)
        else:
            self._set_aside(line)

    def _ask_link(self, line: _Seen) -> None:
        if line.prev == self.head:
            return
        if self.rival is not None and self.last is not None and line.prev == self.rival.sha256:
            # Of two lines with one number this one follows the one set aside: the other was the intruder.
            self.strays = [self.last if stray is self.rival else stray for stray in self.strays]
        else:
            self._edited(self.last.place if self.last else line.place)

    def _follow(self, line: _Seen, number: int) -> None:
        if line.chain is not None:
            if self.report.chain is None and isinstance(line.chain, str):
                self.report.chain = line.chain
            elif line.chain != self.report.chain:
                self.report.add("ledger.other_chain", line=line.place, chain=str(line.chain)[:200])
        self.number, self.head, self.last = number, line.sha256, line
        if self.rival is not None and self.rival.number != number:
            self.rival = None
        self._meet_checkpoints(line.end)

    def _set_aside(self, line: _Seen) -> None:
        if len(self.strays) < MAX_FINDINGS:
            self.strays.append(line)
        else:
            self.report.unlisted += 1

    def _edited(self, place: int) -> None:
        if place not in self.broken:
            self._mark(place)
            self.report.add("ledger.edited", line=place)

    def _mark(self, place: int) -> None:
        """Remember that this line was found wanting already, so that one fault is told once."""
        self.broken.add(place)
        if len(self.broken) > MAX_FINDINGS:
            self.broken = {kept for kept in self.broken if kept > place - 10}

    def _meet_checkpoints(self, size: int) -> None:
        while self.waiting and self.waiting[0].number <= self.number:
            checkpoint = self.waiting.pop(0)
            if checkpoint.number < self.number:
                continue  # its line is missing, which is said elsewhere
            # A checkpoint counts all bytes before it; after a gap or an insertion that sum says nothing new.
            if checkpoint.head != self.head or (checkpoint.size != size and not self._disturbed()):
                place = self.last.place if self.last else 0
                self.report.add("ledger.not_as_signed", line=place, number=checkpoint.number, since=self.report.covered)
            else:
                self.report.covered = checkpoint.number
            if self.report.chain is not None and checkpoint.chain != self.report.chain:
                self.report.add("ledger.checkpoint_of_another_chain", chain=checkpoint.chain)

    def _disturbed(self) -> bool:
        return bool(self.report.findings or self.missing or self.strays)

    def finish(self) -> Report:
        moved = self._moved_from_the_end()
        for stray in self.strays:
            number = stray.number or 0
            gap = next((gap for gap in self.missing if gap[0] <= number <= gap[1]), None)
            if gap is not None:
                self.missing.remove(gap)
                pieces = [(gap[0], number - 1, gap[2]), (number + 1, gap[1], gap[2])]
                self.missing.extend(piece for piece in pieces if piece[0] <= piece[1])
            code = "ledger.reordered" if gap is not None or stray in moved else "ledger.inserted"
            self.report.add(code, line=stray.place, number=number)
        for first, last, place in self.missing:
            self.report.add("ledger.deleted", line=place, first=first, last=last)
        for checkpoint in self.waiting:
            self.report.add("ledger.cut_short", line=self.report.lines, number=checkpoint.number, last=self.number)
        self.report.findings.sort(key=lambda problem: int(str(problem.params.get("line", 0))))
        return self.report

    def _moved_from_the_end(self) -> list[_Seen]:
        """Strays that rightly follow the trunk's last line: they only stood too early."""
        moved: list[_Seen] = []
        while True:
            fits = [s for s in self.strays if s.number == self.number + 1 and s.prev == self.head]
            if not fits:
                return moved
            moved.append(fits[0])
            self._follow(fits[0], self.number + 1)
