"""手紙のPDFは、だれかを外しても、ほかの人の手紙が抜けたり二度入ったりしない。"""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from hikeshi.notify.delivery import acts, envelopes, rules
from hikeshi.notify.delivery.people import Recipient
from tests.cast import Cast, assemble
from tests.notify.delivery.cast import approved, listed, rows
from tests.notify.test_pages import signed_in

AT = datetime(2026, 11, 9, tzinfo=UTC)


def test_nobody_is_lost_or_doubled_between_two_pdfs() -> None:
    """部ごとに印刷する間にだれが外れても、残る全員が、ちょうど一つの部に入る。"""
    chance = random.Random(5)
    for _ in range(20):
        people = {n: rules.Person() for n in range(1, 251)}
        now = rules.Standing(way="post", count=250, begun_at=AT, people=people)
        table = {n: Recipient(n, name=f"客{n}", address="東京都千代田区千代田1-1") for n in people}
        for part in (1, 2, 3):
            for number in envelopes.whom(now, table):
                if envelopes.part_of(number) == part:
                    assert not people[number].printed
                    people[number].printed = True
            for gone in chance.sample(sorted(people), 3):
                people[gone].state = "left"
        assert all(one.printed for one in people.values() if one.state != "left")
        assert [part["missing"] for part in envelopes.parts(now, table)] == [[], [], []]


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.mark.django_db
def test_the_page_names_who_was_not_printed(cast: Cast) -> None:
    """印刷のあとで手紙に回した人は、まだ印刷していない人として、番号で出る。"""
    case, paper = approved(cast)
    delivery = listed(case, paper, cast, rows(3), "post")
    acts.begin(case, delivery, paper.sha256, cast.actor)
    acts.decide(case, delivery, 2, "leave", cast.actor)
    client = signed_in(cast.hanako)
    url = f"/i/{case.reference}/notify/delivery/{delivery}/"
    assert "印刷しました" not in client.get(url).content.decode()
    assert client.get(f"{url}letters/1/").content[:5] == b"%PDF-"
    assert "印刷しました" in client.get(url).content.decode()
    acts.decide(case, delivery, 2, "post", cast.actor)
    said = client.get(url).content.decode()
    assert "まだ印刷していない人が1人います：</strong> 2番" in said
    acts.decide(case, delivery, 2, "leave", cast.actor)
    assert "まだ印刷していない人" not in client.get(url).content.decode()
