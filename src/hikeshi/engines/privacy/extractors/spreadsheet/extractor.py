"""Excel tables (xlsx, xlsm, xlsb, xls) and OpenDocument ones: every sheet, hidden ones too, its cells as text; of xlsx
comments, text boxes and files within, too."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from ....common.problem import Problem
from ...markup import Tags, pieces
from ...ole import Compound, is_ole, streams
from ...packed import check, inside, member_texts
from ...pieces import Piece, Rows
from ...source import Source

_ROWS = 2000
_BESIDE = re.compile(r"xl/(?:comments|threadedComments|drawings)/?[^/]*\.xml")
TAGS = Tags(
    ends=frozenset({"comment", "threadedcomment", "xdr:sp", "a:p", "a:br"}),
    cells=frozenset(),
    rows=frozenset(),
    blank=frozenset(),
)
_FILEPASS = 0x2F


def fits(source: Source) -> float:
    if source.members:
        excel = "xl/workbook.xml" in source.members or "xl/workbook.bin" in source.members
        return 0.9 if excel or ("content.xml" in source.members and source.name.endswith(".ods")) else 0.0
    if is_ole(source.head):
        return 0.9 if streams(source) & {"Workbook", "Book"} else 0.0
    return 0.0


def read(source: Source) -> Iterator[Piece]:
    import python_calamine

    if source.members:
        check(source)
    try:
        book = python_calamine.load_workbook(source.file())
        for number, name in enumerate(book.sheet_names):
            rows: list[list[str]] = []
            for row in book.get_sheet_by_index(number).iter_rows():
                cells = [_text(cell) for cell in row]
                if any(cells):
                    rows.append(cells)
                if len(rows) >= _ROWS:
                    yield Rows(f"{number} {name}", None, list(rows))
                    rows = []
            if rows:
                yield Rows(f"{number} {name}", None, list(rows))
        if source.members:
            for name, texts in member_texts(source, _BESIDE):
                yield from pieces(texts, TAGS, name)
            yield from inside(source)
    except python_calamine.PasswordError:
        raise Problem("privacy.encrypted", path=source.shown) from None
    except python_calamine.CalamineError:
        # Of a locked xls it says no more than that it knows no such format.
        code = "privacy.encrypted" if _locked(source) else "privacy.broken"
        raise Problem(code, path=source.shown) from None


def _locked(source: Source) -> bool:
    """Whether an xls has a password: FilePass of [MS-XLS] is among the first records of its workbook."""
    if not is_ole(source.head):
        return False
    inside = Compound(source)
    book, at = b"".join(inside.read(name) for name in inside.names() if name in ("Workbook", "Book")), 0
    for _ in range(20):
        if len(book) < at + 4:
            break
        kind, size = struct.unpack_from("<HH", book, at)
        if kind == _FILEPASS:
            return True
        at += 4 + size
    return False


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool) or cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
