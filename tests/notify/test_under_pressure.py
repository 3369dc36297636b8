"""「だれに知らせるか」を、あわてている人が開いたとき：先に要ることだけが見え、同じことを二度聞かれない。"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.notify import services as notify
from tests.cast import Cast, assemble
from tests.notify.test_pages import leak, page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def test_what_is_open_is_folded_until_somebody_asks(cast: Cast) -> None:
    """はじまったばかりのページは、次の質問と時計のあるものだけを開いて見せ、残りはたたむ。"""
    case = cast.open_case()
    said = page(signed_in(cast.hanako), case).content.decode()
    before, _, folded = said.partition('<details class="more" id="review">')
    assert before.count('<article class="card"') == 1
    assert 'id="ppc"' in before
    assert folded.count('<article class="card"') > 5


def test_after_the_first_report_the_page_says_when_the_final_one_is_due(cast: Cast) -> None:
    """最初の報告を済ませると、どのページも、最終報告の期限を言う。"""
    case = leak(cast, malicious={"value": True, "status": "suspected"}, known_at="2026-11-06T10:00:00+09:00")
    notify.mark_told(case, "ppc", "first", cast.actor, how="web_form", receipt="R8-0123")
    words = "個人情報保護委員会への最初の報告は済みました。個人情報保護委員会への最終報告は2027年1月4日（月）までです。"
    client = signed_in(cast.hanako)
    for rest in ("", "documents/", "documents/ppc-copy-sheet/"):
        assert words in page(client, case, rest).content.decode(), rest
    assert "最初の報告をしました" in page(client, case, "documents/customer-letter/").content.decode()


def test_an_answer_given_before_is_not_typed_again(cast: Cast) -> None:
    """答えたことのある質問は、前の答えが入った形で開き、「いまの答え」が見える。"""
    case = cast.open_case()
    casebook.state_fact(case, "persons", {"at_least": 412, "at_most": 431}, "suspected", cast.actor)
    client = signed_in(cast.hanako)
    said = page(client, case, "questions/persons/").content.decode()
    assert 'value="412"' in said
    assert 'value="431"' in said
    assert 'value="431"' in page(client, case, "questions/mn_persons_max/").content.decode()


@pytest.mark.parametrize(
    "key", ["persons", "event", "data_items", "period", "known_at", "cause", "certainty", "sensitive"]
)
def test_what_the_form_begins_with_says_the_same_fact(cast: Cast, key: str) -> None:
    """前の答えが入った画面をそのまま送ると、同じ事実になる。"""
    values: dict[str, Any] = {
        "persons": {"at_least": 3, "at_most": None},
        "event": ["leak", "damage"],
        "data_items": ["name", "犬の名前"],
        "period": {"from": "2026-11-05T03:12:00+09:00", "to": None},
        "known_at": "2026-11-06T10:00:00+09:00",
        "cause": None,
        "certainty": "suspected",
        "sensitive": True,
    }
    case = cast.open_case()
    casebook.state_fact(case, key, values[key], "confirmed", cast.actor, text="そえ書き")
    client = signed_in(cast.hanako)
    form = page(client, case, f"questions/{key}/").context["form"]
    post = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    post = {name: v.strftime("%Y-%m-%dT%H:%M") if isinstance(v, datetime) else v for name, v in post.items()}
    assert client.post(f"/i/{case.reference}/notify/questions/{key}/", post).status_code == 302
    fact = casebook.facts(case)[key]
    assert (fact.value, fact.status, casebook.text(case, fact.text_sha256)) == (values[key], "confirmed", "そえ書き")
