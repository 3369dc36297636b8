"""三値の判断が守る性質：わからないことは「不要」にならず、分かったことが増えても答えは戻らない。"""

import itertools
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hikeshi.notify.law.asking import settling
from hikeshi.notify.rules import evaluate
from tests.notify.law.facts_for_rules import DOMAIN, LEAK, NOW, law, possible

COMPLETE = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in DOMAIN.items()})
SETTLED = ("applies", "does_not_apply")
JUDGED = law({key: values[0] for key, values in DOMAIN.items()}).keys()
"""The duties that are judged twice. A new law is a folder of its own and needs no second judgement to be shipped."""
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def statuses(facts: dict[str, Any]) -> dict[str, str]:
    known = {"known_at": LEAK["known_at"], **facts}
    return {result.id: result.status for result in evaluate(known, now=NOW).duties if result.id in JUDGED}


@settings(quick, max_examples=200)
@given(COMPLETE)
def test_complete_facts_are_judged_as_the_law_says(facts: dict[str, Any]) -> None:
    """事実がすべて分かっていれば、条文から別に書いた判定と一致し、「確認が必要」は残らない。"""
    expected = {duty: SETTLED[0] if due else SETTLED[1] for duty, due in law(facts).items()}
    assert statuses(facts) == expected


@quick
@given(COMPLETE, st.sets(st.sampled_from(sorted(DOMAIN)), min_size=1, max_size=4))
def test_settled_only_when_every_completion_agrees(facts: dict[str, Any], unknown: set[str]) -> None:
    """「必要」「不要」と言うのは、わからない事実がどう分かってもそうなるときだけである（総当たり）。"""
    partial = statuses({key: None if key in unknown else value for key, value in facts.items()})
    names = sorted(unknown)
    for values in itertools.product(*(DOMAIN[name] for name in names)):
        whole = {**facts, **dict(zip(names, values, strict=True))}
        if not possible(whole):
            continue
        complete = law(whole)
        for duty, status in partial.items():
            if status in SETTLED:
                assert complete[duty] is (status == "applies"), (duty, status, values)


@quick
@given(COMPLETE, st.sets(st.sampled_from(sorted(DOMAIN))), st.sampled_from(sorted(DOMAIN)))
def test_learning_more_never_unsettles(facts: dict[str, Any], unknown: set[str], learnt: str) -> None:
    """わからなかった事実が1つ分かっても、決まっていた答えは変わらない。"""
    before = statuses({key: None if key in unknown else value for key, value in facts.items()})
    after = statuses({key: None if key in unknown - {learnt} else value for key, value in facts.items()})
    for duty, status in before.items():
        if status in SETTLED:
            assert after[duty] == status, duty


@quick
@given(COMPLETE, st.sampled_from([key for key, value in LEAK.items() if isinstance(value, bool)]))
def test_suspicion_never_releases(facts: dict[str, Any], suspected: str) -> None:
    """疑いは義務を生むことはあっても、なくすことはない：疑いで「不要」なら、逆だったとしても不要である。"""
    shown = {**facts, suspected: {"value": facts[suspected], "status": "suspected"}}
    other = law({**facts, suspected: not facts[suspected]})
    same = law(facts)
    for duty, status in statuses(shown).items():
        if status == "does_not_apply" and duty not in ("appi.voluntary", "mn.effort"):
            assert not same[duty], duty
            assert not other[duty], duty


@quick
@given(st.dates(date(2024, 4, 1), date(2090, 12, 31)), COMPLETE)
def test_each_deadline_stands_in_order(known: date, facts: dict[str, Any]) -> None:
    """目安は期限より先に来て、国内の期限は知った日から30日目より早くならない。"""
    for result in evaluate({**facts, "known_at": known.isoformat()}, now=NOW).duties:
        for deadline in result.deadlines:
            if deadline.kind == "limit" and deadline.to_date and not result.duty.rare:
                assert (deadline.to_date - known).days >= 29
            if deadline.kind == "guide" and len(deadline.days) == 2 and deadline.from_date and deadline.to_date:
                assert known < deadline.from_date < deadline.to_date


@quick
@given(COMPLETE, st.sets(st.sampled_from(sorted(DOMAIN)), min_size=1, max_size=3))
def test_the_question_asked_is_one_that_settles(facts: dict[str, Any], unknown: set[str]) -> None:
    """決まらない義務が挙げる質問は、その答えのどれかで本当に決まる。残りが1問なら、どの答えでも決まる。"""
    base = {key: None if key in unknown else value for key, value in facts.items()}
    judged = evaluate({"known_at": LEAK["known_at"], **base}, now=NOW)
    for result in judged.group("review"):
        asked = settling(judged, result)
        assert asked is not None
        # A fact that follows from others (strong protection from its two tests) is asked by these.
        tried = {name: DOMAIN.get(name, (True, False)) for name in unknown | {q.fact for q in result.questions}}
        after = {
            name: [statuses({**base, name: value})[result.id] for value in values] for name, values in tried.items()
        }
        settled = {name: [status in SETTLED for status in found] for name, found in after.items()}
        if len(result.questions) == 1:
            assert all(settled[asked.fact]), (result.id, asked.fact)
        if any(any(found) for found in settled.values()):
            assert any(settled[asked.fact]), (result.id, asked.fact)
