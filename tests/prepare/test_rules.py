"""備えの判断：空欄、次の5分、古くなった連絡先。"""

from datetime import date, timedelta

import pytest

from hikeshi.prepare.catalog import contact_kinds
from hikeshi.prepare.rules import (
    INSURANCE_KEY,
    Item,
    Kind,
    Preparation,
    blanks,
    cells,
    differing,
    next_task,
    readiness,
    stale,
)

TODAY = date(2026, 11, 23)
KINDS = tuple(Kind(k.id, k.rank, k.needs, k.clause, k.optional) for k in contact_kinds().values())


def prepared(*items: Item, versions: int = 0, **answers: str) -> Preparation:
    named = {key.replace("__", "."): value for key, value in answers.items()}
    return Preparation(kinds=KINDS, items=items, answers=named, versions=versions)


def contact(kind: str, phone: str = "03-0000-0000", name: str = "窓口", on: date | None = TODAY, **more: str) -> Item:
    return Item("contact", kind, kind, {"name": name, "phone": phone, **more}, verified_on=on)


def insurer(**more: object) -> Item:
    data = {"name": "保険", "phone": "03-1", "policy_no": "A1", "prior_approval": "yes", "notice_clause": "6条", **more}
    return Item("insurance", INSURANCE_KEY, "", data, verified_on=TODAY)


def names(preparation: Preparation) -> list[str]:
    return [cell.id for cell in blanks(preparation)]


def test_everything_is_blank_at_first() -> None:
    """何も書いていなければ、計画のすべての欄が空欄である。"""
    every = cells(prepared())
    assert len(every) == len(blanks(prepared()))
    assert {"role.leader", "insurance.cyber", "contact.lawyer", "contact.police", "device.any", "plan"} <= set(
        names(prepared())
    )


def test_cells_follow_the_plan() -> None:
    """欄は計画の順に並び、保険会社（C2）は弁護士（C1）と警察（C3）のあいだに立つ。"""
    clauses = [cell.clause for cell in cells(prepared()) if cell.clause]
    assert clauses[:7] == ["R1", "R2", "R3", "C1", "C2", "C3", "C4"]
    assert clauses[-1] == "P3"


def test_first_task_order() -> None:
    """次の5分は、保険会社、詳しい人、警察、弁護士、責任者の順にたずねる。"""
    items: list[Item] = []
    order = []
    for item in (
        insurer(),
        contact("it"),
        contact("police"),
        contact("lawyer"),
        Item("role", "leader", "", {"name": "花子", "phone": "090"}),
    ):
        task = next_task(prepared(*items), TODAY)
        assert task is not None
        assert task.cell is not None
        order.append(task.cell.id)
        items.append(item)
    assert order == ["insurance.cyber", "contact.it", "contact.police", "contact.lawyer", "role.leader"]


def test_unknown_stays_blank_and_is_asked_later() -> None:
    """「わからない」は空欄のまま残り、ほかのことより後にもう一度たずねる。"""
    asked = prepared(insurance__cyber="unknown")
    assert "insurance.cyber" in names(asked)
    task = next_task(asked, TODAY)
    assert task is not None
    assert task.cell is not None
    assert task.cell.id == "contact.it"


def test_unknown_never_becomes_none() -> None:
    """すべてに「わからない」と答えても、済んだことにはならない。"""
    answers = {cell.id.replace(".", "__"): "unknown" for cell in cells(prepared())}
    said = readiness(prepared(**answers), TODAY)
    assert said.done == 0
    assert said.next is not None


def test_none_counts_as_done() -> None:
    """「ない」と答えた欄は、空欄に数えない。"""
    before, after = readiness(prepared(), TODAY), readiness(prepared(contact__lawyer="none"), TODAY)
    assert (after.blank, after.done) == (before.blank - 1, before.done + 1)


def test_something_written_outweighs_an_earlier_none() -> None:
    """「ない」と答えたあとに書き足せば、書いたほうが生きる。"""
    item = contact("lawyer", phone="")
    assert "contact.lawyer" not in names(prepared(contact__lawyer="none"))
    cell = next(c for c in cells(prepared(item)) if c.id == "contact.lawyer")
    assert cell.missing == ("phone",)


def test_name_without_number_is_still_a_blank() -> None:
    """名前だけ書いて電話番号がなければ、その番号が空欄として残る。"""
    cell = next(c for c in blanks(prepared(contact("bank", phone=" "))) if c.kind == "bank")
    assert cell.missing == ("phone",)
    assert cell.name == "窓口"


def test_partner_may_be_reached_by_mail() -> None:
    """取引先は、電話がなくてもメールがあれば書けたことになる。"""
    assert "contact.partner" not in names(prepared(contact("partner", phone="", mail="a@example.jp")))
    assert "contact.partner" in names(prepared(contact("partner", phone="")))


def test_technical_lead_from_outside_is_the_it_person() -> None:
    """責任者と別の人が技術を受け持つなら、詳しい人を二度たずねない。同じ人なら、たずねる。"""
    leader = Item("role", "leader", "", {"name": "花子", "phone": "090"})
    taro = Item("role", "technical", "", {"name": "太郎", "phone": "080"})
    herself = Item("role", "technical", "", {"name": "花子", "phone": "090"})
    assert "contact.it" not in names(prepared(leader, taro))
    assert "contact.it" in names(prepared(leader, herself))
    assert "contact.it" in names(prepared(leader, Item("role", "technical", "", {"name": "太郎", "phone": ""})))


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({}, ()),
        ({"policy_no": ""}, ("policy_no",)),
        ({"prior_approval": "unknown"}, ("prior_approval",)),
        ({"notice_clause": ""}, ("notice_clause",)),
        ({"notice_clause": "", "notice_hours": 48}, ()),
        ({"phone": ""}, ("phone",)),
    ],
)
def test_insurance_details(changed: dict[str, object], missing: tuple[str, ...]) -> None:
    """保険は、電話番号、証券番号、承認の要否、通知の決まりがそろってはじめて埋まる。"""
    cell = next(c for c in cells(prepared(insurer(**changed))) if c.subject == "insurance")
    assert cell.missing == missing
    assert cell.blank == bool(missing)


def test_details_of_lists_are_asked_last() -> None:
    """機器や情報の細かい欄は、連絡先や一覧のあとにたずねる。"""
    device = Item("device", "device-1", "pc", {"name": "ノートパソコン", "admin": "花子", "holds": "名簿"})
    cell = next(c for c in blanks(prepared(device)) if c.subject == "device")
    assert cell.missing == ("backup",)
    assert cell.rank > max(c.rank for c in blanks(prepared()) if c.subject == "contact")


def test_holding_with_zero_people_is_answered() -> None:
    """「0人」は答えであり、空欄ではない。"""
    data = {"name": "名簿", "kinds": ["name"], "people_max": 0, "place": "金庫", "whose": "own"}
    assert not any(c.subject == "holding" for c in blanks(prepared(Item("holding", "h", "", data))))


@pytest.mark.parametrize(("days", "old"), [(0, False), (180, False), (181, True), (4000, True)])
def test_old_after_180_days(days: int, old: bool) -> None:
    """確かめてから180日を過ぎた連絡先だけが、古いとされる。"""
    found = stale(prepared(contact("lawyer", on=TODAY - timedelta(days=days))), TODAY)
    assert [o.days for o in found] == ([days] if old else [])


def test_never_checked_comes_first() -> None:
    """一度も確かめていない連絡先が先、次に古い順に並ぶ。"""
    found = stale(
        prepared(
            contact("lawyer", on=TODAY - timedelta(days=200), name="b"),
            contact("bank", on=TODAY - timedelta(days=400), name="a"),
            contact("police", on=None, name="c"),
        ),
        TODAY,
    )
    assert [o.name for o in found] == ["c", "a", "b"]


def test_contact_without_any_way_to_reach_it_is_blank_not_old() -> None:
    """連絡のしようがない相手は、空欄であって、古い連絡先ではない。"""
    assert stale(prepared(contact("lawyer", phone="", on=None)), TODAY) == []


def test_verification_follows_the_blanks() -> None:
    """空欄がなくなると、確かめていない連絡先が次の5分になり、それもなくなれば何も残らない。"""
    answers = {cell.id.replace(".", "__"): "none" for cell in cells(prepared(versions=1))}
    old = contact("lawyer", on=TODAY - timedelta(days=365))
    task = next_task(prepared(old, versions=1, **answers), TODAY)
    assert task is not None
    assert task.what == "verify"
    assert next_task(prepared(contact("lawyer"), versions=1, **answers), TODAY) is None


def test_differing_fields() -> None:
    """二人の書いたものの違いは、欄の名前で言える。"""
    mine = {"name": "A", "phone": "1", "mail": ""}
    theirs = {"name": "A", "phone": "2", "mail": None, "hours": "9-17"}
    assert sorted(differing(mine, theirs)) == ["hours", "phone"]
