"""「わかっていること」：法律の言葉のそばに、ふだんの言葉がある。"""

import pytest

from hikeshi.board import services as board
from hikeshi.casebook import services as casebook
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.mark.parametrize(
    ("key", "value", "ja", "en"),
    [
        (
            "event",
            ["loss", "damage"],
            "滅失（失われた）、毀損（書き換えられた・使えなくなった）",
            "loss (it is gone), damage (",
        ),
        ("media", ["electronic", "paper"], "電子媒体（パソコン・USBメモリー・サーバーなど）、紙", "electronic (a PC,"),
        ("my_number", False, "いいえ", "no"),
    ],
)
def test_the_words_of_the_act_have_everyday_words_beside_them(
    cast: Cast, key: str, value: object, ja: str, en: str
) -> None:
    """毀損・滅失・電子媒体には、何のことかが添えられ、言い換えのいらない言葉はそのまま。"""
    case = cast.open_case()
    casebook.state_fact(case, key, value, "confirmed", cast.actor)
    fact = casebook.facts(case)[key]
    assert board.shown_fact(case, fact, "ja")["value"] == ja
    assert board.shown_fact(case, fact, "en")["value"].startswith(en)
