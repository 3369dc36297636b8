"""「本人への通知」は、全員に届いたときだけ自動で済みになり、届かない人がいれば、人が数を見て済みにする。"""

from __future__ import annotations

from typing import Any

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.notify.delivery import acts, running
from tests.cast import Cast, assemble
from tests.mailserver import Mood, mail_server
from tests.notify.delivery.cast import approved, listed, rows, set_up
from tests.notify.test_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def met(case: Any) -> list[str]:
    return [entry.data["target"] for entry in casebook.entries(case, ["duty.met"])]


def went(cast: Cast, count: int, refuse: frozenset[str] = frozenset()) -> tuple[Any, str]:
    case, paper = approved(cast)
    with mail_server(mood=Mood(refuse=refuse)) as (port, _post, _):
        set_up(cast, port)
        delivery = listed(case, paper, cast, rows(count))
        acts.begin(case, delivery, paper.sha256, cast.actor)
        running.run(case, delivery)
    return case, delivery


def test_when_everybody_got_it(cast: Cast) -> None:
    """全員に送れたときは、本人への通知が済みになる。"""
    case, _delivery = went(cast, 3)
    assert "appi.notice" in met(case)


def test_while_somebody_did_not_get_it(cast: Cast) -> None:
    """一人でも送れなければ済みにならず、ページで数を見て押すと、その数とともに済みになる。二度押しても一度。"""
    case, delivery = went(cast, 3, frozenset({"c2@example.com"}))
    assert len(list(casebook.entries(case, ["document.sent"]))) == 1
    assert met(case) == []
    client = signed_in(cast.hanako)
    url = f"/i/{case.reference}/notify/delivery/{delivery}/"
    said = client.get(url).content.decode()
    assert "本人への通知を済みにする" in said
    assert "送った 2、送れなかった 1" in said
    for _ in range(2):
        client.post(f"{url}met/", {"request_id": "a" * 32})
    assert met(case).count("appi.notice") == 1
    (entry,) = casebook.entries(case, ["duty.met"])
    assert casebook.text(case, entry.data["remarks"]) == "送った 2、送れなかった 1"
    assert "本人への通知を済みにする" not in client.get(url).content.decode()


def test_not_before_it_is_over(cast: Cast) -> None:
    """まだ待っている人がいる間は、済みにできない。"""
    case, paper = approved(cast)
    delivery = listed(case, paper, cast, rows(2), "post")
    acts.begin(case, delivery, paper.sha256, cast.actor)
    with pytest.raises(Problem, match="delivery_not_over"):
        acts.met(case, delivery, cast.actor, "")
    assert signed_in(cast.taro).post(f"/i/{case.reference}/notify/delivery/{delivery}/met/").status_code == 403
