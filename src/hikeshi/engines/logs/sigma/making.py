"""Makes packs, in a process of its own: rules come from outside, too. And where the community's rules are kept."""

from __future__ import annotations

import os
import tempfile
import tomllib
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from platformdirs import user_data_dir

from ...common.limited import Limits, run
from ...common.problem import Problem

HOME = "https://github.com/SigmaHQ/sigma/releases/latest/download/sigma_all_rules.zip"
_LIMITS = Limits(memory=3 << 30, cpu=900, wall=1800)
_LARGEST, _PATIENCE = 64 << 20, 60


@dataclass(frozen=True, slots=True)
class Made:
    """A pack that was written. `refused` are those that could not be compiled: file, title, why."""

    path: str
    rules: int
    correlations: int
    atoms: int
    sha256: str
    refused: list[dict[str, str]]


def community() -> Path:
    """Where `rules update` puts the community's rules."""
    data = os.environ.get("HIKESHI_DATA") or user_data_dir("hikeshi", appauthor=False)
    return Path(data) / "rules" / "community.pack"


def make(source: Path, out: Path, *, placeholders: Path | None = None, limits: Limits = _LIMITS) -> Made:
    """Compiles a folder, zip or tar of Sigma rules into a pack; a pack that lay there stays until the new one is whole.

    Raises Problem("logs.no_rules" | "logs.rules_too_many" | "logs.bad_placeholders" | "logs.cannot_write" | …).
    """
    order = {"source": str(source), "out": str(out), "placeholders": _values(placeholders) if placeholders else {}}
    return Made(**run(f"{__package__}.making:work", order, limits))


def work(order: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Runs in the limited process."""
    from .build import build
    from .files import rule_files

    source, out = Path(order["source"]), Path(order["out"])
    pack = build(rule_files(source), placeholders=order["placeholders"], source=source.name)
    if not pack.rules:
        raise Problem("logs.no_rules", path=str(source))
    try:
        pack.write(out)
    except OSError as error:
        raise Problem("logs.cannot_write", path=str(out), why=error.strerror or "", exit=3) from error
    correlations = sum("correlation" in rule for rule in pack.rules)
    return {
        "path": str(out),
        "rules": len(pack.rules) - correlations,
        "correlations": correlations,
        "atoms": len(pack.atoms),
        "sha256": pack.sha256,
        "refused": pack.refused,
    }


def update(file: Path | None) -> Made:
    """The community's rules, from a file that a person brought, or from their home (the one thing here that dials out).

    Raises Problem("logs.rules_not_fetched"), and what `make` raises; the rules that were there stay then.
    """
    if file is not None:
        return make(file, community())
    with tempfile.TemporaryDirectory(prefix="hikeshi-rules-") as name:
        path = Path(name) / "sigma_all_rules.zip"
        path.write_bytes(_fetched(HOME))
        return make(path, community())


def _fetched(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:  # noqa: S310 - a constant, https
            content: bytes = answer.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        raise Problem("logs.rules_not_fetched", address=address) from error
    if len(content) > _LARGEST:
        raise Problem("logs.rules_not_fetched", address=address)
    return content


def _values(path: Path) -> dict[str, list[str]]:
    """Placeholder → values, from TOML or JSON."""
    try:
        content = path.read_bytes()
        data = orjson.loads(content) if path.suffix == ".json" else tomllib.loads(content.decode("utf-8"))
        if not isinstance(data, dict):
            raise ValueError("no table")
        return {str(name): list(map(str, some if isinstance(some, list) else [some])) for name, some in data.items()}
    except (OSError, ValueError) as error:
        raise Problem("logs.bad_placeholders", path=str(path), exit=2) from error
