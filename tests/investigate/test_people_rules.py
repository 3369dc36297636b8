"""数えた結果からの事実の案：名前のない人だけの表でも、人数の案が出る。"""

from __future__ import annotations

from hikeshi.investigate.people_rules import Counted, proposals


def test_numbers_of_members_alone_are_proposed_as_an_upper_bound() -> None:
    """会員番号だけで、種類が一つも見つからなくても、「多くて何人」の案は出る。空の項目の案は出ない。"""
    made = {one.key: one.value for one in proposals(Counted(0, 50, {}, frozenset({"delimited"}), left=False), {})}
    assert made["persons"] == {"at_least": 0, "at_most": 50}
    assert "data_items" not in made
    assert proposals(Counted(0, 0, {}, frozenset({"delimited"}), left=False), {}) == []


def test_a_card_without_a_name_is_proposed_with_its_people() -> None:
    """カード番号しか見つからなくても、人数の案は0人にならない。"""
    counted = Counted(48, 52, {"card_number": (50, 50)}, frozenset({"delimited"}), left=True)
    made = {one.key: one.value for one in proposals(counted, {})}
    assert made["persons"] == {"at_least": 48, "at_most": None}
    assert made["card_data"] is True
