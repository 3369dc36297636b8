"""Tests read as a description of behaviour."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.house import ROOT, none, tree, where

TESTS = sorted((ROOT / "tests").rglob("test_*.py"))


def functions(file: Path) -> list[tuple[str, ast.FunctionDef]]:
    """Every test function of a file with its place."""
    return [
        (where(file, node.lineno), node)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name != "test_data"
    ]


def test_each_test_says_one_sentence() -> None:
    """どの試験も、ふるまいを一文で述べる。"""
    silent = []
    for place, node in (one for file in TESTS for one in functions(file)):
        if len((ast.get_docstring(node) or "").strip()) < 8:
            silent.append(f"{place} {node.name}")
    none(silent)


def test_each_test_can_fail() -> None:
    """どの試験も、何かを確かめる（assert・raises・expect、または試験の部品への委ね）。"""
    idle = []
    for file in TESTS:
        # What a test calls of its own file, or of the tests' parts, checks in its stead.
        parts = {node.name for node in ast.walk(tree(file)) if isinstance(node, ast.FunctionDef) and checks(node)}
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
                parts |= {alias.asname or alias.name for alias in node.names}
        for place, node in functions(file):
            if not checks(node) and not called(node) & parts:
                idle.append(f"{place} {node.name}")
    none(idle)


def checks(node: ast.AST) -> bool:
    """Whether a function asserts something itself."""
    words = ("expect", "check", "must", "to_", "raises", "fail", "warns", "none")
    return any(isinstance(part, ast.Assert) for part in ast.walk(node)) or any(
        "assert" in name or name.startswith(words) for name in called(node)
    )


def called(node: ast.AST) -> set[str]:
    """The names of what a function calls."""
    calls = (part.func for part in ast.walk(node) if isinstance(part, ast.Call))
    return {getattr(func, "attr", getattr(func, "id", "")) for func in calls}


def test_each_test_mirrors_a_folder_of_the_house() -> None:
    """試験のフォルダは、家の部屋とエンジンの並びを写す。"""
    own = {"house", "start", "bench", "browser", "engines", "journeys"}
    strange = []
    for file in TESTS:
        parts = file.relative_to(ROOT / "tests").parts[:-1]
        if not parts or parts[0] in own - {"engines"}:
            continue
        if not (ROOT / "src" / "hikeshi" / "/".join(parts[:2] if parts[0] == "engines" else parts[:1])).is_dir():
            strange.append(where(file))
    none(strange)
