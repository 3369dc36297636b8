"""期限は、遅く出るよりは早く出る：時刻の食い違い・書きまちがい・後から確かになったことの読み方。"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hikeshi.notify.rules import Evaluation, evaluate
from tests.notify.law.facts_for_rules import LEAK, NOW

SENSITIVE: dict[str, Any] = {**LEAK, "sensitive": True}


def limit(judged: Evaluation, duty: str = "appi.report.7_1") -> date | None:
    return next(one.to_date for one in judged.duty(duty).deadlines if one.kind == "limit")


def warned(judged: Evaluation, words: str) -> list[str]:
    return [one["ja"] for one in judged.warnings if words in one["ja"]]


@pytest.mark.parametrize("name", ["event", "certainty", "strong_protection", "recovered_unseen", "same_data_elsewhere"])
def test_what_became_certain_later_does_not_move_the_limit(name: str) -> None:
    """漏えいが後で確かになっても、守られていない・取り戻せていないと後で分かっても、期限は「知った日」から数える。"""
    later = "2026-11-20T09:00:00+09:00"
    assert limit(evaluate({**SENSITIVE, "fact_known_at": {name: later}}, now=NOW)) == date(2026, 12, 7)
    apart = {**SENSITIVE, name: {"value": SENSITIVE[name], "status": "confirmed", "known_at": later}}
    assert limit(evaluate(apart, now=NOW)) == date(2026, 12, 7)


def test_a_time_that_was_not_used_is_told() -> None:
    """使わなかった時刻は、知らない名前と同じように知らせる。"""
    judged = evaluate({**SENSITIVE, "fact_known_at": {"certainty": "2026-11-20", "sensitive": "2026-11-07"}}, now=NOW)
    assert judged.ignored == ("fact_known_at.certainty",)


def test_a_fact_known_in_the_future_is_warned_of() -> None:
    """分かった日時が未来（年の書きまちがいなど）なら、期限が遅く出るおそれを知らせる。"""
    judged = evaluate({**SENSITIVE, "fact_known_at": {"sensitive": "2036-11-06"}}, now=NOW)
    assert len(warned(judged, "未来")) == 1
    assert "要配慮個人情報" in warned(judged, "未来")[0]
    assert not warned(evaluate({**SENSITIVE, "fact_known_at": {"sensitive": "2026-11-06"}}, now=NOW), "未来")


def test_known_after_somebody_had_noticed_is_warned_of() -> None:
    """「漏れたかもしれない」と思った日より後を「知った日」とすると、期限が遅く出るおそれを知らせる。"""
    assert warned(evaluate({**SENSITIVE, "noticed_at": "2026-11-01"}, now=NOW), "順が逆")
    assert not warned(evaluate({**SENSITIVE, "noticed_at": "2026-11-06T23:00:00+09:00"}, now=NOW), "順が逆")
    refuted = {**SENSITIVE, "noticed_at": {"value": "2026-11-01", "status": "refuted"}}
    assert not warned(evaluate(refuted, now=NOW), "順が逆")


def test_what_was_known_had_happened() -> None:
    """発生の日から数える期限は、発生の日が知った日より後と書かれていれば、知った日から数える（仮）。"""
    outage = {**LEAK, "telecom_operator": True, "major_outage": True}
    early = evaluate({**outage, "occurred_at": "2026-11-02"}, now=NOW)
    late = evaluate({**outage, "occurred_at": "2026-11-20"}, now=NOW)
    assert limit(early, "telecom.major") == date(2026, 12, 1)
    assert limit(late, "telecom.major") == date(2026, 12, 5)
    assert late.duty("telecom.major").deadlines[-1].provisional
