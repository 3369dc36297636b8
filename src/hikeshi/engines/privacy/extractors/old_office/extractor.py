"""Old Word and PowerPoint files (doc, ppt) and encrypted Office documents: nothing is read, only told why."""

from __future__ import annotations

from collections.abc import Iterator

from ....common.problem import Problem
from ...ole import is_ole, streams
from ...pieces import Piece
from ...source import Source


def fits(source: Source) -> float:
    return 0.3 if is_ole(source.head) else 0.0


def read(source: Source) -> Iterator[Piece]:
    names = streams(source)
    if not names:
        yield Problem("privacy.broken", path=source.shown)
    elif names & {"EncryptedPackage", "EncryptionInfo"}:
        yield Problem("privacy.encrypted", path=source.shown)
    else:
        yield Problem("privacy.old_office", path=source.shown)
