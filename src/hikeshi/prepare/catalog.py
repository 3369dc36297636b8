"""The kinds of contact, device and data (kinds.toml) and the texts of the plan (texts/), read once. No Django."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hikeshi import words

HERE = Path(__file__).parent
Both = Mapping[str, str]


@dataclass(frozen=True)
class ContactKind:
    """Somebody to call. `needs`: "phone", or "reach" (telephone, mail or page); `hint`, `web`, `mail`: a start."""

    id: str
    rank: int
    needs: str
    name: Both
    what: Both
    task: Both
    why: Both
    help: bool = False
    many: bool = False
    optional: bool = False
    clause: str = ""
    hint: Both | None = None
    web: str = ""
    mail: str = ""


@cache
def _kinds() -> dict[str, Any]:
    return tomllib.loads((HERE / "kinds.toml").read_text(encoding="utf-8"))


@cache
def contact_kinds() -> dict[str, ContactKind]:
    """Every kind of contact by its id, in the plan's order."""
    return {row["id"]: ContactKind(**row) for row in _kinds()["contact"]}


@cache
def names(table: str) -> dict[str, Both]:
    """Ids and names of kinds.toml's `device` or `data`."""
    return {row["id"]: row["name"] for row in _kinds()[table]}


def name_of(table: str, kind: str, lang: str) -> str:
    """The name of a kind; a kind that a later file no longer has stands for itself."""
    both = contact_kinds()[kind].name if table == "contact" and kind in contact_kinds() else names_or_none(table, kind)
    return both[lang] if both else kind


def names_or_none(table: str, kind: str) -> Both | None:
    return None if table == "contact" else names(table).get(kind)


def texts(lang: str) -> Mapping[str, Any]:
    """The words of the plan and of the readiness page."""
    return words.texts(HERE / "texts", lang)
