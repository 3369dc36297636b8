"""What is collected on each system, read from collectors/<os>/items.toml, and the script that is made of it."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from hikeshi.engines.common.problem import Problem

HERE = Path(__file__).parent
STAGES = ("volatile", "logs", "slow")
"""In the order of RFC 3227: what vanishes first, then logs, then what takes minutes."""
_NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")


@dataclass(frozen=True)
class Item:
    """One thing to take. `run` is a shell command; for `files` it gives paths, of which the first `most` are copied.

    `bytes` bounds what is kept of it (for `files`: of each file), `seconds` how long it may take.
    """

    name: str
    stage: Literal["volatile", "logs", "slow"]
    title: dict[str, str]
    run: str
    kind: Literal["output", "files"] = "output"
    seconds: int = 10
    bytes: int = 4_000_000
    most: int = 0


@dataclass(frozen=True)
class Collector:
    """Everything for one system: `os` is its folder, `system` what it is called, `script` the file that it becomes."""

    os: str
    system: str
    frame: str
    script: str
    items: tuple[Item, ...]

    def numbered(self) -> list[tuple[str, Item]]:
        """The items with their names in the package: 01-clock, 02-routes, …"""
        return [(f"{number:02d}-{item.name}", item) for number, item in enumerate(self.items, start=1)]

    def title(self, name: str, lang: str) -> str:
        """What an item of the package is called; its own name for one that is not known."""
        for numbered, item in self.numbered():
            if name in (numbered, item.name):
                return item.title[lang]
        return name


@cache
def collectors() -> dict[str, Collector]:
    """Every system that can be collected from, found by folder."""
    return {file.parent.name: _read(file) for file in sorted(HERE.glob("collectors/*/items.toml"))}


def collector(os: str) -> Collector:
    """The collector for a system. Raises Problem("evidence.no_such_system")."""
    try:
        return collectors()[os]
    except KeyError:
        raise Problem("evidence.no_such_system", os=os, known=", ".join(collectors()), exit=2) from None


def _read(file: Path) -> Collector:
    with file.open("rb") as stream:
        table = tomllib.load(stream)
    items = tuple(_item(one, file) for one in table["items"])
    if len({item.name for item in items}) != len(items):
        raise ValueError(f"{file}: one name twice")
    return Collector(file.parent.name, table["system"], table["frame"], table["script"], items)


def _item(table: dict[str, Any], file: Path) -> Item:
    item = Item(**{**table, "run": table["run"].strip("\n")})
    if not _NAME.fullmatch(item.name) or item.stage not in STAGES or set(item.title) != {"ja", "en"}:
        raise ValueError(f"{file}: {item.name}: name, stage or title is not as it must be")
    if (item.kind == "files") != bool(item.most):
        raise ValueError(f"{file}: {item.name}: `most` belongs to files, and only to them")
    return item


def script(
    os: str,
    *,
    stages: Sequence[str] = ("volatile", "logs"),
    settings: dict[str, str] | None = None,
    version: str = "",
) -> str:
    """The collector as one script that needs nothing else.

    `version` is that of the product, said in the package.
    `settings` (HIKESHI_WHO, HIKESHI_WHY, …) are set at its beginning, so that they need no environment to travel in.
    """
    made = collector(os)
    frame = (HERE / "frames" / made.frame).read_text(encoding="utf-8")
    lines = [_call(made, name, item) for name, item in made.numbered()]
    text = frame.replace("@ITEMS@", "\n".join(lines))
    for word, value in (("@VERSION@", version), ("@OS@", made.os), ("@STAGES@", " ".join(stages))):
        text = text.replace(word, value)
    if settings:
        head, _, rest = text.partition("\n")
        set_here = "".join(f"{name}={shlex.quote(_one_line(value))}\n" for name, value in settings.items())
        text = f"{head}\n{set_here}{rest}"
    return text


def _one_line(text: str) -> str:
    return "".join(" " if ord(c) < 32 else c for c in text)


def _call(made: Collector, name: str, item: Item) -> str:
    """One line of the script that takes an item."""
    said = json.dumps({"name": item.name, "command": item.run}, ensure_ascii=True)[1:-1]
    if made.frame.endswith(".ps1"):
        most = f" -Most {item.most}" if item.kind == "files" else ""
        head = f"Save-Item {_powershell(name)} {item.stage} {item.seconds} {item.bytes} {_powershell(said)}"
        return f"{head}{most} {{\n{item.run}\n}}"
    arguments = [name, item.stage, str(item.seconds), str(item.bytes), said, item.run]
    if item.kind == "files":
        arguments.append(str(item.most))
    return "    " + ("files" if item.kind == "files" else "item") + " " + " ".join(map(shlex.quote, arguments))


def _powershell(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
