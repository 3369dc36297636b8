"""三値の条件：はい・いいえ・わからない。疑いは義務へ向かうときだけ数える。"""

from datetime import UTC, datetime
from typing import Any

import pytest

from hikeshi.notify.law.kleene import (
    All,
    AnyOf,
    Atom,
    Condition,
    Context,
    Derived,
    DutyApplies,
    Fact,
    Interval,
    Not,
    Verdict,
)

YES, NO = Fact(True, "confirmed"), Fact(False, "confirmed")
PERHAPS, PERHAPS_NOT, UNKNOWN = Fact(True, "suspected"), Fact(False, "suspected"), Fact()
A, B = Atom("a"), Atom("b")


def judge(condition: Condition, **facts: Fact) -> Verdict:
    return condition.judge(Context(facts))


def at(day: int) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (YES, YES, True, True),
        (YES, NO, False, True),
        (NO, NO, False, False),
        (YES, UNKNOWN, None, True),
        (NO, UNKNOWN, False, None),
        (UNKNOWN, UNKNOWN, None, None),
        (PERHAPS, YES, True, True),
        (PERHAPS_NOT, YES, None, True),
        (PERHAPS_NOT, NO, False, None),
    ],
)
def test_and_or(a: Fact, b: Fact, both: bool | None, either: bool | None) -> None:
    """「すべて」は1つの「いいえ」で、「どれか」は1つの「はい」で決まり、ほかは「わからない」が残る。"""
    assert judge(All((A, B)), a=a, b=b).truth is both
    assert judge(AnyOf((A, B)), a=a, b=b).truth is either


@pytest.mark.parametrize(
    ("fact", "plain", "under_not"),
    [
        (YES, True, False),
        (NO, False, True),
        (UNKNOWN, None, None),
        (PERHAPS, True, None),
        (PERHAPS_NOT, None, True),
        (Fact(True, "refuted"), False, True),
        (Fact(False, "refuted"), None, None),
        (Fact(None, "refuted"), False, True),
        (Fact(None, "confirmed"), None, None),
    ],
)
def test_each_status(fact: Fact, plain: bool | None, under_not: bool | None) -> None:
    """疑いは、義務へ向かえば数え、義務から離れるなら「わからない」とする。二重の否定ではもとに戻る。"""
    assert judge(A, a=fact).truth is plain
    assert judge(Not(A), a=fact).truth is under_not
    assert judge(Not(Not(A)), a=fact).truth is plain


@pytest.mark.parametrize(
    ("fact", "leak", "loss"),
    [
        (Fact(frozenset({"leak"}), "confirmed"), True, False),
        (Fact(frozenset({"leak"}), "suspected"), True, None),
        (Fact(frozenset({"leak"}), "refuted"), False, None),
        (Fact(frozenset(), "confirmed"), False, False),
        (UNKNOWN, None, None),
    ],
)
def test_sets(fact: Fact, leak: bool | None, loss: bool | None) -> None:
    """集まりは、確かめたものだけが「含まない」と言え、否定されたものは含まれない。"""
    assert judge(Atom("event", "has", "leak"), event=fact).truth is leak
    assert judge(Atom("event", "has", "loss"), event=fact).truth is loss


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (Interval(1, 1000), False),
        (Interval(1, 1001), True),
        (Interval(1001, None), True),
        (Interval(1000, None), None),
        (Interval(None, 1000), False),
        (Interval(None, None), None),
    ],
)
def test_more_than(value: Interval, truth: bool | None) -> None:
    """人数は、ありうる最大で比べる。最大がわからなければ、最小だけで超えるときに限り「はい」とする。"""
    assert judge(Atom("persons", "gt", 1000), persons=Fact(value, "confirmed")).truth is truth


@pytest.mark.parametrize("value", [3, "yes", frozenset({"leak"}), Interval(1, 2), datetime(2026, 1, 1, tzinfo=UTC)])
def test_a_value_of_another_type_is_not_known(value: Any) -> None:
    """型の合わない値は、はいともいいえとも読まない。"""
    assert judge(A, a=Fact(value, "confirmed")).truth is None


def test_choice() -> None:
    """選択肢の事実は、値の一致で読む。"""
    fact = Fact("suspected", "confirmed")
    assert judge(Atom("c", "in", ("confirmed", "suspected")), c=fact).truth is True
    assert judge(Atom("c", "in", ("confirmed",)), c=fact).truth is False
    assert judge(Atom("c", "is", "suspected"), c=fact).truth is True


def test_reasons_and_questions() -> None:
    """決まったときは決め手の事実を、決まらないときは残った事実だけを挙げる。"""
    settled = judge(All((A, B, Atom("c"))), a=YES, b=NO, c=UNKNOWN)
    assert (settled.deciding, settled.open) == (("b",), ())
    unsettled = judge(All((A, B, Atom("c"))), a=YES, b=UNKNOWN, c=UNKNOWN)
    assert (unsettled.deciding, unsettled.open) == (("a",), ("b", "c"))


def test_names_lead_to_conditions_and_duties() -> None:
    """名前のついた条件と、ほかの義務の答えを使える。"""
    context = Context({"a": PERHAPS}, {"it": A}, lambda name: Verdict(name == "x", ("a",)))
    assert Derived("it").judge(context).truth is True
    assert Not(Derived("it")).judge(context).truth is None
    assert Not(DutyApplies("x")).judge(context).truth is False
    assert DutyApplies("y").judge(context).truth is False


def chain(*facts: Fact) -> Fact:
    *earlier, last = facts
    return Fact(last.value, last.status, stated_at=last.stated_at, earlier=tuple(earlier))


@pytest.mark.parametrize(
    ("history", "since"),
    [
        ([Fact(True, "confirmed", stated_at=at(1))], None),
        ([Fact(False, "confirmed", stated_at=at(1)), Fact(True, "confirmed", stated_at=at(5))], at(5)),
        ([Fact(None, "unknown", stated_at=at(1)), Fact(True, "confirmed", stated_at=at(5))], None),
        (
            [
                Fact(False, "confirmed", stated_at=at(1)),
                Fact(None, "unknown", stated_at=at(3)),
                Fact(True, "confirmed", stated_at=at(5)),
            ],
            at(3),
        ),
        (
            [
                Fact(True, "confirmed", stated_at=at(1)),
                Fact(False, "confirmed", stated_at=at(3)),
                Fact(True, "suspected", stated_at=at(5)),
            ],
            at(5),
        ),
        ([Fact(False, "suspected", stated_at=at(1)), Fact(True, "confirmed", stated_at=at(5))], None),
    ],
)
def test_since_when(history: list[Fact], since: datetime | None) -> None:
    """「いいえ」と確かめた後で変わったときだけ、その変わり目から数える。わからなかっただけなら、はじめから数える。"""
    assert judge(A, a=chain(*history)).since == since


def test_since_of_joined_conditions() -> None:
    """「すべて」はいちばん遅く成り立った時、「どれか」はいちばん早く成り立った時から数える。"""
    one, two = Fact(True, "confirmed", known_at=at(3)), Fact(True, "confirmed", known_at=at(7))
    assert judge(All((A, B)), a=one, b=two).since == at(7)
    assert judge(AnyOf((A, B)), a=one, b=two).since == at(3)
    assert judge(AnyOf((A, B)), a=one, b=YES).since is None
    assert judge(All((A, B)), a=one, b=YES).since == at(3)
