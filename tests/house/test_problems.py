"""Every problem that the code raises can be said in both languages."""

from __future__ import annotations

import ast
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hikeshi import words
from hikeshi.engines.common.problem import Problem
from tests.house.house import DOWNHILL, SRC, modules, none, tree, where

FILES = sorted(SRC.rglob("problems.toml"))


class Raised(NamedTuple):
    """One `Problem("logs.not_a_log", path=…)` in the code."""

    place: str
    home: str
    code: str
    params: set[str] | None  # None: they are passed on with **


def raised() -> Iterator[Raised]:
    """Every problem whose code is written out in the source."""
    for file in modules():
        parts = file.relative_to(SRC).parts
        home = parts[1] if parts[0] == "engines" else parts[0]
        for node in ast.walk(tree(file)):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Problem"
            if not named or not node.args or not isinstance(node.args[0], ast.Constant):  # type: ignore[attr-defined]
                continue
            keywords = {keyword.arg for keyword in node.keywords}  # type: ignore[attr-defined]
            params = None if None in keywords else {name for name in keywords if name}
            yield Raised(where(file, node.lineno), home, str(node.args[0].value), params)  # type: ignore[attr-defined]


def placeholders(sentence: str) -> set[str]:
    """The names that a sentence wants filled."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def tables(file: Path) -> dict[str, dict[str, str]]:
    """The problems that a file words."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


def test_every_code_has_its_words() -> None:
    """プログラムが知らせる問題には、必ず文がある。"""
    unknown = [f"{one.place}: {one.code}" for one in raised() if words.problem(Problem(one.code), "ja") == one.code]
    none(unknown)


def test_a_code_names_its_own_home() -> None:
    """問題の名前は、それを知らせるエンジンか部屋、またはその下の部屋の名前で始まる。"""
    strange = []
    for one in raised():
        named = one.code.split(".")[0]
        step = {room: n for n, group in enumerate(DOWNHILL) for room in group}
        below = named in step and one.home in step and step[one.home] < step[named]
        if named not in (one.home, "common") and not below and not (SRC / "engines" / named).is_dir():
            strange.append(f"{one.place}: {one.code}")
    none(strange)


def test_both_languages_say_the_same() -> None:
    """どの問題にも日本語と英語があり、同じ値をはめこむ。"""
    wrong = []
    for file in FILES:
        for name, table in tables(file).items():
            if set(table) != {"ja", "en"} or placeholders(table["ja"]) != placeholders(table["en"]):
                wrong.append(f"{where(file)}: {name}")
    none(wrong)


def test_every_placeholder_is_filled() -> None:
    """文が求める値は、問題を知らせるところで渡される。"""
    wrong = []
    for one in raised():
        home, _, what = one.code.partition(".")
        for file in FILES:
            if file.parent.name == home and what in tables(file) and one.params is not None:
                missing = placeholders(tables(file)[what]["ja"]) - one.params
                wrong += [f"{one.place}: {one.code} without {name}" for name in sorted(missing)]
    none(wrong)


def test_no_words_without_a_problem() -> None:
    """使われなくなった文は残さない。"""
    unused = []
    for file in FILES:
        code = "\n".join(module.read_text(encoding="utf-8") for module in modules(file.parent))
        if file.parent.name == "common":
            code += "\n".join(module.read_text(encoding="utf-8") for module in modules())
        # A code may be put together (f"common.help_{part}"): its first word must at least stand there.
        unused += [
            f"{where(file)}: {name}"
            for name in tables(file)
            if name not in code and name.split("_")[0] + "_" not in code
        ]
    none(unused)


def test_each_sentence_is_whole() -> None:
    """文は空でなく、日本語は「。」で、英語はピリオドで終わる。"""
    wrong = []
    for file in FILES:
        for name, table in tables(file).items():
            if name in ("plain", "help_head"):
                continue
            if not table["ja"].rstrip().endswith(("。", "）", "}", "」")) or not table["en"].rstrip().endswith(
                (".", ")", "}", '"', "”")
            ):
                wrong.append(f"{where(file)}: {name}")
    none(wrong)
