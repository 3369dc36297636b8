"""A file has one subject and stays short (DESIGN, "House style")."""

from __future__ import annotations

import statistics

from tests.house.house import ROOT, modules, tracked, where

# Tables of data, whose length is their subject; each with its reason.
TABLES: dict[str, str] = {}
LONGEST = 400


def test_no_file_passes_400_lines() -> None:
    """プログラムのファイルは、どれも 400 行を超えない。"""
    code = [file for file in tracked() if file.suffix in (".py", ".html", ".css", ".js", ".typ")]
    lengths = {where(file): len(file.read_text(encoding="utf-8").splitlines()) for file in code}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST and name not in TABLES} == {}


def test_the_table_of_exceptions_is_true() -> None:
    """例外の一覧にあるファイルは、実際にあり、実際に長い。"""
    for name in TABLES:
        assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) > LONGEST


def test_the_median_stays_small() -> None:
    """ファイルの長さの中央値は 150 行を超えない。"""
    lengths = [len(file.read_text(encoding="utf-8").splitlines()) for file in modules() if file.stat().st_size]
    assert statistics.median(lengths) <= 150


def test_start_stays_under_200_lines() -> None:
    """start.py は 200 行に満たない。"""
    assert len((ROOT / "start.py").read_text(encoding="utf-8").splitlines()) < 200
