"""Finds the services in `accounts/<service>/`: `account.toml` (steps, places on the web, sources) and the words.

Every step has a place; every service has proof before it revokes. A secret is never a field. See docs/kinds/account.md.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
LANGUAGES = ("ja", "en")
# What an account opens, most first: mail resets all others, the domain carries the mail, the server carries the site.
OPENS = ("mail", "name", "server", "site", "machine", "money", "books", "shop", "social")
PHASES = ("proof", "revoke", "verify")
# What a step is about: the traces and the ways back in.
ABOUT = frozenset(
    re.findall(
        r"[a-z-]+",
        """sessions history forwarding app-passwords apps recovery two-step passkeys keys people password payout orders
        sent changes logs files contract stop use""",
    )
)
SECRET = re.compile(r"secret|passphrase|passcode|(^|_)pin($|_)|token|password|credential", re.I)


class AccountError(ValueError):
    """A service's file says something that cannot be right. The message names the file and the place in it."""


@dataclass(frozen=True)
class Step:
    """One thing to do at one place. `url`: the address as text, empty where it is a menu, a paper or a machine.

    `done_by`: the steps of the program (engines/accounts) that together do and see this one.
    """

    id: str
    phase: str
    about: str
    url: str = ""
    command: str = ""
    done_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """Where a step comes from. `read`: the passage it stands for was read; else it is practice or second-hand."""

    url: str
    read: bool
    checked: str


@dataclass(frozen=True)
class StepWords:
    """What to do and exactly where; `attach`: the proof that a verifying step leaves."""

    do: str
    place: str
    attach: str = ""


@dataclass(frozen=True)
class Words:
    """A service in one language."""

    name: str
    opens: str
    steps: Mapping[str, StepWords]
    dont: tuple[str, ...]
    help: str
    sources: Mapping[str, str]


@dataclass(frozen=True)
class Account:
    """One service. `stop_first`: one telephone call stops it without a password, so a suspicion comes before all.

    `also`: other names under which the preparation may know it.
    """

    id: str
    opens: str
    by: str
    steps: tuple[Step, ...]
    help_url: str
    sources: Mapping[str, Source]
    words: Mapping[str, Words]
    help_phone: str = ""
    stop_first: bool = False
    also: tuple[str, ...] = ()

    def phase(self, name: str) -> tuple[Step, ...]:
        """The steps of one phase, in their order."""
        return tuple(step for step in self.steps if step.phase == name)

    @property
    def read(self) -> bool:
        """Whether every source was read in the original."""
        return all(source.read for source in self.sources.values())


@cache
def services(root: Path = ROOT) -> Mapping[str, Account]:
    """All services, read once, by what they open and then by name."""
    found = [_account(path.parent) for path in sorted(root.glob("*/account.toml"))]
    found.sort(key=lambda one: (OPENS.index(one.opens), one.id))
    return {one.id: one for one in found}


@cache
def _sayings() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return _read(ROOT / "words.toml")


def said(group: str, code: str, lang: str) -> str:
    """The words of a code: `said("reason", "opens_all", "ja")`; groups: reason, ending, phase, answer, opens."""
    return _sayings()[group][code][lang]


def _account(folder: Path) -> Account:
    path = folder / "account.toml"
    data = _known(path, "", _read(path), {"opens", "by", "stop_first", "also", "help", "sources", *PHASES})
    if data.get("opens") not in OPENS or data.get("by") not in ("hand", "program"):
        raise AccountError(f"{path}: opens is one of {', '.join(OPENS)}; by is hand or program")
    steps = tuple(_step(path, phase, item) for phase in PHASES for item in data.get(phase, []))
    for phase in PHASES:
        if not any(step.phase == phase for step in steps):
            raise AccountError(f"{path}: there is no [[{phase}]]; proof, then revoke, then verify")
    names = [step.id for step in steps]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise AccountError(f"{path}: more than one step is called {', '.join(twice)}")
    help_at = _known(path, "help", data.get("help", {}), {"url", "phone"})
    sources = {name: _source(path, name, item) for name, item in data.get("sources", {}).items()}
    if not sources:
        raise AccountError(f"{path}: names no source")
    return Account(
        id=folder.name,
        opens=data["opens"],
        by=data["by"],
        steps=steps,
        help_url=_web(path, "help", help_at.get("url", "")),
        help_phone=help_at.get("phone", ""),
        sources=sources,
        words={lang: _words(folder / f"{lang}.toml", steps, sources) for lang in LANGUAGES},
        stop_first=data.get("stop_first", False),
        also=tuple(data.get("also", ())),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AccountError(f"{path}: {error}") from error


def _known(path: Path, where: str, item: Any, allowed: set[str]) -> dict[str, Any]:
    """Only known keys; a misspelt key must not pass in silence, and a place for a secret must not exist."""
    if not isinstance(item, dict):
        raise AccountError(f"{path}: {where}: is no table")
    for key in item:
        if key not in allowed:
            hint = "a secret is never a field" if SECRET.search(key) else f"known are {', '.join(sorted(allowed))}"
            raise AccountError(f"{path}: {where} {key}: not known; {hint}")
    return dict(item)


def _web(path: Path, where: str, url: Any) -> str:
    if not isinstance(url, str) or (url and not re.fullmatch(r"https://[a-z0-9.-]+(/[^\s\"<>]*)?", url)):
        raise AccountError(f"{path}: {where}: url is an https address or absent")
    return url


def _step(path: Path, phase: str, item: Any) -> Step:
    taken = _known(path, phase, item, {"id", "about", "url", "command", "done_by"})
    name = taken.get("id", "")
    if not re.fullmatch(r"[a-z][a-z0-9-]*", str(name)) or taken.get("about") not in ABOUT:
        raise AccountError(f"{path}: {phase} {name}: id is in small letters, about one of {', '.join(sorted(ABOUT))}")
    url = _web(path, f"{phase} {name}", taken.get("url", ""))
    return Step(name, phase, taken["about"], url, taken.get("command", ""), tuple(taken.get("done_by", ())))


def _source(path: Path, name: str, item: Any) -> Source:
    taken = _known(path, f"sources.{name}", item, {"url", "read", "checked"})
    if not isinstance(taken.get("read"), bool) or not isinstance(taken.get("checked"), dt.date):
        raise AccountError(f"{path}: sources.{name}: needs read (true or false) and checked (a day)")
    return Source(_web(path, f"sources.{name}", taken.get("url", "")), taken["read"], taken["checked"].isoformat())


def _words(path: Path, steps: tuple[Step, ...], sources: Mapping[str, Source]) -> Words:
    data = _known(path, "", _read(path), {"name", "opens", "dont", "help", "sources", *PHASES})
    words: dict[str, StepWords] = {}
    for phase in PHASES:
        said = _known(path, phase, data.get(phase, {}), {step.id for step in steps if step.phase == phase})
        words |= {name: _step_words(path, phase, name, item) for name, item in said.items()}
    if missing := [step.id for step in steps if step.id not in words]:
        raise AccountError(f"{path}: no words for {', '.join(missing)}")
    told = data.get("sources", {})
    if set(told) != set(sources):
        raise AccountError(f"{path}: [sources] {sorted(told)} are not those of account.toml")
    for key in ("name", "opens", "dont", "help"):
        if not data.get(key):
            raise AccountError(f"{path}: {key} is missing")
    return Words(data["name"], data["opens"], words, tuple(data["dont"]), data["help"], told)


def _step_words(path: Path, phase: str, name: str, item: Any) -> StepWords:
    taken = _known(path, f"{phase}.{name}", item, {"do", "place", "attach"})
    needed = ("do", "place", "attach") if phase == "verify" else ("do", "place")
    if set(taken) != set(needed) or not all(isinstance(text, str) and text.strip() for text in taken.values()):
        raise AccountError(f"{path}: {phase}.{name}: needs {', '.join(needed)}, and nothing else")
    return StepWords(**taken)
