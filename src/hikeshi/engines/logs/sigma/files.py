"""Where rules come from: a folder, a zip or a tar. Names in an archive are never paths; sizes are bounded."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ...common.problem import Problem

_SUFFIXES = (".yml", ".yaml")
_LARGEST, _MOST, _ALL = 1 << 20, 50_000, 256 << 20


def rule_files(path: Path) -> list[tuple[str, bytes]]:
    """(name, content) of every YAML file, by name. Raises Problem("logs.no_rules" | "logs.rules_too_many")."""
    found: list[tuple[str, bytes]] = []
    size = 0
    try:
        for name, content in _all(path):
            size += len(content)
            if len(found) >= _MOST or size > _ALL:
                raise Problem("logs.rules_too_many", path=str(path))
            found.append((name, content))
    except (OSError, zipfile.BadZipFile, tarfile.TarError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Problem("logs.no_rules", path=str(path)) from error
    if not found:
        raise Problem("logs.no_rules", path=str(path))
    return sorted(found)


def _all(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            name = file.relative_to(path).as_posix()
            if _is_rule(name) and file.is_file() and not file.is_symlink() and file.stat().st_size <= _LARGEST:
                yield name, file.read_bytes()
    elif _is_rule(path.name):
        with path.open("rb") as stream:
            yield path.name, stream.read(_LARGEST)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if _is_rule(info.filename) and not info.is_dir() and info.file_size <= _LARGEST:
                    with archive.open(info) as member:
                        yield info.filename, member.read(_LARGEST)
    else:
        with tarfile.open(path) as tar:
            for entry in tar:
                if _is_rule(entry.name) and entry.isreg() and entry.size <= _LARGEST:
                    opened = tar.extractfile(entry)
                    if opened:
                        yield entry.name, opened.read(_LARGEST)


def _is_rule(name: str) -> bool:
    """YAML that may be a rule: not what a project keeps for its own workings, or beside rules to test them."""
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") for part in parts)
    apart = {"regression_data", "tests", "deprecated", "unsupported", "rules-placeholder"} & set(parts)
    return name.lower().endswith(_SUFFIXES) and not hidden and not apart
