"""出す前の点検：疑いの印は、それがついた言い切りだけを疑いにし、事実にない疑いは言えない。"""

from __future__ import annotations

from typing import Any

import pytest

from hikeshi.notify.wording import Fact
from tests.notify.checks.test_checks import FACTS, found

ELSEWHERE = [
    "お客様の情報が漏えいしましたが、不正利用のおそれ（調査中）があります。",
    "氏名と住所が漏えいしましたので、ほかの情報も漏えいした可能性（調査中）があります。",
    "外部に名簿が送信されました（不正利用の可能性は調査中です）。",
    "住所が含まれていますが、電話番号も含まれるおそれ（調査中）があります。",
    "管理画面から名簿が抜き取られた、原因は攻撃の可能性（調査中）です。",
    "Your data was leaked, and misuse of it is suspected, under investigation.",
]
HALF_KNOWN = {
    "event": Fact(["leak"], "suspected"),
    "data_items": Fact(["name", "address", "phone"], "suspected"),
    "route": Fact(None, "suspected", "管理画面から名簿が抜き取られた\n外部に名簿が送信されました"),
}


@pytest.mark.parametrize("text", ELSEWHERE)
def test_a_mark_in_another_part_of_the_sentence_covers_nothing(text: str) -> None:
    """「おそれ（調査中）」は、それがついた言い切りだけを疑いにする。同じ文のほかの言い切りは見つかる。"""
    assert "facts" in found(text, "en" if text.isascii() else "ja", said=HALF_KNOWN)


MARKED = [
    "氏名、住所、または電話番号が含まれるおそれ（調査中）があります。",
    "お客様の情報が漏えいした、または閲覧されたおそれ（調査中）があります。",
    "氏名と住所が漏えいした可能性（調査中）があり、ご心配をおかけしております。",
    "「管理画面から名簿が抜き取られた」という可能性（調査中）があります。",
    "Names and postal addresses may have leaked (suspected, under investigation).",
]


@pytest.mark.parametrize("text", MARKED)
def test_a_mark_covers_its_own_part(text: str) -> None:
    """その言い切りについた「おそれ（調査中）」は、並べた項目にもかかる。"""
    assert "facts" not in found(text, "en" if text.isascii() else "ja", said=HALF_KNOWN)


UNKNOWN = {"event": Fact(["leak"], "unknown"), "data_items": Fact(None, "unknown")}
OVER_A_JOIN = [
    "お客様の情報が漏えいしました、または不正利用があった場合はご連絡ください。",
    "名簿が流出しました、ならびに不正利用の有無を確認しております。",
    "「お客様の情報が流出しました」という連絡を受けた場合は、ご注意ください。",
    "お客様の名簿が外部に送信されました、または消去されたかどうかは調査中です。",
]


@pytest.mark.parametrize("known", [HALF_KNOWN, UNKNOWN])
@pytest.mark.parametrize("text", OVER_A_JOIN)
def test_what_is_left_open_behind_a_join_opens_nothing_before_it(text: str, known: Any) -> None:
    """「〜しました、または…場合は」の「場合」は、前の言い切りを、言っていないことにはしない。"""
    assert "facts" in found(text, said=known)


def test_a_finished_sentence_is_no_part_of_a_suspicion_behind_it() -> None:
    """「氏名が流出しました、または…おそれ（調査中）」の疑いは、言い終えた前の部分にはかからない。"""
    assert "facts" in found("氏名が流出しました、または電話番号も流出した可能性（調査中）があります。", said=HALF_KNOWN)


@pytest.mark.parametrize("calm", [Fact(["password"], "suspected"), Fact(["password"], "unknown")])
def test_a_hope_founds_no_invented_suspicion(calm: Fact) -> None:
    """「含まれていないらしい」という疑いがあっても、事実にない「可能性（調査中）」は止まる。"""
    known = {**FACTS, "data_items_not_included": calm}
    assert "guessing" in found("競合他社による可能性（調査中）があります。", said=known)


PRESUMED = [
    "Whether the leaked card numbers were misused is under investigation.",
    "It is under investigation whether your stolen names and addresses were sold.",
    "Whether your data was stolen by our former employee is under investigation.",
    "Whether the hackers probably did it is under investigation.",
]


@pytest.mark.parametrize("text", PRESUMED)
def test_a_question_that_takes_a_leak_for_granted_is_found(text: str) -> None:
    """「盗まれた名前が売られたかどうかは調査中」は、盗まれたと言い切っている。ただの問いは通る。"""
    assert found(text, "en", said=UNKNOWN)
    assert not found("Whether personal data was leaked is under investigation.", "en", said=UNKNOWN)


@pytest.mark.parametrize("known", [{}, HALF_KNOWN])
@pytest.mark.parametrize(
    "text", ["Whether data was leaked is under investigation.", "We are investigating whether cards were stolen."]
)
def test_to_say_that_it_is_not_known_is_no_suspicion(text: str, known: Any) -> None:
    """英語で「〜かどうかは調査中」とだけ言う文は、そのまま通る。言い切りを足せば、見つかる。"""
    assert found(text, "en", said=known) == set()
    assert "facts" in found(text.rstrip(".") + ", but your data was stolen.", "en", said=known)
