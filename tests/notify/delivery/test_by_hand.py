"""手紙と電話の一覧も終わる：投函した、電話したと記録された人は「これから」に残らない。"""

from __future__ import annotations

from typing import Any

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.notify.delivery import acts
from tests.cast import Cast, assemble
from tests.notify.delivery.cast import approved, listed, rows
from tests.notify.test_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def begun(cast: Cast, way: str, count: int = 2) -> tuple[Any, str, str]:
    case, paper = approved(cast)
    delivery = listed(case, paper, cast, rows(count), way)
    acts.begin(case, delivery, paper.sha256, cast.actor)
    return case, delivery, f"/i/{case.reference}/notify/delivery/{delivery}/"


def ends(case: Any) -> tuple[list[int], list[str], list[str]]:
    """How many got it, how the document went out, and the duties that were met."""
    kinds = ["delivery.ended", "document.sent", "duty.met"]
    found = list(casebook.entries(case, kinds))
    values = [[one.data for one in found if one.kind == kind] for kind in kinds]
    return [d["sent"] for d in values[0]], [d["how"] for d in values[1]], [d["target"] for d in values[2]]


def test_a_list_by_post_ends_with_the_last_letter(cast: Cast) -> None:
    """印刷した人だけが「投函した」で送った人になり、最後の手紙で終わり、文書も通知も済みになる。二度押しても同じ。"""
    case, delivery, url = begun(cast, "post")
    acts.decide(case, delivery, 2, "leave", cast.actor)
    client = signed_in(cast.hanako)
    press = {"part": "1", "request_id": "a" * 32}
    client.post(f"{url}posted/", press)
    assert acts.standing(case, delivery).counts() == {"waiting": 1, "left": 1}
    client.get(f"{url}letters/1/")
    acts.decide(case, delivery, 2, "post", cast.actor)
    said = client.get(url).content.decode()
    assert "PDF 1 の印刷した手紙を投函した（1通）" in said
    client.post(f"{url}posted/", press)
    assert acts.standing(case, delivery).counts() == {"sent": 1, "elsewhere": 1}
    assert ends(case) == ([], [], [])
    assert signed_in(cast.taro).post(f"{url}posted/", press).status_code == 403
    client.get(f"{url}letters/1/")
    for _ in range(2):
        client.post(f"{url}posted/", {**press, "request_id": "b" * 32})
    now = acts.standing(case, delivery)
    assert (now.stage, now.counts()) == ("ended", {"sent": 2})
    assert "全員に送りました" in client.get(url).content.decode()


def test_everybody_posted_meets_the_duty(cast: Cast) -> None:
    """全員の手紙を投函すると、一度だけ終わり、文書は郵便で送ったことになり、通知が済みになる。"""
    case, delivery, url = begun(cast, "post", 3)
    client = signed_in(cast.hanako)
    client.get(f"{url}letters/1/")
    client.post(f"{url}posted/", {"part": "1"})
    sent, how, met = ends(case)
    assert (sent, how) == ([3], ["post"])
    assert "appi.notice" in met
    assert "投函した" not in client.get(url).content.decode().replace("投函したこと", "")


def test_a_list_by_telephone_ends_with_the_last_call(cast: Cast) -> None:
    """全員に電話で伝えると終わり、通知が済みになる。つながらない人がいる間は終わらない。"""
    case, delivery, url = begun(cast, "phone")
    acts.called(case, delivery, 1, "told", "伝えた", cast.actor)
    acts.called(case, delivery, 2, "absent", "留守", cast.actor)
    assert acts.standing(case, delivery).stage == "running"
    client = signed_in(cast.hanako)
    assert "電話しています" in client.get(f"/i/{case.reference}/notify/delivery/").content.decode()
    acts.called(case, delivery, 2, "told", "伝えた", cast.actor)
    sent, how, met = ends(case)
    assert (sent, how) == ([2], ["phone"])
    assert "appi.notice" in met
    assert "全員への電話が終わりました" in client.get(url).content.decode()
