"""SQL dumps of MySQL, MariaDB and PostgreSQL: INSERT … VALUES and COPY … FROM stdin as tables."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from ...pieces import Piece, Rows, Text
from ...source import Source

_BEGINS = re.compile(
    r"-- (?:MySQL|MariaDB|PostgreSQL) (?:database )?(?:cluster )?dump|^-- phpMyAdmin SQL Dump", re.M | re.I
)
_STATEMENT = re.compile(r"^(?:INSERT INTO|CREATE TABLE|COPY\s+\S+ \(.*FROM stdin)", re.M | re.I)
_INSERT = re.compile(
    r"\s*(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s+([`\"\w.\[\]]+)\s*(?:\(([^()]*)\))?\s*VALUES\s*", re.I
)
_CREATE = re.compile(r"\s*CREATE TABLE\s+(?:IF NOT EXISTS\s+)?([`\"\w.\[\]]+)\s*\(", re.I)
_COLUMN = re.compile(r"\s*(?:`([^`]+)`|\"([^\"]+)\"|\[([^\]]+)\]|(\w+))\s+\w", re.U)
_APART = re.compile(r"[^,()']++|'(?:[^'\\]|\\.|'')*+'|.", re.S)
_NO_COLUMN = re.compile(r"\s*(?:PRIMARY|UNIQUE|KEY|CONSTRAINT|INDEX|FULLTEXT|FOREIGN|CHECK)\b", re.I)
_COPY = re.compile(r"COPY\s+([\"\w.]+)\s*\(([^()]*)\)\s+FROM\s+stdin", re.I)
# A value: quoted (with '' and backslashes), or bare up to the next comma or bracket. Possessive: no way back.
_TOKEN = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<end>;)|,|(?:_\w+\s+|[EN])?'(?P<text>(?:[^'\\]|\\.|'')*+)'|(?P<bare>[^\s(),;'][^(),;']*+))",
    re.S,
)
_VALUE = r" ?(?:'[^'\\]*+(?:''[^'\\]*+)*+'|[^\s'(),;\\]++)"
_PLAIN = re.compile(rf"\s*+,?\s*+\(({_VALUE}(?:,{_VALUE})*+)\)")
"""A whole row of bare values and quoted ones without backslash, as nearly all are."""
_NULL_IN_QUOTES = re.compile("'null'", re.I)
_NULLS = frozenset(["NULL", "null", "Null"])
_ESCAPED = re.compile(r"\\(.)|''", re.S)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "0": "", "b": "", "Z": ""}
_ROWS = 1000
_PENDING = 32 << 20


def fits(source: Source) -> float:
    text = source.beginning[:65536]
    if _BEGINS.search(text[:2000]):
        return 0.9
    return 0.75 if source.name.endswith(".sql") and _STATEMENT.search(text) else 0.65 if _INSERT.match(text) else 0.0


def read(source: Source) -> Iterator[Piece]:
    columns: dict[str, tuple[str, ...]] = {}
    reading: tuple[str, tuple[str, ...]] | None = None
    copied: list[list[str]] = []
    creating = ""
    pending: list[str] = []
    size = 0
    for line in _lines(source):
        if reading:
            if line.startswith("\\.") or not line:
                yield Rows(reading[0], reading[1], list(copied))
                reading, copied = None, []
            else:
                cells = line.rstrip("\n").split("\t")
                copied.append([_copied(cell) for cell in cells] if "\\" in line else cells)
                if len(copied) >= _ROWS:
                    yield Rows(reading[0], reading[1], list(copied))
                    copied = []
            continue
        if creating and (_INSERT.match(line) or _COPY.match(line)):
            creating = ""  # what never ended must not swallow the data
        if pending:
            pending.append(line)
        elif creating:
            if not line.lstrip().startswith(")"):
                columns[creating] = (*columns.get(creating, ()), *_defined(line))
            if line.lstrip().startswith(")") or line.rstrip().endswith(";"):
                creating = ""
            continue
        elif found := _COPY.match(line):
            reading = (_bare(found[1]), _names(found[2]))
            continue
        elif found := _CREATE.match(line):
            creating = _bare(found[1])
            columns[creating] = _defined(line[found.end() :])
            if line.rstrip().endswith(";"):
                creating = ""
            continue
        elif _INSERT.match(line):
            pending, size = [line], 0
        elif line.startswith("--") or len(line) < 6:
            continue
        else:
            yield Text(line.encode("utf-8", "replace"))
            continue
        size += len(line)
        if line.rstrip().endswith(";") or size > _PENDING:
            yield from _inserted("".join(pending), columns)
            pending = []
    if reading and copied:
        yield Rows(reading[0], reading[1], copied)
    if pending:
        yield from _inserted("".join(pending), columns)


def _defined(text: str) -> tuple[str, ...]:
    """The columns that a part of CREATE TABLE defines, several on a line or one."""
    parts, depth = [""], 0
    for piece in _APART.findall(text):
        depth += (piece == "(") - (piece == ")")
        if depth < 0:
            break
        if piece == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    found = [_COLUMN.match(part) for part in parts if not _NO_COLUMN.match(part)]
    return tuple(next(filter(None, one.groups())) for one in found if one)


def _lines(source: Source) -> Iterator[str]:
    for text in source.texts():
        yield from (f"{line}\n" for line in text.split("\n"))


def _inserted(statement: str, columns: dict[str, tuple[str, ...]]) -> Iterator[Piece]:
    found = _INSERT.match(statement)
    if not found:
        return
    table = _bare(found[1])
    header = _names(found[2]) if found[2] else columns.get(table)
    rows: list[list[str]] = []
    for row in _rows(statement, found.end()):
        rows.append(row)
        if len(rows) >= _ROWS:
            yield Rows(table, header, rows)
            rows = []
    if rows:
        yield Rows(table, header, rows)


def _rows(statement: str, at: int) -> Iterator[list[str]]:
    """The rows of an INSERT: plain ones together by the reader of CSV, any other token by token."""
    csv.field_size_limit(_PENDING)
    plain = _NULL_IN_QUOTES.search(statement) is None
    while True:
        together: list[str] = []
        while plain and len(together) < _ROWS and (found := _PLAIN.match(statement, at)):
            together.append(found[1])
            at = found.end()
        for row in csv.reader(together, quotechar="'", skipinitialspace=True):
            yield ["" if cell in _NULLS else cell for cell in row]
        odd, at = _row(statement, at)
        if odd is None:
            return
        yield odd


def _row(statement: str, at: int) -> tuple[list[str] | None, int]:
    """The next row and where it ends; None where there is none any more."""
    row: list[str] = []
    depth = 0
    while token := _TOKEN.match(statement, at):
        if token.end() == at:
            break
        at = token.end()
        if token["open"]:
            depth += 1
            if depth == 1:
                row = []
        elif token["close"]:
            depth -= 1
            if depth == 0:
                return row, at
        elif token["end"] and depth <= 0:
            break
        elif depth and token["text"] is not None:
            row.append(_ESCAPED.sub(_unescaped, token["text"]))
        elif depth and token["bare"] is not None:
            bare = token["bare"].strip()
            row.append("" if bare.upper() == "NULL" else bare)
    return None, at


def _unescaped(found: re.Match[str]) -> str:
    return "'" if found[1] is None else _LETTERS.get(found[1], found[1])


def _copied(cell: str) -> str:
    if cell == "\\N":
        return ""
    return re.sub(r"\\(.)", lambda found: _LETTERS.get(found[1], found[1]), cell) if "\\" in cell else cell


def _bare(name: str) -> str:
    return name.replace("`", "").replace('"', "").rsplit(".", 1)[-1]


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip().strip('`"[]') for name in listed.split(","))
