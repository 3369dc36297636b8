"""Scenarios found by folder, and their injects with the world's words filled in.

A folder `web_intrusion` is the scenario "web-intrusion": `scenario.toml` (injects in order, texts in both languages),
`world.py` with `make(seed) -> World`, `logs.py` with `build(world) -> Logs`. See docs/kinds/scenario.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from hikeshi import words
from hikeshi.drill.worlds import JAPAN, Logs, World
from hikeshi.engines.common.problem import Problem

ROOT = Path(__file__).parent / "scenarios"
_AT = re.compile(r"(\w+)(?: ([+-]\d+)([dhm]))?$")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_WEEKDAYS = {"ja": tuple("月火水木金土日"), "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


@dataclass(frozen=True)
class Scenario:
    """A scenario: its name on the command line and its folder."""

    id: str
    folder: Path

    @property
    def data(self) -> dict[str, Any]:
        return _read(self.folder / "scenario.toml")

    def name(self, lang: str) -> str:
        return words.pick(self.data["name"], lang)

    def about(self, lang: str) -> str:
        return words.pick(self.data["about"], lang)

    def world(self, seed: int) -> World:
        made: World = import_module(f"{__package__}.scenarios.{self.folder.name}.world").make(seed)
        return made

    def logs(self, world: World) -> Logs:
        made: Logs = import_module(f"{__package__}.scenarios.{self.folder.name}.logs").build(world)
        return made


@dataclass(frozen=True)
class Inject:
    """One thing that happens: when, which act, by whom, and what the act needs, in one language."""

    at: datetime
    do: str
    title: str
    who: str
    given: Mapping[str, Any]


def found() -> dict[str, Scenario]:
    """Every scenario by its name."""
    folders = sorted(path.parent for path in ROOT.glob("*/scenario.toml"))
    return {folder.name.replace("_", "-"): Scenario(folder.name.replace("_", "-"), folder) for folder in folders}


def scenario(name: str) -> Scenario:
    """The scenario of this name; raises Problem("drill.no_such_scenario")."""
    known = found()
    if name not in known:
        raise Problem("drill.no_such_scenario", name=name, known=", ".join(known), exit=2)
    return known[name]


def injects(chosen: Scenario, world: World, lang: str) -> list[Inject]:
    """The injects in their order, filled with what is true in this world."""
    teller = Teller(world, lang)
    made = []
    for raw in chosen.data["inject"]:
        given = {name: value for name, value in raw.items() if name not in ("at", "do", "title", "who")}
        title = teller.filled(raw["title"])
        made.append(Inject(teller.moment(raw["at"]), raw["do"], title, raw.get("who", "owner"), teller.filled(given)))
    return made


class Teller:
    """Fills texts of a scenario: {ja, en} is chosen, `{name}` is filled, "=name" is a value, "@moment" a time.

    In texts, `{at_known}` is a moment as a person says it and `{day_known}` its day.
    """

    def __init__(self, world: World, lang: str) -> None:
        self.world, self.lang = world, lang
        self.names: dict[str, object] = dict(world.values)
        self.names |= {name: pair[lang] for name, pair in world.spoken.items()}
        for name, moment in world.moments.items():
            self.names[f"at_{name}"] = said(moment, lang)
            self.names[f"day_{name}"] = said_day(moment, lang)

    def filled(self, value: Any) -> Any:
        """The value with everything chosen and filled."""
        if isinstance(value, dict):
            if set(value) == {"ja", "en"}:
                return self.filled(value[self.lang])
            return {name: self.filled(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.filled(inner) for inner in value]
        if not isinstance(value, str):
            return value
        if value.startswith("="):
            return self.world[value[1:]]
        if value.startswith("@"):
            return self.moment(value[1:])
        return words.fill(value, self.names)

    def moment(self, text: str) -> datetime:
        """`known`, or `known +2d`, `known -30m`."""
        match = _AT.match(text)
        if match is None or match[1] not in self.world.moments:
            raise ValueError(f"no such moment: {text!r}")
        after = timedelta(**{_UNITS[match[3]]: int(match[2])}) if match[2] else timedelta()
        return self.world.moments[match[1]] + after


def said_day(moment: datetime, lang: str) -> str:
    """3月7日（土） / Sat 7 March."""
    moment = moment.astimezone(JAPAN)
    weekday = _WEEKDAYS[lang][moment.weekday()]
    if lang == "ja":
        return f"{moment.month}月{moment.day}日（{weekday}）"  # words: data, a date
    return f"{weekday} {moment.day} {moment:%B}"


def said(moment: datetime, lang: str) -> str:
    """3月7日（土）2時14分 / Sat 7 March, 02:14."""
    moment = moment.astimezone(JAPAN)
    if lang == "ja":
        return f"{said_day(moment, lang)}{moment.hour}時{moment.minute:02}分"  # words: data, a time
    return f"{said_day(moment, lang)}, {moment:%H:%M}"


@cache
def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
