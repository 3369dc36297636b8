"""Reading a data file of this room so that whoever wrote it is told the file and the key that are wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from hikeshi.engines.common.problem import Problem

LANGUAGES = ("ja", "en")


def parse(text: str, file: str) -> Table:
    """The file's root table; Problem notify.not_toml when it is none."""
    try:
        return Table(file, "", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Problem("notify.not_toml", file=file, place=str(error)) from None


class Table:
    """One table of a file. Every `take_…` uses a key up; `done()` objects to keys nobody asked for (misspellings)."""

    def __init__(self, file: str, place: str, data: dict[str, Any]) -> None:
        self.file = file
        self.place = place
        self.data = data
        self.used: set[str] = set()

    def wrong(self, key: str, expected: str) -> Problem:
        """`expected` is a form, not a sentence, so that it needs no translation."""
        return Problem("notify.wrong_value", file=self.file, key=self.path(key), expected=expected)

    def path(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def has(self, key: str) -> bool:
        return key in self.data

    def take(self, key: str) -> Any:
        self.used.add(key)
        if key not in self.data:
            raise Problem("notify.missing_key", file=self.file, key=self.path(key))
        return self.data[key]

    def take_text(self, key: str) -> str:
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, '"…"')
        return value

    def take_both(self, key: str) -> dict[str, str]:
        """A text in both languages: {ja = "…", en = "…"}."""
        value = self.take(key)
        if not isinstance(value, dict) or set(value) != set(LANGUAGES) or not all(_filled(v) for v in value.values()):
            raise self.wrong(key, '{ja = "…", en = "…"}')
        return {lang: value[lang] for lang in LANGUAGES}

    def take_choice(self, key: str, choices: Iterable[str]) -> str:
        value = self.take(key)
        allowed = list(choices)
        if value not in allowed:
            raise self.wrong(key, " | ".join(allowed))
        return str(value)

    def take_flag(self, key: str) -> bool:
        value = self.take(key)
        if not isinstance(value, bool):
            raise self.wrong(key, "true | false")
        return value

    def take_texts(self, key: str) -> tuple[str, ...]:
        value = self.take(key)
        if not isinstance(value, list) or not value or not all(_filled(v) for v in value):
            raise self.wrong(key, '["…", …]')
        return tuple(value)

    def take_day(self, key: str) -> date | None:
        """A TOML date, or None when the key is not there."""
        if not self.has(key):
            return None
        value = self.take(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(key, "YYYY-MM-DD")
        return value

    def take_table(self, key: str) -> Table:
        value = self.take(key)
        if not isinstance(value, dict):
            raise self.wrong(key, "{…}")
        return Table(self.file, self.path(key), value)

    def take_tables(self, key: str) -> list[Table]:
        value = self.take(key)
        if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
            raise self.wrong(key, "[[…]]")
        return [Table(self.file, f"{self.path(key)}[{n}]", v) for n, v in enumerate(value, 1)]

    def done(self) -> None:
        for key in self.data:
            if key not in self.used:
                raise Problem("notify.unknown_key", file=self.file, key=self.path(key))


def _filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
