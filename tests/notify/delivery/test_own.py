"""一覧から手紙に入るのは、名前と、事実にある項目と、件数だけ。だれも承認していない文は、どの列からも出ない。"""

from __future__ import annotations

from typing import Any

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.notify import letters, services
from hikeshi.notify.delivery import acts, merging, own, people
from hikeshi.notify.delivery.people import Recipient
from hikeshi.notify.letters import editing
from hikeshi.notify.wording import Fact
from tests.cast import Cast, assemble
from tests.notify.delivery.cast import HEAD, approved, listed, rows

FACTS = {"data_items": Fact(["name", "address", "orders"], "confirmed", "入会日\n年会費、未納の額")}
UNTRUE = "漏えいはなかったと確認しました。全額補償いたします。カード番号 4111 1111 1111 1111、パスワード hunter2"


def one(**said: str) -> Recipient:
    (found,) = own.judged([Recipient(1, **{"name": "山田 花子", **said})], FACTS, "ja")
    return found


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ("氏名\n住所", "氏名\n住所"),
        ("住所・氏名", "氏名\n住所"),
        ("address, NAME", "氏名\n住所"),
        ("購入・取引の履歴、入会日", "購入・取引の履歴\n入会日"),
        ("年会費、未納の額\n氏名", "氏名\n年会費、未納の額"),
        ("", ""),
    ],
)
def test_items_of_the_facts(items: str, said: str) -> None:
    """事実にある項目は、どう書いてあっても、文書の言葉で入る。"""
    found = one(items=items)
    assert (found.items, found.wrong) == (said, "")
    assert own.judged([found], FACTS, "ja") == [found]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"items": f"氏名\n{UNTRUE}"}, "items"),
        ({"items": "氏名、パスワード"}, "items"),
        ({"records": "漏えいは0件でした"}, "records"),
        ({"records": "4111111111111111"}, "records"),
        ({"name": "漏えいはなかったと確認しました。"}, "name_odd"),
        ({"name": "https://example.net/login"}, "name_odd"),
        ({"name": "全額補償いたします"}, "name_odd"),
        ({"name": "あ" * 61}, "name_odd"),
        ({"name": "山田 4111 1111 1111 1111"}, "secret"),
    ],
)
def test_no_sentence_of_a_list_goes_out(said: dict[str, str], wrong: str) -> None:
    """文や秘密の番号は、手紙にも電話の台本にも入らず、その人は番号と理由つきで残る。"""
    found = one(**said)
    assert found.wrong == wrong
    (value,) = said.values()
    message = merging.merged("お客様各位\n\n拝啓\n\n以上\n", "お客様各位", found, "ja")
    assert all(line not in message for line in value.split("\n") if line != "氏名")


def test_while_nothing_is_known_no_item_is_said() -> None:
    """どの項目かがまだ事実になっていなければ、一覧の項目は書かれない。"""
    (found,) = own.judged([Recipient(1, "山田 花子", items="氏名")], {}, "ja")
    assert (found.items, found.wrong) == ("", "items")


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.mark.django_db
def test_such_a_row_is_held(cast: Cast) -> None:
    """書き込まれた文のある人には送られず、ほかの人には送られる。"""
    case, found_ = approved(cast)
    table = rows(2)
    table[1][HEAD.index("項目")] = f"氏名\n{UNTRUE}"
    delivery = listed(case, found_, cast, table)
    found: dict[int, Any] = people.kept(case, acts.standing(case, delivery).recipients)
    assert [found[n].wrong for n in (1, 2)] == ["items", ""]


@pytest.mark.django_db
def test_what_was_kept_is_looked_at_again(cast: Cast) -> None:
    """前の決まりで確かめた一覧も、始めるときにもう一度調べられ、合わなければ始まらない。"""
    case, found_ = approved(cast)
    delivery = listed(case, found_, cast, rows(2), "post")
    now = acts.standing(case, delivery)
    bad = [Recipient(n, name=f"客{n}", address="東京都千代田区千代田1-1", items=UNTRUE) for n in (1, 2)]
    data = acts.entries.DeliveryListed(
        delivery=delivery, columns=now.columns, heading=True, count=2, broken=0, recipients=people.keep(case, bad)
    )
    casebook.record(case, [casebook.Entry(data, cast.actor, step=acts.STEP)])
    with pytest.raises(Problem, match="list_against_facts"):
        acts.begin(case, delivery, found_.sha256, cast.actor)


@pytest.mark.django_db
def test_nobody_gets_a_letter_that_says_nothing_of_them() -> None:
    """手直しで項目の行が消えていたら、その項目の人がいる一覧には送り始めない。行が全員向けに残っていれば送れる。"""
    cast = assemble()
    case, paper = approved(cast)
    piece = next(one for one in editing.pieces(paper.generated) if "〔住所〕住所" in one.text)
    advice = next(one for one in editing.pieces(paper.generated) if "〔住所〕" in one.text and one != piece)
    for now, goes in (("〔氏名〕お名前", False), ("〔氏名〕お名前\nご住所", True)):
        changes = (editing.Change(piece.text, now), editing.Change(advice.text, "不審な電話にご注意ください。"))
        letters.edit(
            case, letters.paper_of(case, "customer-letter", "ja", "preliminary"), editing.Edits(changes), cast.actor
        )
        found = services.check_paper(case, services.paper(case, "customer-letter", "ja"), cast.actor)
        found = services.approve_paper(case, found, cast.actor)
        delivery = listed(case, found, cast, rows(1), "post")
        if goes:
            acts.begin(case, delivery, found.sha256, cast.actor)
        else:
            with pytest.raises(Problem, match="list_unsaid"):
                acts.begin(case, delivery, found.sha256, cast.actor)
        assert bool(acts.standing(case, delivery).begun_at) is goes
