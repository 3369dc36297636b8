"""Whom to call from a card: the prepared number first, else the public desk, else where to find the number."""

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class Number:
    """One line of the help line component. `phone` may be empty; `note` then says where to find it."""

    kind: str
    name: str
    phone: str = ""
    role: str = ""
    hours: str = ""
    note: str = ""
    url: str = ""
    verified: dt.date | dt.datetime | None = None


class Contacts(Protocol):
    """What this room needs of the preparation: `prepare.services.contacts(workspace, lang)`."""

    def __call__(self, workspace: Any, lang: str | None = None) -> list[dict[str, Any]]: ...


@cache
def book() -> Mapping[str, Any]:
    """phonebook.toml, read once."""
    return tomllib.loads(Path(__file__).with_name("phonebook.toml").read_text(encoding="utf-8"))


def public(lang: str) -> list[Number]:
    """The desks that anybody may call."""
    return [_unprepared(kind, lang) for kind, item in book().items() if item.get("phone")]


def by_kind(kinds: Iterable[str], prepared: Iterable[Mapping[str, Any]], lang: str) -> dict[str, list[Number]]:
    """For each kind the prepared numbers, else one line that names the public desk or where to find the number."""
    known = [contact for contact in prepared if contact.get("phone")]
    return {
        kind: _of(kind, [contact for contact in known if contact["kind"] in prepared_kinds(kind)], lang)
        for kind in kinds
    }


def _of(kind: str, known: list[Mapping[str, Any]], lang: str) -> list[Number]:
    """The prepared numbers; the public desk as well where it always answers (`always`), or when nothing is prepared."""
    found = [_prepared(kind, contact) for contact in known]
    desk = _unprepared(kind, lang)
    if not found or (book()[kind].get("always") and desk.phone not in {number.phone for number in found}):
        found.append(desk)
    return found


def prepared_kinds(kind: str) -> tuple[str, ...]:
    """The kinds of contact in the preparation that answer for this kind of card number."""
    return tuple(book()[kind]["prepared"])


def numbers(kinds: Iterable[str], prepared: Iterable[Mapping[str, Any]], lang: str) -> list[Number]:
    """The numbers for these kinds, in their order. `prepared`: contacts with kind, name, phone, hours, verified."""
    found = [number for numbers in by_kind(kinds, prepared, lang).values() for number in numbers]
    # A card that knows one number to call need not tell where another might be found.
    return [one for one in found if one.phone] or found


def _prepared(kind: str, contact: Mapping[str, Any]) -> Number:
    return Number(
        kind=kind,
        name=contact.get("name", ""),
        phone=contact["phone"],
        role=contact.get("person") or contact.get("kind_name", ""),
        hours=contact.get("hours", ""),
        verified=contact.get("verified"),
    )


def _unprepared(kind: str, lang: str) -> Number:
    item = book()[kind]
    return Number(
        kind=kind,
        name=item["name"][lang],
        phone=item.get("phone", ""),
        hours=item.get("hours", {}).get(lang, ""),
        note=item.get("find", {}).get(lang, ""),
        url=item.get("url", ""),
        verified=item.get("checked"),
    )
