"""What a sending process was at when it died: one line before a message is handed over, one line after.

Lines are `begin <batch>`, `intent <number>` and `result <number> <state> <code>`. An intent is on the disk before the
message leaves; so after a crash an intent without a result is a message of which nobody knows whether it went.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail.smtp import Outcome

STATES = ("sent", "later", "failed", "open")


@dataclass(slots=True)
class Left:
    """What a journal tells of one batch: numbers with their outcome, and those begun whose end nobody wrote."""

    results: dict[int, tuple[str, int]] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)

    @property
    def unknown(self) -> set[int]:
        return self.begun - set(self.results)


class Journal:
    """The journal of the batch at work; a new batch begins a new one."""

    def __init__(self, path: Path, batch: str) -> None:
        self.path = path
        try:
            draft = path.with_suffix(".new")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(f"begin {batch}\n".encode())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            _sync_folder(path.parent)
            self._file: BinaryIO = path.open("ab", buffering=0)
        except OSError as error:
            raise Problem("mail.journal", path=str(path), why=error.strerror or str(error)) from error

    def intent(self, number: int) -> None:
        """On the disk before this returns. Problem("mail.journal") when it could not be: then nothing may be sent."""
        self._write(f"intent {number}\n")
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise Problem("mail.journal", path=str(self.path), why=error.strerror or str(error)) from error

    def result(self, number: int, outcome: Outcome) -> None:
        """Out of this process before it returns; the next intent brings it to the disk."""
        self._write(f"result {number} {outcome.state} {outcome.code}\n")

    def _write(self, line: str) -> None:
        raw = line.encode()
        try:
            if self._file.write(raw) != len(raw):
                raise OSError("short write")
        except OSError as error:
            raise Problem("mail.journal", path=str(self.path), why=error.strerror or str(error)) from error

    def close(self) -> None:
        self._file.close()


def left(path: Path, batch: str) -> Left | None:
    """What the journal tells of this batch; None when it tells nothing of it: then all of the batch is unknown."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return None
    if lines[0] != f"begin {batch}".encode():
        return None
    found = Left()
    for line in lines[1:-1]:  # after the last line end lies what was cut off: its write had not returned, nothing went
        words = line.decode("ascii", "replace").split()
        if len(words) == 2 and words[0] == "intent" and words[1].isdigit():
            found.begun.add(int(words[1]))
        elif len(words) == 4 and words[0] == "result" and words[1].isdigit() and words[2] in STATES:
            found.results[int(words[1])] = (words[2], int(words[3]) if words[3].isdigit() else 0)
            found.begun.add(int(words[1]))
    return found


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
