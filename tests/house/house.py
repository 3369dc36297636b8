"""The house as the tests of its rules see it: rooms, engines, kinds, files."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "hikeshi"
DOCS = ROOT / "docs"
# DESIGN, "Borders": a room calls only rooms further down this list; rooms of one step are siblings.
DOWNHILL: list[set[str]] = [
    {"site"},
    {"board", "drill", "kit"},
    {"detect"},
    {"contain", "investigate", "recover", "notify", "improve", "archive"},
    {"prepare"},
    {"casebook"},
    {"desk"},
]
# The folders whose sub-folders are kinds, found without any list.
KINDS = {
    "sources",
    "cards",
    "duties",
    "documents",
    "parsers",
    "findings",
    "detectors",
    "extractors",
    "scenarios",
    "tools",
}
KINDS |= {"checks", "collectors", "platforms"}
# Kana, kanji, half-width kana; not the middle dot, which also parts other things.
JAPANESE = re.compile("[\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]")


def rooms() -> list[Path]:
    """Every room that stands."""
    return [
        folder for folder in sorted(SRC.iterdir()) if (folder / "__init__.py").is_file() and folder.name != "engines"
    ]


def kind_folders() -> list[Path]:
    """Every folder that holds kinds: contain/cards, engines/logs/parsers, …"""
    folders = [*SRC.glob("*/*/"), *SRC.glob("engines/*/*/")]
    return sorted(folder for folder in folders if folder.name in KINDS and kinds_in(folder))


def kinds_in(folder: Path) -> list[Path]:
    """The kinds of such a folder."""
    return [kind for kind in sorted(folder.iterdir()) if kind.is_dir() and kind.name != "__pycache__"]


def modules(folder: Path = SRC) -> list[Path]:
    """Python files that people write; migrations are Django's."""
    return [file for file in sorted(folder.rglob("*.py")) if "migrations" not in file.parts]


@cache
def tree(file: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything a module imports, at its top or inside a function, by statement or by name."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = file.relative_to(SRC.parent).with_suffix("").parts[: -node.level]
                base = ".".join([*package, base] if base else package)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "import_module":
            yield from ((node.lineno, part.value) for part in node.args if isinstance(part, ast.Constant))


def tracked() -> list[Path]:
    """The files that are, or are about to be, part of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [file for file in files if file.is_file()]


def where(file: Path, line: int | None = None) -> str:
    """How a rule names a place."""
    name = file.relative_to(ROOT).as_posix()
    return name if line is None else f"{name}:{line}"


def none(wrong: list[str]) -> None:
    """Nothing may be wrong; what is, is listed whole."""
    __tracebackhide__ = True
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong)
