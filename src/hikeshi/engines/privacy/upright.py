"""Sheets that stand upright: headings below each other in a column, what they name beside them (a customer's card)."""

from __future__ import annotations

from collections.abc import Sequence

from .headings import column_of

_LOOKED_AT = 3
_LEAST = 3
_MOST = 400
_BESIDE = 20
"""So many cells beside a heading are asked whether they are headings, too."""
Table = list[list[str]]


def laid_down(rows: Sequence[Sequence[str]]) -> Table | None:
    """The same with the headings in the first row and one person a row; None when the headings do not stand so."""
    if not _LEAST <= len(rows) < _MOST:
        return None
    for column in range(_LOOKED_AT):
        labelled = [n for n, row in enumerate(rows) if len(row) > column + 1 and _is_heading(row[column])]
        beside = sum(_is_heading(cell) for n in labelled for cell in rows[n][column + 1 : column + 1 + _BESIDE])
        kinds = {found.kind for n in labelled if (found := column_of(rows[n][column]))}
        if len(labelled) >= _LEAST and len(kinds) >= _LEAST and 2 * len(labelled) >= len(rows) and not beside:
            return _table(rows, column)
    return None


def _table(rows: Sequence[Sequence[str]], column: int) -> Table:
    """Where the first heading comes again another form begins; each cell beside the headings is one person's."""
    said = [row for row in rows if len(row) > column and row[column].strip()]
    headings = list(dict.fromkeys(row[column] for row in said))
    first = next(heading for heading in headings if _is_heading(heading))
    forms: list[dict[str, Sequence[str]]] = [{}]
    for row in said:
        if row[column] == first and first in forms[-1]:
            forms.append({})
        forms[-1].setdefault(row[column], row[column + 1 :])
    people = [headings]
    for form in forms:
        width = max((len(cells) for cells in form.values()), default=0)
        for n in range(width):
            cells = [form[heading][n] if n < len(form.get(heading, ())) else "" for heading in headings]
            if any(cells):
                people.append(cells)
    return people


def _is_heading(cell: str) -> bool:
    return 0 < len(cell) <= 40 and column_of(cell) is not None
