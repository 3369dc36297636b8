"""A rule pack: one zip file with JSON inside. Data only; whoever opens it runs nothing from it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from ...common.problem import Problem
from .atoms import Atom

FORMAT, VERSION = "hikeshi.sigma-pack", 1
_LARGEST = 256 << 20
NAME = "pack.json"


@dataclass(slots=True)
class Pack:
    """Rules by number; a correlation comes after what it builds on. `source` says whose they are."""

    source: str
    atoms: list[Atom]
    rules: list[dict[str, Any]]
    refused: list[dict[str, str]] = field(default_factory=list)
    sha256: str = ""

    def write(self, path: Path) -> None:
        """The same rules give the same bytes."""
        data = {
            "format": FORMAT,
            "version": VERSION,
            "source": self.source,
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
            return cls(data["source"], atoms, data["rules"], data["refused"], hashlib.sha256(content).hexdigest())
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError, NotImplementedError) as error:
            raise Problem("logs.not_a_pack", path=str(path)) from error
