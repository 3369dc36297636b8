"""What the known events mean: action, outcome, who, from where and with what, as events.toml has it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ...flatten import first_of
from ...table import Columns, Same, Value

_FIELDS = ("user", "address", "destination", "process", "path", "target", "method", "detail")
_LONGEST = 2_000
_NOTHING = {"", "-", "N/A", "(null)", "%%1793"}
_SECURITY = {"Microsoft-Windows-Security-Auditing", "Security"}
_SUCCESS, _FAILURE = 0x0020_0000_0000_0000, 0x0010_0000_0000_0000


@dataclass(frozen=True, slots=True)
class Meaning:
    """`fields` maps a field of Event to the columns that may have it; "=text" is that text itself.

    "Data~expression" is what the expression's group finds in that column.
    """

    tag: str = ""
    failed: str = ""
    outcome: str = ""
    status: str = ""
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def column(self, columns: Columns, field: str, size: int) -> Sequence[Value] | None:
        names = dict(self.fields).get(field, ())
        if names and names[0].startswith("="):
            return Same(names[0][1:], size)
        parts = {name: _part(columns, *name.split("~", 1)) for name in names if "~" in name}
        found = first_of(columns | {n: p for n, p in parts.items() if p is not None} if parts else columns, *names)
        if found is None:
            return None
        if _NOTHING.isdisjoint(found):
            return found
        return [None if type(value) is str and value in _NOTHING else value for value in found]

    def outcomes(self, columns: Columns, size: int, provider: str) -> Sequence[Value]:
        """Never more than the events say: their own kind, their status, or the keywords of the Security log."""
        if self.outcome:
            return Same(self.outcome, size)
        statuses = columns.get(self.status) if self.status else None
        if statuses is not None:
            return ["unknown" if v is None else "success" if _zero(v) else "failure" for v in statuses]
        keywords = columns.get("Keywords") if provider in _SECURITY else None
        if keywords is None:
            return Same("unknown", size)
        if isinstance(keywords, Same):
            return Same(_of_keywords(keywords.value), size)
        known = {value: _of_keywords(value) for value in set(keywords)}
        return [known[value] for value in keywords]


def _part(columns: Columns, name: str, expression: str) -> list[Value] | None:
    """What an expression finds in the values of a column; several values are one a line."""
    values = columns.get(name)
    if values is None:
        return None
    find = re.compile(expression).search
    texts = ["\n".join(map(str, v)) if isinstance(v, tuple) else str(v or "") for v in values]
    return [match[1] if (match := find(text[:_LONGEST])) else None for text in texts]


@cache
def _table() -> tuple[dict[tuple[str, int], Meaning], dict[str, str], dict[str, str]]:
    raw = tomllib.loads((Path(__file__).parent / "events.toml").read_text("utf-8"))
    channels, keywords = raw.pop("channels"), raw.pop("keywords")
    known = {}
    for provider, events in raw.items():
        for number, said in events.items():
            fields = tuple(
                (name, (said[name],) if isinstance(said[name], str) else tuple(said[name]))
                for name in _FIELDS
                if name in said
            )
            texts = {key: said.get(key, "") for key in ("tag", "failed", "outcome", "status")}
            known[provider, int(number)] = Meaning(**texts, fields=fields)
    return known, channels, keywords


_UNKNOWN = Meaning(fields=(("user", ("SubjectUserName", "User", "TargetUserName", "Security_UserID")),))


def meaning(provider: str, channel: str, number: int) -> Meaning:
    """What the events of a provider with this number mean."""
    known, channels, _ = _table()
    # SQL Server's provider has the name of its instance: MSSQL$SQLEXPRESS.
    found = known.get(("MSSQLSERVER" if provider.startswith("MSSQL$") else provider, number))
    if found is None and not provider:
        found = known.get((channels.get(channel, ""), number))
        if found is None:  # numbers that only one provider uses: 7045, 1102, 104
            found = next((m for (_, n), m in known.items() if n == number and number in (7045, 1102)), None)
    return found or _UNKNOWN


def tags() -> set[str]:
    """Every tag that Windows events may carry."""
    return {tag for one in _table()[0].values() for tag in (one.tag, one.failed) if tag}


def _zero(value: Value) -> bool:
    text = str(value).lower()
    return text in ("0", "0x0", "0x00000000")


def _of_keywords(value: Value) -> str:
    text = str(value)
    if worded := _table()[2].get(text):
        return worded
    try:
        bits = int(text, 0)
    except ValueError:
        return "unknown"
    return "success" if bits & _SUCCESS else "failure" if bits & _FAILURE else "unknown"
