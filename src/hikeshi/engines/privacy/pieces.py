"""What an extractor makes of a file: blocks of a table, text, a file inside the file, or why a part was not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..common.problem import Problem


@dataclass(slots=True)
class Rows:
    """Some rows of a table. `header` is None when the table does not say: it is then looked for in the first rows."""

    table: str
    header: tuple[str, ...] | None
    rows: Sequence[Sequence[str]]


@dataclass(slots=True)
class Text:
    """Whole lines of text in UTF-8 (what is damaged in it does not matter).

    `writer` is who wrote it, (name, e-mail), where the file says so: a signature of that name is that person's.
    """

    data: bytes
    writer: tuple[str, str] | None = None


@dataclass(slots=True)
class Inner:
    """A file in the file: an attachment."""

    name: str
    data: bytes


Piece: TypeAlias = Rows | Text | Inner | Problem
