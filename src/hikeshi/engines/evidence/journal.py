"""The record of a collection where no casebook is at hand: lines as the casebook writes them, taken into it later."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor, Recorded, timestamp
from hikeshi.engines.ledger.line import FIRST_PREV, MAX_LINE, make_line, parse_line, storable

MOST, MOST_BYTES = 10_000, 32 << 20
"""Lines and bytes of a journal: it is one person's evening, and its reader must not be made to fill memory."""


def beside(package: Path) -> Path:
    """Where the journal of a package lies."""
    return package.with_name(package.name + ".journal")


class Journal:
    """Appends lines, each on the disk before it is acknowledged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._chain, self._prev, self._number, self._size = str(uuid4()), FIRST_PREV, 0, 0
        self._catch_up()

    def _catch_up(self) -> None:
        """Go on from the last line, also when another hand of the same evening has written since."""
        if not self.path.exists() or self.path.stat().st_size == self._size:
            return
        _drop_unfinished(self.path)
        for entry in read(self.path):
            self._chain, self._prev, self._number = entry.chain, entry.sha256, entry.number
        self._size = self.path.stat().st_size

    def append(self, kind: str, version: int, data: Mapping[str, Any], actor: Actor) -> None:
        """One line, in the form of docs/record-format.md."""
        self._catch_up()
        fields, _ = storable(
            {
                "actor": actor.to_json(),
                "chain": self._chain,
                "data": dict(data),
                "kind": kind,
                "number": self._number + 1,
                "recorded_at": timestamp(datetime.now(UTC)),
                "version": version,
            }
        )
        line = make_line(self._prev, fields)
        with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        self._prev, self._number, self._size = parse_line(line).sha256, self._number + 1, self._size + len(line)


def _drop_unfinished(path: Path) -> None:
    """Take off what a pulled plug left of a last line: it was never acknowledged, and the next line must begin anew."""
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        start = max(0, end - MAX_LINE - 1)
        file.seek(start)
        whole = file.read().rfind(b"\n")
        if start + whole + 1 < end and (whole >= 0 or start == 0):
            file.truncate(start + whole + 1)


def read(path: Path) -> list[Recorded]:
    """The lines of a journal, each joined to the one before it.

    Raises Problem("evidence.journal_broken", line=…) at the first that is not. A last line that was cut off by a
    pulled plug was never acknowledged, and is left out.
    """
    found: list[Recorded] = []
    prev = FIRST_PREV
    with path.open("rb") as file:
        for number in range(1, MOST + 2):
            raw = file.readline(MAX_LINE + 1)
            if not raw or (not raw.endswith(b"\n") and len(raw) <= MAX_LINE):
                return found
            try:
                line = parse_line(raw)
                entry = Recorded.from_fields(line.fields, line.sha256)
                right = (
                    line.prev == prev and entry.number == number <= MOST and file.tell() <= MOST_BYTES and _typed(entry)
                )
            except (Problem, KeyError, TypeError, ValueError):
                right = False
            if not right:
                raise Problem("evidence.journal_broken", path=str(path), line=number)
            found.append(entry)
            prev = line.sha256
    return found


def _typed(entry: Recorded) -> bool:
    """Whether the fields are what they should be: a journal may come from a hostile host."""
    texts = (entry.chain, entry.kind, entry.actor.id, entry.actor.name)
    return (
        all(isinstance(one, str) for one in texts)
        and type(entry.version) is int
        and isinstance(entry.data, dict)
        and entry.recorded_at.tzinfo is not None
    )


def is_journal(path: Path) -> bool:
    """Whether the file begins as a journal does."""
    with path.open("rb") as file:
        return file.read(66) == FIRST_PREV.encode() + b" {"
