"""The locked set: whole, by hash, of both files the same."""

from __future__ import annotations

import re
import tomllib

from tests.house.house import ROOT, none

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
NAMES = ("requirements.lock", "requirements-test.lock")


def pins(name: str) -> dict[str, str]:
    """Name -> version of everything that a lock file holds."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {plain(found[1]): found[2] for line in text.splitlines() if (found := PIN.match(line))}


def plain(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(group: str | None = None) -> set[str]:
    """What pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = project["dependencies"] if group is None else project["optional-dependencies"][group]
    return {plain(re.split(r"[\[<>=!~; ]", item)[0]) for item in listed}


def test_everything_asked_for_is_locked() -> None:
    """pyproject.toml が求める部品は、すべて固定されている。"""
    assert wanted() <= set(pins(NAMES[0]))
    assert wanted() | wanted("test") <= set(pins(NAMES[1]))


def test_the_test_set_holds_the_whole_product() -> None:
    """試験用の一式は、製品の一式を同じ版でそっくり含む（start.py はこれを当てにする）。"""
    assert pins(NAMES[0]).items() <= pins(NAMES[1]).items()


def test_every_part_is_held_by_its_hash_alone() -> None:
    """どの部品にもハッシュがあり、取り寄せ先の指定はない。"""
    for name in NAMES:
        text = (ROOT / name).read_text(encoding="utf-8")
        entries = re.split(r"\n(?=\S)", text.strip())
        none([entry.split("\n")[0] for entry in entries if PIN.match(entry) and "--hash=sha256:" not in entry])
        none([entry.split("\n")[0] for entry in entries if not PIN.match(entry) and not entry.startswith("#")])
        assert "://" not in text
