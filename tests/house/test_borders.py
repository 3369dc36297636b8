"""The borders between rooms and engines (DESIGN, "The house")."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.house import DOWNHILL, ROOT, SRC, imports, modules, none, rooms, where

WEB = ("django", "allauth", "axes", "csp", "whitenoise", "waitress", "django_htmx")
PURE = ("rules.py", "entries.py", "projections.py")
# What everybody may import: the words, and the package itself.
COMMON_GROUND = {"hikeshi", "hikeshi.words", "hikeshi.__version__"}


def height(room: str) -> int:
    """How far uphill a room stands; siblings share a height."""
    return next(-step for step, group in enumerate(DOWNHILL) if room in group)


def room_of(name: str) -> str | None:
    """The room that a dotted name belongs to; None for engines, words and the outside."""
    parts = name.split(".")
    known = {room for group in DOWNHILL for room in group}
    return parts[1] if parts[0] == "hikeshi" and len(parts) > 1 and parts[1] in known else None


def crossing(file: Path, name: str) -> str | None:
    """What is wrong with `file` importing `name`, or None."""
    home, target = file.relative_to(SRC).parts[0], room_of(name)
    if target is None or target == home:
        return None
    if home == "engines" or home == "words.py":
        return "does not know the rooms"
    if target == "site":
        return None if home == "__main__.py" else "nobody imports site"
    if home != "site" and height(target) >= height(home):
        return f"{home} calls only downhill, and {target} is not below it"
    # site puts the rooms together: it names their urls, middleware and models as Django wants.
    if home != "site" and not (name + ".").startswith(f"hikeshi.{target}.services."):
        return f"the only door of {target} is its services.py"
    return None


def test_every_room_has_its_place() -> None:
    """どの部屋も、設計図の坂道のどこかに立っている。"""
    assert [room.name for room in rooms() if not any(room.name in group for group in DOWNHILL)] == []


def test_rooms_call_downhill_and_through_the_door() -> None:
    """部屋は下の部屋だけを、services.py を通してだけ呼ぶ。site は誰も呼ばない。"""
    wrong = [
        f"{where(file, line)} imports {name}: {fault}"
        for file in modules()
        for line, name in imports(file)
        if (fault := crossing(file, name))
    ]
    none(wrong)


def test_engines_stand_alone() -> None:
    """エンジンは Django も部屋も知らず、ほかのエンジンでは common と ledger だけを使う。"""
    wrong = []
    for file in modules(SRC / "engines"):
        home = file.relative_to(SRC / "engines").parts[0]
        allowed = {"common"} if home in ("common", "ledger") else {"common", "ledger"}
        for line, name in imports(file):
            parts = name.split(".")
            stranger = parts[:2] == ["hikeshi", "engines"] and len(parts) > 2 and parts[2] not in allowed | {home}
            above = parts[0] == "hikeshi" and parts[1:2] != ["engines"]
            if stranger or above or parts[0] in WEB:
                wrong.append(f"{where(file, line)} imports {name}")
    none(wrong)


def test_decisions_are_pure() -> None:
    """rules.py・entries.py・projections.py は Django を読み込まない。"""
    wrong = [
        f"{where(file, line)} imports {name}"
        for file in modules()
        if file.name in PURE
        for line, name in imports(file)
        if name.split(".")[0] in WEB or name.endswith((".models", ".services"))
    ]
    none(wrong)


@pytest.mark.parametrize(
    ("file", "name", "fault"),
    [
        ("engines/logs/scan.py", "hikeshi.casebook.services", "does not know the rooms"),
        ("desk/views.py", "hikeshi.site.settings", "nobody imports site"),
        ("desk/services.py", "hikeshi.casebook.services", "desk calls only downhill, and casebook is not below it"),
        ("contain/views.py", "hikeshi.notify.services", "contain calls only downhill, and notify is not below it"),
        ("contain/views.py", "hikeshi.casebook.models.Case", "the only door of casebook is its services.py"),
        ("contain/views.py", "hikeshi.casebook.services.record", None),
        ("contain/views.py", "hikeshi.casebook.services", None),
        ("site/urls.py", "hikeshi.board.urls", None),
    ],
)
def test_the_rule_itself_sees_each_crossing(file: str, name: str, fault: str | None) -> None:
    """境界の決まりそのものが、越えた呼び出しを一つずつ見分ける。"""
    assert crossing(SRC / file, name) == fault


def test_import_linter_agrees() -> None:
    """import-linter が、間接の読み込みまで同じ境界を確かめる。"""
    code = "import sys; from importlinter.cli import lint_imports_command as command; sys.exit(command())"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
