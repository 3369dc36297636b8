"""戻ってきたメールが、本物の受信箱から、届かなかった人の横に並ぶ。偽の知らせは、だれも「届かなかった」ことにしない。"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail import message
from hikeshi.notify.delivery import acts, bounced, keeping, rules, running, setup
from tests.cast import Cast, assemble
from tests.components import needs
from tests.engines.mail.test_bounces import plain, report
from tests.imapserver import mailbox
from tests.mailserver import PASSWORD, USER, certificate, mail_server
from tests.notify.delivery.cast import approved, listed, rows, set_up
from tests.notify.test_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def sent(cast: Cast, count: int = 5, *, family: bool = False, **more: Any) -> tuple[Any, str, list[str]]:
    """A delivery that went to so many people (the last two to one address): the case, its id, Message-IDs by number."""
    table = rows(count)
    if family:
        table[-1][1] = table[-2][1]
    case, paper = approved(cast)
    with mail_server() as (port, post, _):
        set_up(cast, port, **more)
        delivery = listed(case, paper, cast, table)
        acts.begin(case, delivery, paper.sha256, cast.actor)
        running.run(case, delivery)
        ids = [str(post.read(n)["Message-ID"]) for n in range(count)]
    return case, delivery, ["", *sorted(ids, key=lambda name: int(name.split(".")[2]))]


def test_from_the_mailbox_to_the_page(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """受信箱の知らせが、だれのものかを Message-ID で確かめられ、次にすること付きでページに出る。二度数えない。"""
    needs("dovecot")
    made = certificate(tmp_path, "localhost")
    monkeypatch.setenv("HIKESHI_MAIL_CA", str(made.authority))
    with mailbox(made, USER) as box:
        more = {"imap_host": "localhost", "imap_port": box.port, "imap_user": USER}
        case, delivery, ids = sent(cast, **more)
        keeping.keep_secret(cast.workspace, "imap", PASSWORD)
        box.deliver(report(returned=ids[2]))
        box.deliver(report("delayed", "4.4.1", returned=ids[3]))
        box.deliver(plain("taro@example.com", "Re: お詫びとご報告", "わかりました"))
        assert bounced.look(cast.workspace) == 2
        assert bounced.look(cast.workspace) == 0
    now = acts.standing(case, delivery)
    assert {n: one.state for n, one in now.people.items()} == {
        1: "sent",
        2: "returned",
        3: "sent",
        4: "sent",
        5: "sent",
    }
    page = signed_in(cast.hanako).get(f"/i/{case.reference}/notify/delivery/{delivery}/people/2/").content.decode()
    assert "アドレスが違うか、使われていません" in page
    assert f"/evidence/{now.people[2].mail}/" in page


def known(case: Any, delivery: str) -> dict[str, tuple[Any, rules.Standing]]:
    return {delivery: (case, acts.standing(case, delivery))}


def test_forged_bounces_change_nothing(cast: Cast) -> None:
    """他人の番号を書いた偽の知らせ、よその送信の名前、送っていない人の知らせでは、何も変わらない。"""
    case, delivery, ids = sent(cast, 3)
    forged = [ids[1].replace(".1.", ".2."), message.mark("f" * 16, 1, keeping.marking_key(), "example.jp"), "<a@b>"]
    forged.append(message.mark(delivery, 99, keeping.marking_key(), "example.jp"))
    assert bounced.take(known(case, delivery), [report(returned=one) for one in forged]) == 0
    assert acts.standing(case, delivery).counts() == {"sent": 3}
    assert not list(casebook.entries(case, ["delivery.returned"]))


def test_only_the_address_is_a_hint(cast: Cast) -> None:
    """元のメールを返さないサーバーの知らせは、宛先だけで探し、「確かではない」と書く。二人が同じ宛先なら、決めつけない。"""
    case, delivery, _ids = sent(cast, 4, family=True)
    hint = plain("Postmaster@ezweb.ne.jp", "Mail System Error - Returned Mail", "<C2@example.com>: user unknown")
    assert bounced.take(known(case, delivery), [hint]) == 1
    both = plain("Postmaster@ezweb.ne.jp", "Mail System Error - Returned Mail", "<C3@example.com>: user unknown")
    assert bounced.take(known(case, delivery), [both]) == 0
    person = acts.standing(case, delivery).people[2]
    assert (person.state, person.certain) == ("returned", False)
    client: Client = signed_in(cast.hanako)
    page = client.get(f"/i/{case.reference}/notify/delivery/{delivery}/people/2/").content.decode()
    assert "確かではありません" in page


def test_after_a_bounce_a_letter_or_a_call(cast: Cast) -> None:
    """戻ってきた人を手紙に回すと、その人だけの手紙ができ、もう一度送ると決めた人だけに、もう一度送られる。"""
    case, delivery, ids = sent(cast, 4)
    assert bounced.take(known(case, delivery), [report(returned=ids[n]) for n in (1, 3)]) == 2
    acts.decide(case, delivery, 1, "post", cast.actor)
    answer = signed_in(cast.hanako).get(f"/i/{case.reference}/notify/delivery/{delivery}/letters/1/")
    assert answer.content[:5] == b"%PDF-"
    (printed,) = casebook.entries(case, ["delivery.printed"])
    assert printed.data["numbers"] == [1]
    acts.decide(case, delivery, 3, "again", cast.actor)
    with mail_server() as (port, post, _):
        set_up(cast, port)
        running.run(case, delivery)
        assert post.count() == {"c3@example.com": 1}


def test_a_double_press_sends_one_mail(cast: Cast) -> None:
    """「もう一度送る」が二度届いても、送られるのは一通。ページを開き直して押せば、また一通。"""
    case, delivery, ids = sent(cast, 2)
    assert bounced.take(known(case, delivery), [report(returned=ids[1])]) == 1
    client = signed_in(cast.hanako)
    url = f"/i/{case.reference}/notify/delivery/{delivery}/people/1/"
    said = client.get(url).content.decode()
    forms = [form for form in said.split("<form")[1:] if "/decide/" in form.partition(">")[0]]
    assert [form.partition("</form>")[0].count('name="request_id"') for form in forms] == [1, 1]
    press = {"what": "again", "confirm": "yes", "request_id": "b" * 32}
    with mail_server() as (port, post, _):
        set_up(cast, port)
        for _ in range(2):
            assert client.post(f"{url}decide/", press).status_code == 302
            running.run(case, delivery)
        assert post.count() == {"c1@example.com": 1}
        client.post(f"{url}decide/", {**press, "request_id": "c" * 32})
        client.post(f"{url}decide/", {**press, "request_id": "c" * 32})
        running.run(case, delivery)
        assert post.count() == {"c1@example.com": 2}


def test_nobody_looks_without_a_mailbox(cast: Cast) -> None:
    """受信サーバーがなければ、探さず、何を設定するかを言う。"""
    set_up(cast, 2525)
    assert setup.mail(cast.workspace) is not None
    with pytest.raises(Problem, match="imap_not_set_up"):
        bounced.look(cast.workspace)
