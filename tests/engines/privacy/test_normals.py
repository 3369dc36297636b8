"""まとめて見る速い読み方は、値を1つずつ見たときと同じ答えになる。"""

from __future__ import annotations

import random

import pytest

from hikeshi.engines.privacy import kinds, normal
from hikeshi.engines.privacy.record import hashed, hashes, sketch, sketches
from tests.engines.privacy.town import Town

STRANGE = (
    "0123456789-－ー‐ ()（）\t　〒年月日./S昭和元平 81+@<>.,株会"
    "社法人様さんカ)ｶﾞ゙髙﨑之一二十丁目番地号の大字東京都aZßΣ\r\n\x1c\x85\u2028\ud800"
)


def cells() -> list[str]:
    """What a town's files hold, as it is and with strange letters put in."""
    rng, town = random.Random(11), Town(11, 300)
    fields = ("name", "kana", "email", "phone", "postal", "address", "birth")
    made = [cell for person in town.people for cell in town.row(person, fields).values() if cell]
    for _ in range(12_000):
        cell = rng.choice(made)
        at = rng.randrange(len(cell) + 1)
        made.append(cell[:at] + rng.choice(STRANGE) + cell[at + rng.randrange(2) :])
    made += ["".join(rng.choices(STRANGE, k=rng.randrange(1, 14))) for _ in range(4_000)]
    return [*dict.fromkeys(made), "x" * 500, "0" * 300, "東京都港区1-1\n大阪市北区2-2"]


@pytest.mark.parametrize("kind", [name for name, one in kinds.detectors().items() if hasattr(one, "values")])
def test_many_at_once_are_read_as_one_by_one(kind: str) -> None:
    """どの種類も、まとめて読んだ値は1つずつ読んだ値と同じ（壊れた値・全角・改行・空白の混じったものも）。"""
    detector, given = kinds.detectors()[kind], cells()
    alone = [detector.value(cell) for cell in given]
    assert detector.values(given) == alone  # type: ignore[attr-defined]
    assert sum(value is not None for value in alone) > 100


def test_many_hashes_are_those_of_each() -> None:
    """まとめて作った符号と名前の略図は、1つずつ作ったものと同じ。"""
    names = [name for cell in cells()[:3000] if (name := normal.name(cell))] + ["", "林", "あ" * 30]
    assert hashes(names).tolist() == [hashed(name) for name in names]
    assert sketches(names).tolist() == [sketch(name) for name in names]


def test_no_variant_is_changed_twice() -> None:
    """異体字の表では、直した字がさらに別の字に直ることはない。"""
    assert {ord(other) for other in normal.VARIANTS.values()}.isdisjoint(normal.VARIANTS)
