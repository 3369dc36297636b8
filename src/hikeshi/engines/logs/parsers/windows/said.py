"""What an event's message says, where an export holds nothing but the message: the Event Viewer's CSV and text.

The message is the data with names in the user's language, under headings that tell the caller from the one who signed
in ("Subject", "New Logon"); said.toml knows them. Only the first value of a name is taken: explanations follow.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ...flatten import Record
from .shapes import Facts, Plan, get

_LONGEST, _MOST_LINES, _LONGEST_NAME = 64_000, 200, 60
_LINE = re.compile(r"[ \t]*([^:：\n]{1,60}?)[ \t]*[:：](?!\\)[ \t]*(.*)", re.DOTALL)
_SCRIPT = r"\A(?:{})[^\n]*:[ \t]*\n(.*?)\n*^ScriptBlock ID:"
_NOTHING = {"", "-", "NULL SID", "%%1793"}
_SCRIPTS = "Microsoft-Windows-PowerShell"


@dataclass(frozen=True, slots=True)
class _Words:
    headings: dict[str, str]
    under: dict[str, str]
    plain: dict[str, str]
    own: tuple[tuple[str, frozenset[int], dict[str, str]], ...]
    channels: dict[str, str]
    shown: dict[str, str]
    names: frozenset[str]
    script: re.Pattern[str]


@cache
def _words() -> _Words:
    raw = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    own = tuple((one["provider"], frozenset(one.get("numbers", ())), _turned(one["names"])) for one in raw["own"])
    under, plain = _turned(raw["under"]), _turned(raw["plain"])
    names = {f"{part}{name}" for part in ("Subject", "Target", "Member") for name in raw["under"]} | set(raw["plain"])
    names |= {name for _, _, of in own for name in of.values()} - {"User", "Path", "Address", "AccountName"}
    begins = "|".join(map(re.escape, raw["script"]["begins"]))
    script = re.compile(_SCRIPT.format(begins), re.IGNORECASE | re.MULTILINE | re.DOTALL)
    return _Words(_turned(raw["headings"]), under, plain, own, raw["channels"], raw["shown"], frozenset(names), script)


def _turned(names: dict[str, list[str]]) -> dict[str, str]:
    return {_key(word): name for name, words in names.items() for word in words}


def _key(name: str) -> str:
    return "".join(name.split()).casefold()


def completed(record: Record, how: Plan, facts: Facts) -> tuple[Record, Facts]:
    """The record with what its message says, and its facts with the provider's own name and its only log."""
    words = _words()
    provider = words.shown.get(facts[0], facts[0])
    facts = (provider, facts[1] or words.channels.get(provider, ""), facts[2])
    data = any(type(value) is dict for name, value in record.items() if name != "TimeCreated")  # a date may be one
    if how.nested or data or not words.names.isdisjoint(record):
        return record, facts
    message = get(record, how.paths.get("message"))
    if type(message) is not str or len(message) > _LONGEST:
        return record, facts
    more = told(message, provider, facts[2])
    return (more | record if more else record), facts


def told(message: str, provider: str, number: int) -> dict[str, Any]:
    """The data of an event under its own names: {"TargetUserName": "hanako", "IpAddress": "203.0.113.9"}."""
    words = _words()
    if provider == _SCRIPTS:
        script = words.script.match(message.replace("\r\n", "\n"))
        return {"ScriptBlockText": script[1]} if script else {}
    own = {
        name: as_
        for known, numbers, names in words.own
        if known == provider and (not numbers or number in numbers)
        for name, as_ in names.items()
    }
    found: dict[str, Any] = {}
    part = ""
    for line in message.splitlines()[:_MOST_LINES]:
        match = _LINE.fullmatch(line)
        if match is None or len(match[1]) > _LONGEST_NAME:
            continue
        name, value = _key(match[1]), match[2].strip()
        if not value and not line[:1].isspace():  # a heading stands at the margin, with nothing behind it
            part = words.headings.get(name, "Plain")
            continue
        as_ = own.get(name) or words.plain.get(name) or _under(name, part, words)
        if as_ and value not in _NOTHING:
            found.setdefault(as_, value)
    return found


def _under(name: str, part: str, words: _Words) -> str:
    end = words.under.get(name)
    if end is None or part in ("", "Other", "Plain"):
        return ""
    if part == "Member":
        return {"UserSid": "MemberSid", "UserName": "MemberName"}.get(end, "")
    return f"{part}{end}"
