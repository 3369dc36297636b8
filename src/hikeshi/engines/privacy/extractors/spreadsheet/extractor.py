"""Excel tables (xlsx, xlsm, xlsb, xls) and OpenDocument ones: every sheet, hidden ones too, its cells as text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from ....common.problem import Problem
from ...ole import is_ole, streams
from ...packed import check
from ...pieces import Piece, Rows
from ...source import Source

_ROWS = 2000


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
    except python_calamine.PasswordError:
        raise Problem("privacy.encrypted", path=source.shown) from None
    except python_calamine.CalamineError:
        raise Problem("privacy.broken", path=source.shown) from None


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
