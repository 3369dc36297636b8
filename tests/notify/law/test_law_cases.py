"""条文とガイドラインから書いた事例の表（law_cases.toml）のとおりに判断する。"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hikeshi.notify.law.asking import settling
from hikeshi.notify.rules import Deadline, Evaluation, evaluate
from tests.notify.law.facts_for_rules import LEAK, NOW

TABLE = tomllib.loads((Path(__file__).parent / "law_cases.toml").read_text(encoding="utf-8"))
BASES: dict[str, dict[str, Any]] = {"leak": LEAK, "nothing": {"known_at": LEAK["known_at"]}}
EXPECTED = {"yes": "applies", "no": "does_not_apply", "ask": "needs_review"}


def cases() -> Iterator[Any]:
    for group in TABLE["group"]:
        for case in group["cases"]:
            yield pytest.param(group["base"], case, id=f"{group['about'].split('（')[0]}: {case['says']}")


def judged(base: str, facts: dict[str, Any]) -> Evaluation:
    """The base with the case's changes; what is 「?」 is not stated at all."""
    changed = {**BASES[base], **facts}
    return evaluate({key: value for key, value in changed.items() if value != "?"}, now=NOW)


def shown(deadline: Deadline) -> str:
    if deadline.moment:
        return deadline.moment.isoformat()
    if deadline.to_date is None:
        return ""
    first = f"{deadline.from_date}〜" if deadline.from_date != deadline.to_date else ""
    return f"{first}{deadline.to_date}"


@pytest.mark.parametrize(("base", "case"), list(cases()))
def test_as_the_law_says(base: str, case: dict[str, Any]) -> None:
    """どの事例も、表に書いたとおりに「必要」「不要」「確認が必要」となり、期限と決め手の質問も表のとおりである。"""
    judgement = judged(base, case["facts"])
    for column, status in EXPECTED.items():
        for duty in case.get(column, ()):
            assert (duty, judgement.duty(duty).status) == (duty, status)
    for duty, fact in case.get("ask", {}).items():
        asked = settling(judgement, judgement.duty(duty))
        assert asked is not None
        assert (duty, asked.fact) == (duty, fact)
    for place, day in case.get("days", {}).items():
        duty, stage = place.rsplit("/", 1)
        deadline = next(d for d in judgement.duty(duty).deadlines if d.stage == stage)
        assert (place, shown(deadline)) == (place, day)


def test_the_table_is_large_and_touches_every_duty() -> None:
    """表には120を超える事例があり、どの義務も「必要」と「不要」の両方の事例を持つ。"""
    found = [case for group in TABLE["group"] for case in group["cases"]]
    assert len(found) >= 120
    every = set(judged("leak", {}).judge.book.ids())
    for column in ("yes", "no"):
        assert every - {duty for case in found for duty in case.get(column, ())} == set()
