"""A list of people as a table: CSV or TSV in any encoding of Japan, or XLSX; and which column is which."""
# words: data throughout, headings of columns

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hikeshi.engines.common import encodings, limited
from hikeshi.engines.common.problem import Problem

MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
MOST_BYTES = 30 << 20
FIELDS = ("name", "email", "postal_code", "address", "phone", "items", "records")
_HEADINGS: tuple[tuple[str, str], ...] = (
    ("email", r"e?-?mail(?:address)?|メール(?:アドレス)?|電子メール|アドレス"),
    ("postal_code", r"〒|郵便番号|zip(?:code)?|postal(?:code)?|postcode"),
    ("phone", r"(?:携帯|自宅|連絡先)?(?:電話(?:番号)?|tel)|phone(?:number)?|携帯(?:番号)?|mobile|telephone"),
    ("records", r"件数|記録(?:の)?(?:件)?数|レコード数|records?|count|numberofrecords|注文数"),
    (
        "items",
        r"項目|情報(?:の)?(?:項目|種類|内容)|対象(?:の)?(?:情報|項目|データ)|漏えい(?:した)?(?:情報|項目)|items?|data(?:items)?",
    ),
    ("address", r"(?:ご|自宅)?住所\d?|所在地|送付先|address\d?|street"),
    (
        "name",
        r"(?:お|ご)?(?:氏名|名前|宛名|芳名)|(?:お客様|顧客|会員|患者)(?:の)?(?:お|ご)?(?:氏名|名前|名)|name|fullname|customername|名|姓名",
    ),
)
_PATTERNS = tuple((field, re.compile(pattern)) for field, pattern in _HEADINGS)


def read(path: Path, name: str) -> list[list[str]]:
    """The rows of an uploaded list, its heading first. Read in a process of its own.

    Problems "mail.list_unreadable", "mail.list_too_large", "mail.list_empty".
    """
    bounds = limited.Limits(memory=2 << 30, cpu=60, wall=120)
    try:
        rows = limited.run("hikeshi.engines.mail.sheet:work", {"path": str(path), "name": name}, bounds)
    except Problem as problem:
        if problem.code.startswith("common.limited"):
            raise Problem("mail.list_unreadable", name=name, reason=problem.code) from problem
        raise
    return [[str(cell) for cell in row] for row in rows]


def work(arguments: dict[str, Any], _say: Any) -> list[list[str]]:
    """What the limited process does."""
    path, name = Path(arguments["path"]), arguments["name"]
    if path.stat().st_size > MOST_BYTES:
        raise Problem("mail.list_too_large", name=name, most=MOST_ROWS)
    with path.open("rb") as file:
        head = file.read(8)
    return _spreadsheet(path, name) if head[:4] in (b"PK\3\4", b"\xd0\xcf\x11\xe0") else typed(_decoded(path), name)


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    found = encodings.detect(raw[:65_536])
    return encodings.decode(raw[found.mark :], found.name) if not found.wide else raw[found.mark :].decode(found.name)


def _spreadsheet(path: Path, name: str) -> list[list[str]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = [book.get_sheet_by_index(n) for n in range(min(len(book.sheet_names), 20))]
        rows = next((found for one in sheets if (found := one.to_python(nrows=MOST_ROWS + 2))), [])
    except Exception as error:  # the reader of spreadsheets has no one exception; whatever it says, it is unreadable
        raise Problem("mail.list_unreadable", name=name, reason=str(error)[:200]) from None
    return _tidy([[_said(cell) for cell in row] for row in rows], name)


def _said(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def typed(text: str, name: str = "") -> list[list[str]]:
    """The rows of a text: commas, tabs or semicolons between the cells, whichever its first line has most of."""
    text = text.lstrip("\ufeff").replace("\0", "")
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max("\t,;", key=first.count) if any(mark in first for mark in "\t,;") else ","
    try:
        rows = list(_bounded(csv.reader(io.StringIO(text, newline=""), delimiter=mark)))
    except csv.Error as error:
        raise Problem("mail.list_unreadable", name=name, reason=str(error)) from None
    return _tidy(rows, name)


def _bounded(rows: Any) -> Any:
    for n, row in enumerate(rows):
        yield row
        if n > MOST_ROWS * 2:
            return


def _tidy(rows: Sequence[Sequence[str]], name: str) -> list[list[str]]:
    kept = [[_cell(cell) for cell in row[:MOST_COLUMNS]] for row in rows]
    kept = [row for row in kept if any(row)]
    if not kept:
        raise Problem("mail.list_empty", name=name)
    if len(kept) > MOST_ROWS + 1:
        raise Problem("mail.list_too_large", name=name, most=MOST_ROWS)
    width = max(map(len, kept))
    return [row + [""] * (width - len(row)) for row in kept]


def _cell(text: str) -> str:
    one = "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text)
    return one.strip()[:LONGEST_CELL]


def guess(row: Sequence[str]) -> list[str]:
    """For each column what its heading says it is ("" for what is not needed); each field once."""
    found = [""] * len(row)
    for n, cell in enumerate(row):
        said = re.sub(r"[\s_　:：*（）()]+", "", unicodedata.normalize("NFKC", cell)).lower()
        field = next((field for field, pattern in _PATTERNS if pattern.fullmatch(said)), "")
        if field and field not in found:
            found[n] = field
    return found


def has_heading(row: Sequence[str]) -> bool:
    """Whether the first row names columns: somebody's row has an address in it, a heading has none."""
    return any(guess(row)) and not any("@" in cell and "." in cell for cell in row)


def guess_by_cells(rows: Sequence[Sequence[str]]) -> list[str]:
    """Without a heading: the column with @ is the mail address, the first other one the name."""
    width = max((len(row) for row in rows), default=0)
    found = [""] * width
    for n in range(width):
        cells = [row[n] for row in rows[:50] if n < len(row) and row[n]]
        if cells and sum("@" in unicodedata.normalize("NFKC", cell) for cell in cells) * 2 > len(cells):
            found[n] = "email"
            break
    free = next((n for n, field in enumerate(found) if not field), None)
    if free is not None:
        found[free] = "name"
    return found
