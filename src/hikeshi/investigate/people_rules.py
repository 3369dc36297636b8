"""Which facts a count of people proposes. Pure: a person confirms each, and what was not examined is never a "no"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ITEMS = {
    "name": "name",
    "birth_date": "birth_date",
    "address": "address",
    "postal_code": "address",
    "phone": "phone",
    "email": "email",
    "password": "password",
    "card_number": "card_number",
    "bank_account": "bank_account",
    "my_number": "my_number",
}
"""Detector → code of the fact `data_items`; what has no code stands there in its own words."""
GRAVE = ("my_number", "special_care", "card_number", "password", "secret_key", "bank_account")
"""First on the page: one person may be enough for a duty."""
DATABASES = {"delimited", "spreadsheet", "sqlite", "sql_dump", "json_records", "ldif", "vcard", "wordpress"}
"""Formats in which people can be looked up: what they hold is personal data in the sense of Art. 16(3)."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fact that the count proposes; `ticked` when it is chosen beforehand; `why` is the code of its explanation."""

    key: str
    value: Any
    ticked: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """What proposals are made of. `kinds`: detector → (found, people); `left`: something was not examined."""

    at_least: int
    at_most: int
    kinds: Mapping[str, tuple[int, int]]
    formats: frozenset[str]
    left: bool


def proposals(counted: Counted, names: Mapping[str, str], known: Iterable[str] = ()) -> list[Proposal]:
    """The facts, in the order of the page. `names`: detector → its name; `known`: the items stated before.

    While something was not examined there is no upper bound: more people may be in it.
    """
    if not counted.kinds and not counted.at_most:
        return []
    made = []
    if counted.at_most:
        most = None if counted.left else counted.at_most
        made.append(
            Proposal("persons", {"at_least": counted.at_least, "at_most": most}, why="left" if counted.left else "")
        )
    found = [ITEMS.get(kind, names.get(kind, kind)) for kind in counted.kinds]
    if items := list(dict.fromkeys([*known, *found])):
        made.append(Proposal("data_items", items, why="items"))
    made.append(Proposal("media", ["electronic"]))
    if counted.at_most and counted.formats & DATABASES:
        made.append(Proposal("personal_data", True, why="database"))
    if "special_care" in counted.kinds:
        made.append(Proposal("sensitive", True, why="special_care"))
    if "card_number" in counted.kinds:
        made.append(Proposal("card_data", True, why="card_number"))
        made.append(Proposal("financial_harm", True, why="card_harm"))
    elif "password" in counted.kinds:
        made.append(Proposal("financial_harm", True, ticked=False, why="password"))
    if "my_number" in counted.kinds:
        made.append(Proposal("my_number", True, why="my_number"))
        if not counted.left:
            made.append(Proposal("mn_persons_max", _most(counted), why="mn_most"))
    return made


def _most(counted: Counted) -> int:
    """Nobody has two: there are no more people than numbers that were found."""
    return counted.kinds["my_number"][0]


def in_order(kinds: Iterable[tuple[str, int]]) -> list[str]:
    """Kinds as the page names them: the grave first, then by how many people they are of."""
    return [
        name
        for name, _people in sorted(
            kinds, key=lambda one: (GRAVE.index(one[0]) if one[0] in GRAVE else len(GRAVE), -one[1], one[0])
        )
    ]
