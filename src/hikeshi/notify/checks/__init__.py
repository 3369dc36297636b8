"""What may leave: a finished text, generated or corrected by hand, is held against the facts before it goes out.

Pure: no Django, no clock. Each folder of `notify/checks/` is one check, found by being there (docs/kinds/check.md).
It helps the reader and replaces nobody: a paraphrase of an untruth is seen by people alone.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from hikeshi import words
from hikeshi.notify.checks.reading import Hit, Line, Reading, hidden, normal, read

__all__ = ["Check", "Finding", "Hit", "Line", "Reading", "check", "kinds", "normal", "read", "texts"]

CHECKS = Path(__file__).parent


class Check(Protocol):
    """The code of one check. OVERRIDE: whether the leader may let such a finding pass with a written reason."""

    OVERRIDE: bool

    def hits(self, reading: Reading) -> Iterable[Hit]: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not leave as it stands: in which line (of 1), which words, by which check."""

    check: str
    line: int
    where: str
    words: str
    override: bool
    about: str = ""

    @property
    def id(self) -> str:
        """The same finding in the same line has the same id: what a written reason is bound to."""
        said = "\0".join((self.check, normal(self.where), normal(self.words)))
        return hashlib.sha256(said.encode()).hexdigest()[:24]

    def name(self, lang: str) -> str:
        return str(texts(self.check, lang)["name"])

    def why(self, lang: str) -> str:
        """Why this must not leave so."""
        return self._said("why", lang)

    def instead(self, lang: str) -> str:
        """What to write instead."""
        return self._said("instead", lang)

    def _said(self, what: str, lang: str) -> str:
        said = texts(self.check, lang)
        return words.fill(str(said.get(f"{what}_{self.about}", said[what])), {"words": self.words})


@cache
def kinds() -> dict[str, Check]:
    """Every check by the name of its folder."""
    names = sorted(file.parent.name for file in CHECKS.glob("*/check.py"))
    return {name: _code(name) for name in names}


def _code(name: str) -> Any:
    return importlib.import_module(f"hikeshi.notify.checks.{name}.check")


def texts(name: str, lang: str) -> Mapping[str, Any]:
    """The words of one check: what it looks for and what it says."""
    return words.texts(CHECKS / name, lang)


def check(reading: Reading) -> tuple[Finding, ...]:
    """Everything in this text that must not leave, in the order of its lines; the same words of a line once a check."""
    hits = [(name, code, hit) for name, code in kinds().items() for hit in code.hits(reading)]
    # What one check calls secret, no other shows.
    secrets = sorted({secret for _, _, hit in hits for secret in hit.hide}, key=len, reverse=True)
    found: dict[str, Finding] = {}
    for name, code, hit in hits:
        override = code.OVERRIDE if hit.override is None else hit.override
        where, said = hidden(hit.line.written, secrets), hidden(hit.words, secrets)
        if any(hit.words in secret for secret in secrets):
            said = "●●●●"
        finding = Finding(name, hit.line.number, where[:200], said[:120], override, hit.about)
        found.setdefault(finding.id, finding)
    return tuple(sorted(found.values(), key=lambda one: (one.line, one.check, one.words)))
