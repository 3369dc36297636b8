"""What the kit writes down, read back. Pure: no Django, no files, no clock."""

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

HEADER = "HIKESHI-KIT 1"
SIZE_LIMIT = 64 * 1024
LINES_LIMIT = 400
_LINE = re.compile(r"(\S{16,32}) \| (situation|card|note) \| ([a-z0-9-]{1,60}|-) \| (.*)")


@dataclass(frozen=True)
class Brought:
    """One line that was brought back: a tick, the situation, or a note."""

    what: Literal["situation", "card", "note"]
    name: str
    text: str
    at: dt.datetime | None


@dataclass(frozen=True)
class Reading:
    """What could be read of a text that was brought back. `odd`: how many lines could not."""

    lines: tuple[Brought, ...]
    odd: int
    genuine: bool


def read_back(text: str, now: dt.datetime) -> Reading:
    """Read what the kit wrote. A line that it cannot have written is counted, never guessed at.

    `now` (aware): a time after it is left out, since the phone's clock may be wrong.
    """
    found: list[Brought] = []
    odd = 0
    lines = text.replace("\r", "").lstrip("\ufeff").split("\n")
    genuine = bool(lines) and lines[0].strip() == HEADER
    for line in [one for one in lines if one.strip() and one.strip() != HEADER][:LINES_LIMIT]:
        match = _LINE.fullmatch(line.strip())
        if match is None:
            odd += 1
            continue
        moment, what, name, said = match.groups()
        found.append(Brought(what, name, _words(said) if what == "note" else said, _time(moment, now)))  # type: ignore[arg-type]
    odd += max(0, len(lines) - LINES_LIMIT - 2)
    return Reading(tuple(found), odd, genuine)


def _words(said: str) -> str:
    """A note is a JSON text, so that its line breaks fit into one line."""
    try:
        words = json.loads(said)
    except ValueError:
        return said
    return words if isinstance(words, str) else said


def _time(said: str, now: dt.datetime) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(said)
    except ValueError:
        return None
    if moment.tzinfo is None or moment > now + dt.timedelta(minutes=10) or moment.year < 2000:
        return None
    return moment


def conditions(when: tuple[str, ...], words: Mapping[str, Mapping[str, str]], lang: str) -> str:
    """The marks in words, each sentence once: 「お金が動いたとき」."""
    said = [words[mark][lang] for mark in when if mark in words]
    return ("／" if lang == "ja" else " / ").join(dict.fromkeys(said))
