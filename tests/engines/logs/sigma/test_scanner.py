"""照合の道具：控えが壊れても、ほかの機械のものでも、答えは変わらない。"""

from __future__ import annotations

from pathlib import Path

import pytest

from hikeshi.engines.logs.sigma import scanner as module
from hikeshi.engines.logs.sigma.atoms import Atom
from hikeshi.engines.logs.sigma.scanner import END, START, Scanner, pattern

ATOMS = [Atom("A", "ct", False, "abc"), Atom("A", "sw", False, "x"), Atom("A", "wild", False, ["a", 0, "z"])]
PATTERNS = [pattern(atom) for atom in ATOMS]
REFUSED = pattern(Atom("A", "re", True, [r"(?U)^q+", "i"]))


def found(scanner: Scanner, *texts: str) -> list[tuple[int, int]]:
    return sorted(zip(*scanner.find([START + text.encode() + END for text in texts]), strict=True))


def test_patterns_find_what_they_say() -> None:
    """含む・始まる・途中に何かをはさむ、のそれぞれが、書いたとおりに見つかる。"""
    assert found(Scanner(PATTERNS, None), "xabc", "abcz", "ab", "axz1") == [(0, 0), (0, 1), (1, 0), (1, 2)]


def test_the_cache_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """控えがあれば、作り直さない。"""
    first = found(Scanner([*PATTERNS, REFUSED], tmp_path), "xabc")
    (kept,) = tmp_path.iterdir()
    made: list[object] = []
    monkeypatch.setattr(module, "_made", made.append)
    assert found(Scanner([*PATTERNS, REFUSED], tmp_path), "xabc") == first
    assert made == [] and kept.suffix == ".hsdb"


@pytest.mark.parametrize("damage", [b"", b"short", b"\x00" * 5000, None])
def test_a_damaged_cache_is_built_again(tmp_path: Path, damage: bytes | None) -> None:
    """控えが空でも、途中まででも、1バイト変わっていても、使わずに作り直す。"""
    Scanner(PATTERNS, tmp_path)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if damage is None else damage)
    assert found(Scanner(PATTERNS, tmp_path), "xabc") == [(0, 0), (0, 1)]
    assert kept.read_bytes()[:32] == whole[:32]


def test_the_cache_of_another_set_is_not_taken(tmp_path: Path) -> None:
    """ほかの規則の控えの名前を変えて置かれても、使わない。"""
    Scanner(PATTERNS[:1], tmp_path)
    (one,) = tmp_path.iterdir()
    Scanner(PATTERNS, tmp_path)
    (other,) = set(tmp_path.iterdir()) - {one}
    other.write_bytes(one.read_bytes())
    assert found(Scanner(PATTERNS, tmp_path), "xabc") == [(0, 0), (0, 1)]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """控えを書けなくても、照合はできる。"""
    (tmp_path / "file").write_text("")
    assert found(Scanner(PATTERNS, tmp_path / "file" / "cache"), "xabc") == [(0, 0), (0, 1)]


def test_what_hyperscan_refuses_goes_to_re2() -> None:
    """Hyperscan が受け取らない正規表現は RE2 が照合する。"""
    assert not module._taken(REFUSED)
    scanner = Scanner([REFUSED, *PATTERNS[:1]], None)
    assert sorted(zip(*scanner.find([b"QQ", b"abc", b"!q"]), strict=True)) == [(0, 0), (1, 1)]


def test_a_hundred_thousand_matches_cost_one() -> None:
    """同じ言葉が1つの値に何度出ても、1度だけ数える。"""
    assert found(Scanner([pattern(Atom("A", "ct", False, "a"))], None), "a" * 100_000) == [(0, 0)]
