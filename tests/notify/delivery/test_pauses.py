"""止まった理由は記録に残り、文の言葉やアドレスや相手のサーバーの言葉は、消せない形では残らない。"""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail import message
from hikeshi.notify import services
from hikeshi.notify.delivery import acts, running, saying
from tests.cast import Cast, assemble
from tests.mailserver import mail_server
from tests.notify.delivery.cast import approved, listed, rows, set_up
from tests.notify.test_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def test_a_closed_incident_sends_nothing(cast: Cast) -> None:
    """送っている途中で事故を閉じると、残りは送られずに止まり、開き直しても、押すまでは送られない。"""
    case, paper = approved(cast)
    with mail_server() as (port, post, _):
        set_up(cast, port)
        delivery = listed(case, paper, cast, rows(60))
        acts.ask_test(case, delivery, "hanako@example.jp", cast.actor)
        acts.begin(case, delivery, paper.sha256, cast.actor)
        running.run(case, delivery, on_batch=lambda _now: casebook.close_case(case, cast.actor))
        (test,) = acts.standing(case, delivery).tests
        running.try_out(case, delivery, test)
        assert len(post.mails) == 50
        now = acts.standing(case, delivery)
        assert (now.stage, now.problem, now.counts()["waiting"]) == ("paused", "notify.case_closed", 10)
        assert now.tests[test]["problem"] == "notify.case_closed"
        casebook.reopen_case(case, cast.actor)
        assert running.owed() == []
        acts.pause(case, delivery, False, cast.actor)
        running.run(case, delivery)
        assert len(post.mails) == 60


def test_the_rest_gets_the_new_text(cast: Cast) -> None:
    """途中で事実が変わると、何人に送ったかが出る。新しい文が承認されると、残りの人だけに送れ、だれにも二通届かない。"""
    case, paper = approved(cast)
    client = signed_in(cast.hanako)
    changed: list[Any] = []

    def change(_now: Any) -> None:
        if not changed:
            changed.append(casebook.state_fact(case, "data_items", ["name"], "confirmed", cast.actor))

    with mail_server() as (port, post, _):
        set_up(cast, port)
        delivery = listed(case, paper, cast, [row[:5] for row in rows(60)])
        acts.begin(case, delivery, paper.sha256, cast.actor)
        running.run(case, delivery, on_batch=change)
        url = f"/i/{case.reference}/notify/delivery/{delivery}/"
        said = client.get(url).content.decode()
        assert "50人には、その時に承認されていた文を送りました。残り10人" in said
        assert "残りの人に、いまの文で送る</" not in said
        with pytest.raises(Problem, match="text_not_approved"):
            acts.rest(case, delivery, cast.actor)
        new = services.check_paper(case, services.paper(case, "customer-letter", "ja"), cast.actor)
        new = services.approve_paper(case, new, cast.actor)
        assert "残りの人に、いまの文で送る</" in client.get(url).content.decode()
        press = {"request_id": "d" * 32}
        there = client.post(f"{url}rest/", press)["Location"]
        running.run(case, delivery)
        assert (acts.standing(case, delivery).stage, len(post.mails)) == ("ended", 50)
        client.post(f"{url}rest/", press)
        (after,) = [now for now in acts.of_case(case) if now.delivery != delivery]
        assert after.delivery in there
        assert client.get(there).status_code == 200
        acts.settle(case, after.delivery, after.guessed, after.heading, cast.actor)
        acts.begin(case, after.delivery, new.sha256, cast.actor)
        running.run(case, after.delivery)
        assert post.count() == {f"c{n}@example.com": 1 for n in range(1, 61)}
    assert acts.standing(case, after.delivery).counts() == {"sent": 10}
    assert acts.standing(case, delivery).counts() == {"sent": 50, "left": 10}
    assert not list(casebook.entries(case, ["duty.met"]))


def test_one_bad_name_stops_nobody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """一人の名前がヘッダーに使えなくても、一覧は止まらない。その人には、ヘッダーに名前のないメールが届く。"""
    case, paper = approved(cast)
    table = rows(3)
    table[2][0] = "=?utf-8?q?a=0d=0aBcc:_saburo@example.net?="
    written = message.written

    def picky(letter: message.Letter) -> bytes:
        if letter.to_name.startswith("客3"):
            raise Problem("mail.bad_header", reason="this name")
        return written(letter)

    monkeypatch.setattr(message, "written", picky)
    with mail_server() as (port, post, _):
        set_up(cast, port)
        delivery = listed(case, paper, cast, table)
        acts.begin(case, delivery, paper.sha256, cast.actor)
        running.run(case, delivery)
        assert post.count() == {"c1@example.com": 1, "c3@example.com": 1}
        assert "客3 太郎 様" in post.read(1).get_content()
    now = acts.standing(case, delivery)
    assert (now.stage, now.people[2].state) == ("ended", "broken")


PROBLEMS = [
    Problem("notify.text_against_facts", words="山田さんのカード番号が流出"),
    Problem("mail.bad_address", address="saburo@example.net", what="from"),
    Problem("mail.sign_in", host="smtp.example.jp", user="hanako", said="hello saburo@example.net"),
    Problem("mail.unreachable", host="smtp.example.jp", port=587, reason="saburo@example.net"),
]


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.code)
def test_no_free_words_stay_for_ever(cast: Cast, problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """止まった送信も、失敗した試しの1通も、台帳の行に自由な言葉を残さず、ページには理由の文が出る。"""
    case, paper = approved(cast)
    set_up(cast, 2525)
    delivery = listed(case, paper, cast, rows(1))
    acts.ask_test(case, delivery, "hanako@example.jp", cast.actor)
    acts.begin(case, delivery, paper.sha256, cast.actor)

    def fails(*_: Any, **__: Any) -> None:
        raise problem

    monkeypatch.setattr(running, "post", fails)
    (test,) = acts.standing(case, delivery).tests
    running.try_out(case, delivery, test)
    running.run(case, delivery)
    raw = b"".join(casebook.lines(case)).decode()
    assert "山田さん" not in raw
    assert "saburo@" not in raw
    now = acts.standing(case, delivery)
    assert (now.problem, now.tests[test]["problem"]) == (problem.code, problem.code)
    with translation.override("ja"):
        said = saying.problem(now.problem, now.params)
    assert "{" not in said
    assert said in signed_in(cast.hanako).get(f"/i/{case.reference}/notify/delivery/{delivery}/").content.decode()
    assert all(str(problem.params[key]) in said for key in ("host", "port", "user") if key in problem.params)
