"""ふつうの会社の1週間（generate.py）。規則と見つけ方より先に書き上げ、そのまま変えていないことを確かめる。"""

from __future__ import annotations

from pathlib import Path

from tests.engines.logs.office.generate import PARTS, write

SAMPLE = 50_000
FROZEN = {
    SAMPLE: "a68c7f4d6e51e37e1b3aff8ac461024c5b19b2d3b11dc9274a905b0374bb2c1c",
    1_000_000: "97b711d2ab8a32a8f8616762d52fb18c0cac7fe20805cf4853cf0bb658177d1d",
}
"""SHA-256 of the week of seed 1. It does not change any more: what is measured on it would be worth nothing."""


def test_the_week_is_the_frozen_one(tmp_path: Path) -> None:
    """1週間のログは、凍結したときのものと 1 バイトも違わない。"""
    assert write(tmp_path, SAMPLE) == FROZEN[SAMPLE]
    counts = {name: len((tmp_path / name).read_bytes().splitlines()) for name in PARTS}
    assert counts == {name: round(SAMPLE * share) for name, (share, _) in PARTS.items()}


def test_another_seed_is_another_week(tmp_path: Path) -> None:
    """種が違えば、違う1週間になる。"""
    assert write(tmp_path, SAMPLE, seed=2) != FROZEN[SAMPLE]
