"""Opens what a person calls rules: a pack, or a folder or archive of YAML, compiled and kept for the next time."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from ...common.problem import Problem
from .files import rule_files
from .pack import COMPILER, NAME, VERSION, Pack, version_of


def open_rules(path: Path, cache: Path | None) -> Pack:
    """Raises Problem("logs.no_pack" | "logs.not_a_pack" | "logs.newer_pack" | "logs.no_rules" | …)."""
    if not path.exists():
        raise Problem("logs.no_pack", path=str(path))
    if is_pack(path):
        return Pack.read(path)
    from .build import build  # pySigma takes its time to load

    files = rule_files(path)
    kept = cache / "packs" / f"{_digest(files, path.name)}.pack" if cache else None
    if kept and kept.is_file():
        with suppress(Problem):  # half written, or of another version: it is made again
            return Pack.read(kept)
    pack = build(files, source=path.name)
    if kept:
        with suppress(OSError):
            pack.write(kept)
    return pack


def is_pack(path: Path) -> bool:
    """Whether this is a compiled pack, whole or not."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return path.suffix == ".pack"
    try:
        with zipfile.ZipFile(path) as archive:
            return NAME in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _digest(files: list[tuple[str, bytes]], source: str) -> str:
    """What a pack follows from: the rules and whose they are called, and what compiles them."""
    makers = "\n".join((f"{VERSION} {COMPILER}", version_of("hikeshi"), version_of("pysigma"), source))
    digest = sha256(makers.encode("utf-8", "replace") + b"\n")
    for name, content in files:
        digest.update(b"%s\n%d\n" % (name.encode("utf-8", "replace"), len(content)))
        digest.update(content)
    return digest.hexdigest()
