"""A package as it was found: whole or not, what was altered, what it holds. Everything in it is from outside."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hikeshi.engines.common import limited
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence import journal

LIMITS = limited.Limits(memory=1 << 30, cpu=1800, wall=3600)


@dataclass(frozen=True)
class Package:
    """The state of a package. Names and texts are as hostile as the host they come from: show them escaped.

    `whole`: the collector came to its end. `altered`, `missing`, `unlisted`: against the package's own manifest;
    `refused`: what was not read at all, and why. `forged`: the manifest is not the one that the custody line names.
    `against_journal`: whether the file is the one that the journal beside it names; None without a journal.
    """

    path: Path
    sha256: str
    size: int
    form: str
    files: int
    bytes: int
    whole: bool
    forged: bool
    wrong: int
    manifest_sha256: str
    altered: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    package: dict[str, str] = field(default_factory=dict)
    items: list[dict[str, Any]] = field(default_factory=list)
    custody: list[dict[str, Any]] = field(default_factory=list)
    against_journal: bool | None = None

    @property
    def intact(self) -> bool:
        """Nothing is missing, nothing was changed, nothing had to be refused."""
        return self.whole and not self.wrong and not self.forged and self.against_journal is not False

    @property
    def failed(self) -> list[dict[str, Any]]:
        """The items that gave an error, were cut, or whose tool was not there."""
        return [item for item in self.items if item["exit"] or item["cut"]]

    @property
    def host(self) -> str:
        return self.package.get("host", "")

    def moment(self, name: str) -> datetime | None:
        """`started`, `ended` or `asked_at` as a moment; None when the package does not say it rightly."""
        try:
            found = datetime.fromisoformat(self.package.get(name, ""))
            return found.astimezone(UTC) if found.tzinfo else None
        except (ValueError, OverflowError):
            return None


def verify(path: Path, on_bytes: Callable[[int], None] | None = None) -> Package:
    """Examine a package, tar or zip, in the limited process. Raises Problem("evidence.not_a_package" | "common.…")."""
    if not path.is_file():
        raise Problem("common.not_found" if not path.exists() else "common.not_a_file", path=str(path))
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
    found = limited.run("hikeshi.engines.evidence.reading:examine", {"path": str(path.absolute())}, LIMITS, on_bytes)
    found["refused"] = [Problem(one["code"], **one["params"]) for one in found["refused"]]
    return Package(path=path, sha256=sha256, size=size, against_journal=_journal(path, sha256), **found)


def _journal(path: Path, sha256: str) -> bool | None:
    """Whether the journal beside a package names exactly this file."""
    lines = journal.beside(path)
    if not lines.is_file():
        return None
    named = [entry.data.get("sha256") for entry in journal.read(lines) if entry.kind == "collection.done"]
    return sha256 in named if named else None
