"""What other rooms may ask of the kit: the file itself, and taking back what was ticked on it."""

import datetime as dt
from typing import Any

from django.utils import timezone

from hikeshi.casebook import services as casebook
from hikeshi.contain import services as contain
from hikeshi.kit import building, rules
from hikeshi.kit.tools import ZIP_NAME as TOOLS_NAME
from hikeshi.kit.tools import packed as tools_zip
from hikeshi.kit.tools import tools
from hikeshi.prepare import services as prepare

__all__ = ["FILE_NAME", "TOOLS_NAME", "build", "read_back", "take_in", "tools", "tools_zip"]

FILE_NAME = "hikeshi-kit.html"


def build(workspace: Any | None = None, *, today: dt.date | None = None) -> bytes:
    """The kit as one HTML file; with a workspace its contacts stand in it, else blank lines to write on.

    A workspace for drills makes a kit that says 訓練.
    """
    if workspace is None:
        return building.build({}, today=today)
    contacts = {lang: prepare.contacts(workspace, lang) for lang in building.LANGUAGES}
    return building.build(contacts, name=workspace.name, today=today, drill=workspace.drill)


def read_back(text: str) -> rules.Reading:
    """What the kit's text says."""
    return rules.read_back(text, timezone.now())


def take_in(case: Any, actor: Any, reading: rules.Reading, *, lang: str) -> int:
    """Put what was done with the kit into the record: ticks as answers, notes as notes. How many lines were taken.

    A card that the record has an answer to already keeps it; the tick then joins as a note.
    """
    deck = contain.shelf().deck
    given, notes = [], []
    situations = tuple(dict.fromkeys(line.name for line in reading.lines if line.what == "situation"))
    known = tuple(name for name in situations if name in deck.situations)
    if known:
        first = next(line for line in reading.lines if line.what == "situation")
        given.append(contain.Given("first-look", "seen", known, occurred_at=first.at, from_draft=True))
    for line in reading.lines:
        if line.what == "card" and line.name in deck.cards:
            given.append(contain.Given(line.name, "seen", occurred_at=line.at, from_draft=True))
        elif line.what != "situation" or line.name not in deck.situations:
            notes.append(line)
    count = contain.adopt(case, actor, given, lang=lang)
    for line in notes:
        casebook.add_note(case, line.text or line.name, actor, occurred_at=line.at, step="S1.2")
    return count + len(notes)
