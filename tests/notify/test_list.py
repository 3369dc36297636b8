"""「だれに知らせるか」の一覧：日付の近いものが先、同じ質問を待つものは1つに、変わったことと食い違いは上に。"""

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.notify import services as notify
from tests.cast import Cast, assemble
from tests.notify.test_pages import leak, page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def test_a_term_that_becomes_shorter_is_told(cast: Cast) -> None:
    """不正の目的が疑われて60日だった期限は、違うと分かれば30日に戻り、そのことをページで知らせる。"""
    case = leak(cast, sensitive=True, malicious={"value": True, "status": "suspected"})
    client = signed_in(cast.hanako)
    assert notify.judged(case).warnings == ()
    casebook.state_fact(case, "malicious", True, "refuted", cast.actor)
    said = page(client, case).content.decode()
    assert "60日から30日に戻りました" in said
    limit = next(clock for clock in notify.clocks(case) if clock["stage"] == "final")
    assert limit["due"].isoformat() == "2026-12-07"


def test_answers_that_contradict_each_other_are_shown(cast: Cast) -> None:
    """食い違う答えは、ページでも知らせる。"""
    case = leak(cast, my_number=False, mn_public_view=True)
    assert "食い違っています" in page(signed_in(cast.hanako), case).content.decode()


def test_one_question_stands_for_all_that_waits_for_it(cast: Cast) -> None:
    """同じ質問を待つ義務は1つにまとまり、海外の法律は1問で、何も分からないうちも長くならない。"""
    case = cast.open_case()
    said = page(signed_in(cast.hanako), case).content.decode()
    assert said.count('id="ask-regions"') == 1
    assert said.count('<article class="card" id="ask-') <= 16
    assert "EUの監督機関への届出" in said
    casebook.state_fact(case, "regions", [], "confirmed", cast.actor)
    assert 'id="ask-regions"' not in page(signed_in(cast.hanako), case).content.decode()


def test_what_has_a_day_comes_first(cast: Cast) -> None:
    """必要なものは日付の近い順に並び、日付のないものはその後に、法律の義務から並ぶ。"""
    case = leak(cast, malicious=True, card_data=True, insured=True)
    rows = [row.target for row in notify.groups(case)["required"] if row.duty.kind in ("duty", "contract")]
    assert rows[:2] == ["ppc", "card.acquirer"]
    assert rows[2:] == ["appi.internal", "appi.notice", "card.pfi", "insurance.notice"]
