"""ほかの道具の答えとの比べ方。"""

from __future__ import annotations

from tests.engines.logs.sigma.zircolite import compare


def test_rules_are_compared_by_their_id_and_count() -> None:
    """両方で当たった規則、数の違う規則、片方だけの規則が分かれ、二度出た規則は足される。"""
    ours = {"hits": [{"rule": {"id": name}, "count": count} for name, count in (("a", 3), ("b", 2), ("c", 1))]}
    found = compare(
        ours, [{"id": "a", "count": 1}, {"id": "a", "count": 2}, {"id": "b", "count": 1}, {"id": "d", "count": 4}]
    )
    assert found == (["a"], {"b": (2, 1)}, {"c": 1}, {"d": 4})
    assert found.figure().splitlines()[0] == "2 rules fired in both, 1 with equal counts"
