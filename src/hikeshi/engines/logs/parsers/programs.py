"""What programs of all kinds say of log-ins, in logs whose product nobody knows: programs.toml has the sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from ..flatten import Record
from ..mapped import text_at
from ..table import Columns, Value
from .meanings import toml

_DATA = toml(Path(__file__).with_suffix(".toml"))
_FAILED, _WORKED = (re.compile("|".join(_DATA[name]), re.IGNORECASE) for name in ("failed", "worked"))
_USER, _ADDRESS = (re.compile(_DATA["said"][name], re.IGNORECASE) for name in ("user", "address"))
_COLUMNS = _DATA["columns"]
_LOGIN, _ENDED_ILL, _ENDED_WELL, _FINE, _ILL = (
    re.compile(_COLUMNS[name], re.IGNORECASE) for name in ("login", "failed", "worked", "fine", "ill")
)
_SAYS: tuple[str, ...] = tuple(_DATA["says"])
_LONGEST = 400


def login(record: Record) -> str:
    """ "success" or "failure" where the record tells of a log-in that ended so; else ""."""
    for name in _SAYS:
        said = record.get(name)
        if type(said) is str and said:
            said = said[:_LONGEST]
            if _FAILED.search(said):
                return "failure"
            if _WORKED.search(said):
                return "success"
    return _in_columns(record)


def _in_columns(record: Record) -> str:
    """The same where one column says that it was a log-in, and another how it ended."""
    if not any(type(said := record.get(name)) is str and _LOGIN.match(said[:_LONGEST]) for name in _COLUMNS["what"]):
        return ""
    for names, ill, well in ((_COLUMNS["ended"], _ENDED_ILL, _ENDED_WELL), (_COLUMNS["level"], _ILL, _FINE)):
        for name in names:
            said = record.get(name)
            if type(said) is bool:
                return "success" if said else "failure"
            if type(said) is str and said:
                if ill.match(said):
                    return "failure"
                if well.match(said):
                    return "success"
    return ""


def outcome(record: Record) -> str:
    return login(record) or "unknown"


def action(name: str, otherwise: Sequence[str] = ()) -> Callable[[Record], str]:
    """What a record is: app.login, else what itself calls it in one of these fields, else `name`."""

    def of(record: Record) -> str:
        return "app.login" if login(record) else text_at(record, *otherwise) or name

    return of


def who(users: Sequence[str], addresses: Sequence[str]) -> Callable[[Columns, Sequence[Record]], Columns]:
    """Fills the user and address of log-ins out of the sentence, where none of these fields says them."""

    def rename(columns: Columns, records: Sequence[Record]) -> Columns:
        logins = [bool(login(one)) for one in records]
        if any(logins):
            for name, fields, rule in (("user.name", users, _USER), ("source.ip", addresses, _ADDRESS)):
                found: list[Value] = [
                    text_at(one, *fields).strip("-") or _said(one, rule) if told else None
                    for one, told in zip(records, logins, strict=True)
                ]
                if name not in columns and any(found):
                    columns[name] = found
        return columns

    return rename


def _said(record: Record, rule: re.Pattern[str]) -> str | None:
    for name in _SAYS:
        said = record.get(name)
        if type(said) is str and (match := rule.search(said[:_LONGEST])):
            return match[1].rstrip(".:,")
    return None
