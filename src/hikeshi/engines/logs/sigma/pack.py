"""A rule pack: one zip file with JSON inside. Data only; whoever opens it runs nothing from it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson

from ...common.problem import Problem
from .atoms import Atom

FORMAT, VERSION = "hikeshi.sigma-pack", 2
COMPILER = 2
"""Raised whenever the same rules compile to something else: packs made before may miss what this version sees."""
_LARGEST = 256 << 20
NAME = "pack.json"


def maker() -> dict[str, Any]:
    """What compiles rules here."""
    return {"compiler": COMPILER, "pysigma": version_of("pysigma")}


def version_of(name: str) -> str:
    """The version of an installed package; empty where it runs from a folder of sources."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


@dataclass(slots=True)
class Pack:
    """Rules by number; a correlation comes after what it builds on. `source` says whose they are.

    `maker` is what compiled them: {"compiler": COMPILER, "pysigma": its version}; who wrote a rule is its `author`.
    """

    source: str
    atoms: list[Atom]
    rules: list[dict[str, Any]]
    refused: list[dict[str, str]] = field(default_factory=list)
    sha256: str = ""
    maker: dict[str, Any] = field(default_factory=lambda: maker())

    @property
    def old(self) -> bool:
        """Whether an earlier version of the compiler made it: from the same rules it would be another one today."""
        return bool(self.maker.get("compiler", 1) != COMPILER)

    def write(self, path: Path) -> None:
        """The same rules give the same bytes."""
        data = {
            "format": FORMAT,
            "version": VERSION,
            "source": self.source,
            "maker": self.maker,
            "atoms": [list(atom) for atom in self.atoms],
            "rules": self.rules,
            "refused": self.refused,
        }
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            archive.writestr(zipfile.ZipInfo(NAME), orjson.dumps(data), zipfile.ZIP_DEFLATED)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_bytes(content.getvalue())
        part.replace(path)
        self.sha256 = hashlib.sha256(content.getvalue()).hexdigest()

    @classmethod
    def read(cls, path: Path) -> Pack:
        """Raises Problem("logs.no_pack" | "logs.not_a_pack" | "logs.newer_pack")."""
        try:
            content = path.read_bytes()
        except OSError as error:
            raise Problem("logs.no_pack", path=str(path)) from error
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if archive.getinfo(NAME).file_size > _LARGEST:
                    raise ValueError("too large")
                data = orjson.loads(archive.read(NAME))
            if data["format"] != FORMAT:
                raise ValueError("another format")
            if data["version"] > VERSION:
                raise Problem("logs.newer_pack", path=str(path))
            atoms = [Atom(*row) for row in data["atoms"]]
            made_by = dict(data.get("maker", {}))
            digest = hashlib.sha256(content).hexdigest()
            return cls(data["source"], atoms, data["rules"], data["refused"], digest, made_by)
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError, NotImplementedError) as error:
            raise Problem("logs.not_a_pack", path=str(path)) from error
