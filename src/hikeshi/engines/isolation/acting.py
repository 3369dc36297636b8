"""The four verbs: what the platform's script is asked to do, and what came of it."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from pathlib import Path
from typing import Any

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.isolation.answer import Report, read
from hikeshi.engines.isolation.places import Local, Place
from hikeshi.engines.isolation.plan import Plan

PLATFORMS = Path(__file__).parent / "platforms"


@cache
def platform(system: str) -> Any:
    """The platform of this system (`linux`, `darwin`, `win32`), found by folder. Raises isolation.wrong_system."""
    for folder in sorted(PLATFORMS.iterdir()):
        if (folder / "platform.py").is_file():
            module = importlib.import_module(f"hikeshi.engines.isolation.platforms.{folder.name}.platform")
            if system in module.SYSTEMS:
                return module
    raise Problem("isolation.wrong_system", where="localhost", detail=system, step="-")


def act(verb: str, place: Place, plan: Plan | None = None, *, folder: str | None = None) -> Report:
    """`on`, `confirm`, `off` or `status` at a place; a far host is a Linux one, which the script checks there.

    Raises Problems of this engine; after `isolation.link_lost` and `isolation.no_answer` the host's state is not known
    here: ask its status.
    """
    chosen = platform("linux" if place.remote else sys.platform)
    folder = folder or chosen.FOLDER
    text = chosen.text(verb, plan or Plan(), folder)
    report = read(place.run(text, chosen.SHELL), verb, place.name)
    report.undo = chosen.by_hand(report.folder or folder)
    return report


def script(system: str, verb: str, plan: Plan) -> str:
    """What would run there, for who wants to read it first."""
    return str(platform(system).text(verb, plan, platform(system).FOLDER))


def carried(system: str) -> tuple[str, str]:
    """The name and text of the script that is carried to a machine of this system on a stick."""
    return platform(system).CARRIED, str(platform(system).carried())


__all__ = ["Local", "act", "carried", "platform", "script"]
