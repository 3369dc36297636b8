"""Facts as documents need them, and the vocabulary that names them: facts.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from hikeshi.engines.paper.model import Lang, Span, Status, Text


class FactLike(Protocol):
    """What a document needs of a fact; the casebook's facts have it."""

    @property
    def value(self) -> Any: ...
    @property
    def status(self) -> str: ...
    @property
    def text(self) -> str: ...


Facts = Mapping[str, FactLike]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as plain data. `status`: confirmed, suspected, unknown or refuted; `text`: free words beside the value."""

    value: Any = None
    status: str = "unknown"
    text: str = ""
    recorded_at: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A fact as it may be printed. `lines` carry the marker each; `status` is how sure the whole is."""

    lines: tuple[str, ...]
    status: Status

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def known(self) -> bool:
        """True if the fact says something, surely or not."""
        return self.status != "unknown"

    @property
    def span(self) -> Text:
        """For a document: the words with their status, so that the page can mark them."""
        return (Span(self.text, status=self.status),)


@cache
def vocabulary() -> dict[str, dict[str, Any]]:
    """The facts' types and names: facts.toml."""
    return tomllib.loads((Path(__file__).resolve().parents[2] / "facts.toml").read_text(encoding="utf-8"))


def label(key: str, lang: Lang) -> str:
    """The name of a fact."""
    return str(vocabulary()[key][lang])
