"""初動のカードで話せた相手は、「だれに知らせるか」に始まったこととして出て、ひとりでに「済み」にはならない。"""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from hikeshi.contain import services as contain
from hikeshi.notify.deadlines import begun, standing
from hikeshi.notify.law import lawfiles
from tests.cast import Cast, assemble
from tests.notify.test_pages import leak, page, signed_in

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 3, 4, tzinfo=UTC)
CARDS = {"call-acquirer": "card.acquirer", "call-insurer": "insurance.notice", "call-police": "police"}


@pytest.fixture
def cast() -> Cast:
    return assemble()


def case_of(cast: Cast) -> Any:
    return leak(cast, card_data=True, insured=True, crime_suspected=True)


def answer(cast: Cast, case: Any, card: str, given: Any = "seen", *chips: str) -> None:
    contain.answer(case, cast.actor, contain.Given(card, given, chips, occurred_at=AT), lang="ja")


def article(said: str, target: str) -> str:
    return re.search(rf'<article class="card" id="{re.escape(target)}".*?</article>', said, re.DOTALL)[0]  # type: ignore[index]


@pytest.mark.parametrize(("card", "target"), CARDS.items())
def test_a_talk_is_shown_and_one_press_makes_it_told(cast: Cast, card: str, target: str) -> None:
    """「話せた」と答えた相手の行に日時が出て、まだ「済み」ではなく、一度押せば電話で済んだと記録される。"""
    case, client = case_of(cast), signed_in(cast.hanako)
    assert "「話せた」と記録" not in page(client, case).content.decode()
    answer(cast, case, card)
    row = article(page(client, case).content.decode(), target)
    assert "カードで「話せた」と記録（" in row
    assert "12:04" in row
    assert (target, "first") not in standing.told(case)
    form = re.search(r'<form method="post" action="([^"]+)">(.*?)</form>', row, re.DOTALL)
    assert form is not None
    client.post(form[1], dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2])))
    told = standing.told(case)[target, "first"]
    assert (told.state, told.how, told.at) == ("met", "phone", AT)
    assert "「話せた」と記録" not in page(client, case).content.decode()


@pytest.mark.parametrize(("card", "chip"), [("call-insurer", "closed-now"), ("call-police", "closed-now")])
def test_who_was_not_reached_was_not_spoken_to(cast: Cast, card: str, chip: str) -> None:
    """「受付の時間外だった」「つながらない」、あとから直した答えは、話せたことにならない。"""
    case = case_of(cast)
    answer(cast, case, card)
    assert begun.begun(case) == {CARDS[card]: AT}
    answer(cast, case, card, "seen", chip)
    assert begun.begun(case) == {}
    answer(cast, case, card, "cannot")
    assert begun.begun(case) == {}


def test_the_form_begins_with_the_call(cast: Cast) -> None:
    """記録のフォームには電話とその日時が入っていて、英語でも出る。"""
    case, client = case_of(cast), signed_in(cast.hanako)
    answer(cast, case, "call-insurer")
    form = page(client, case, "told/insurance.notice/first/").content.decode()
    assert '<option value="phone" selected>' in form
    assert 'value="2026-11-23T12:04"' in form
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "A card says you spoke to them" in page(client, case).content.decode()


def test_the_cards_and_their_chips_are_there() -> None:
    """名を挙げたカードも義務もあり、「話せた」の代わりになる答えは一つも漏れていない。"""
    cards = contain.shelf().deck.cards
    calls = [call for duty in lawfiles.shipped().duties for call in duty.begun_by]
    assert {call.card for call in calls} > set(CARDS)
    for call in calls:
        assert call.unless == {chip.id for chip in cards[call.card].chips if chip.instead}
