"""Tests read as a description of behaviour."""

from __future__ import annotations

import ast

from tests.house.house import ROOT, none, tree, where

TESTS = sorted((ROOT / "tests").rglob("test_*.py"))


def functions() -> list[tuple[str, ast.FunctionDef]]:
    """Every test function with its place."""
    return [
        (where(file, node.lineno), node)
        for file in TESTS
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name != "test_data"
    ]


def test_each_test_says_one_sentence() -> None:
    """どの試験も、ふるまいを一文で述べる。"""
    none([f"{place} {node.name}" for place, node in functions() if len((ast.get_docstring(node) or "").strip()) < 8])


def test_each_test_can_fail() -> None:
    """どの試験も、何かを確かめる（assert・raises・expect・別の関数への委ね）。"""
    checks = {"none", "raises", "fail", "expect", "check", "warns"}
    idle = []
    for place, node in functions():
        calls = {
            getattr(call.func, "attr", getattr(call.func, "id", ""))
            for call in ast.walk(node)
            if isinstance(call, ast.Call)
        }
        asserts = any(isinstance(part, ast.Assert) for part in ast.walk(node))
        if not asserts and not any(
            call in checks or "assert" in call or call.startswith(("expect", "check", "must", "to_")) for call in calls
        ):
            idle.append(f"{place} {node.name}")
    none(idle)


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
