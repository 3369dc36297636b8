"""個人情報保護委員会への報告：いつ必要か、いつまでか、なぜか（規則第7条・第8条）。"""

from datetime import date
from typing import Any

import pytest

from hikeshi.notify.law.answered import as_json
from hikeshi.notify.rules import DutyResult, evaluate
from tests.notify.law.facts_for_rules import LEAK, NOW, judge

REPORTS = [f"appi.report.7_{n}" for n in (1, 2, 3, 4)]


def days(result: DutyResult) -> list[tuple[str, str | None]]:
    return [(d.kind, d.to_date.isoformat() if d.to_date else None) for d in result.deadlines]


def applying(**changes: Any) -> list[str]:
    judged = judge(**changes)
    return [duty for duty in REPORTS if judged.duty(duty).status == "applies"]


@pytest.mark.parametrize(
    ("changes", "reports"),
    [
        ({"sensitive": True, "event": ["leak"]}, ["appi.report.7_1"]),
        ({"sensitive": True, "event": ["loss"]}, ["appi.report.7_1"]),
        ({"financial_harm": True}, ["appi.report.7_2"]),
        ({"malicious": True}, ["appi.report.7_3"]),
        ({"malicious": True, "event": ["damage"]}, ["appi.report.7_3"]),
        ({"persons": 1000}, []),
        ({"persons": 1001}, ["appi.report.7_4"]),
        ({"sensitive": True, "persons": 5000}, ["appi.report.7_1", "appi.report.7_4"]),
        ({"malicious": True, "personal_data": False}, []),
        ({"malicious": True, "personal_data": False, "collecting_data": True}, ["appi.report.7_3"]),
        ({"sensitive": True, "personal_data": False, "collecting_data": True}, []),
    ],
)
def test_the_four_categories(changes: dict[str, Any], reports: list[str]) -> None:
    """規則第7条の4つの号に、それぞれの事実であたる。"""
    assert applying(**changes) == reports


@pytest.mark.parametrize(
    "exempt",
    [
        {"strong_protection": True},
        {"recovered_unseen": True},
        {"certainty": "ruled_out"},
        {"event": ["damage"], "same_data_elsewhere": True},
    ],
)
def test_exemptions(exempt: dict[str, Any]) -> None:
    """暗号化、見られる前の回収、否定、同じデータの保管は、どの号も不要にする。"""
    assert applying(sensitive=True, financial_harm=True, malicious=True, persons=9999, **exempt) == []


def test_a_backup_does_not_undo_a_leak() -> None:
    """バックアップがあっても、漏えいは打ち消されない（通則編 3-5-1-4）。"""
    assert applying(malicious=True, event=["leak", "damage"], same_data_elsewhere=True) == ["appi.report.7_3"]


@pytest.mark.parametrize("exempt", ["strong_protection", "recovered_unseen"])
def test_a_suspected_exemption_exempts_nothing(exempt: str) -> None:
    """「暗号化されていたはず」「回収できたはず」という疑いの段階では、不要にならず確認が必要になる。"""
    result = judge(sensitive=True, **{exempt: {"value": True, "status": "suspected"}}).duty("appi.report.7_1")
    assert result.group == "review"
    assert [q.fact for q in result.questions] == [exempt]


def test_a_suspicion_counts_as_may_have_occurred() -> None:
    """不正の目的の「疑い」だけで第3号にあたり、期限は60日になる（行われたおそれがある行為）。"""
    result = judge(malicious={"value": True, "status": "suspected"}).duty("appi.report.7_3")
    assert result.group == "required"
    assert days(result) == [("guide", "2026-11-10"), ("limit", "2027-01-04")]
    assert "（疑い）" in result.reason["ja"]
    assert "(suspected)" in result.reason["en"]


def test_refuted_malice_is_a_no() -> None:
    """不正の目的が「違うと分かった」なら、第3号は不要になる。"""
    assert judge(malicious={"value": True, "status": "refuted"}).duty("appi.report.7_3").group == "not_required"


def test_sixty_days_win_when_malice_is_at_least_suspected() -> None:
    """第3号にもあたるときは、ほかの号の期限も60日になる（通則編 3-5-3-4）。"""
    both = judge(sensitive=True, malicious=True).duty("appi.report.7_1")
    assert days(both)[1] == ("limit", "2027-01-04")
    assert both.deadlines[1].days == (60,)


@pytest.mark.parametrize("malicious", [None, False])
def test_thirty_days_while_malice_is_unknown(malicious: bool | None) -> None:
    """不正の目的がわからない間は、短い30日を示す。"""
    result = judge(sensitive=True, malicious=malicious).duty("appi.report.7_1")
    assert days(result) == [("guide", "2026-11-10"), ("limit", "2026-12-07")]
    moved = result.deadlines[1].moved
    assert moved
    assert "2026年12月5日（土）" in moved["ja"]
    assert "Saturday 5 December 2026" in moved["en"]


@pytest.mark.parametrize(
    ("persons", "group"),
    [
        ({"at_least": 412, "at_most": 1000}, "not_required"),
        ({"at_least": 412, "at_most": 1001}, "required"),
        ({"at_least": 412, "at_most": None}, "review"),
        ({"at_least": 1001, "at_most": None}, "required"),
        ({"at_least": None, "at_most": 999}, "not_required"),
        ({"value": {"at_least": 10, "at_most": 20}, "status": "suspected"}, "review"),
        ({"value": {"at_least": 10, "at_most": 2000}, "status": "suspected"}, "required"),
        (None, "review"),
    ],
)
def test_the_greatest_possible_number_decides(persons: Any, group: str) -> None:
    """人数が決まらないときは最大の人数で考え、最大がわからなければ確認が必要とする（通則編 3-5-3-1(4)）。"""
    assert judge(persons=persons).duty("appi.report.7_4").group == group


def test_a_count_that_passes_a_thousand_later_starts_its_own_clock() -> None:
    """1,000人を超えたと後で分かれば、その時から第4号の期限を数え、最初に知った時も残す。"""
    later = {"fact_known_at": {"persons": "2026-11-20T09:00:00+09:00"}}
    result = judge(persons={"at_least": 900, "at_most": 1500}, **later).duty("appi.report.7_4")
    assert days(result) == [("guide", "2026-11-24"), ("limit", "2026-12-21")]
    assert result.deadlines[0].counted_from
    assert result.deadlines[0].counted_from.date() == date(2026, 11, 20)
    assert result.known_at
    assert result.known_at.date() == date(2026, 11, 6)


def test_a_fact_known_before_the_incident_became_known_does_not_bring_the_clock_forward() -> None:
    """事実が先に分かっていても、期限は知った時より前から数えない。"""
    early = {"fact_known_at": {"persons": "2026-10-01T09:00:00+09:00"}}
    assert days(judge(persons=1500, **early).duty("appi.report.7_4"))[1] == ("limit", "2026-12-07")


def test_without_the_time_of_knowing_the_earliest_moment_counts_provisionally() -> None:
    """知った時が答えられるまでは、最初の知らせ・気づき・開始のうち最も早い時から「仮」で数える。"""
    facts = {
        **LEAK,
        "known_at": None,
        "malicious": True,
        "signalled_at": "2026-11-04T08:00:00+09:00",
        "noticed_at": "2026-11-05T08:00:00+09:00",
    }
    judged = evaluate(facts, now=NOW, opened_at=NOW)
    deadline = judged.duty("appi.report.7_3").deadlines[0]
    assert deadline.provisional
    assert deadline.counted_fact == "signalled_at"
    assert deadline.from_date == date(2026, 11, 6)


def test_a_suspected_time_of_knowing_stays_provisional() -> None:
    """「たぶんこの時」という知った時刻は、仮のままにする。"""
    judged = judge(known_at={"value": "2026-11-06", "status": "suspected"})
    assert judged.start
    assert judged.start.provisional


def test_without_any_moment_there_is_no_date() -> None:
    """数え始める時がまったくなければ、日付は出さず、義務は示す。"""
    facts = {key: value for key, value in LEAK.items() if key != "known_at"}
    result = evaluate({**facts, "malicious": True}, now=NOW).duty("appi.report.7_3")
    assert result.group == "required"
    assert days(result) == [("guide", None), ("limit", None)]


@pytest.mark.parametrize(
    ("known_at", "deadline"),
    [
        ("2026-11-06T23:59:00+09:00", "2026-12-07"),
        ("2026-11-06T14:59:00Z", "2026-12-07"),
        ("2026-11-01T15:00:00Z", "2026-12-01"),
        ("2026-11-01T14:59:00Z", "2026-11-30"),
    ],
)
def test_days_are_counted_in_japan(known_at: str, deadline: str) -> None:
    """知った時刻がどの時間帯で書かれても、日本の日付から数える。"""
    assert days(judge(sensitive=True, known_at=known_at).duty("appi.report.7_1"))[1] == ("limit", deadline)


def test_the_entrustee_is_released_by_telling_the_client() -> None:
    """委託先は、委託元へ通知すれば、報告と本人への通知が免除される（規則第9条）。"""
    before = judge(malicious=True, role=["entrustee"])
    assert before.duty("appi.entrustee").group == "required"
    assert before.duty("appi.report.7_3").group == "required"
    after = judge(malicious=True, role=["entrustee"], released_by_entrustee_notice=True)
    for duty in ("appi.report.7_3", "appi.notice"):
        assert after.duty(duty).group == "not_required"
        assert after.duty(duty).released
        assert "免除" in after.duty(duty).reason["ja"]
    assert after.duty("appi.entrustee").group == "required"


@pytest.mark.parametrize("release", [{"value": True, "status": "suspected"}, False, None])
def test_only_a_certain_notice_releases(release: Any) -> None:
    """「通知したはず」では免除されない。"""
    judged = judge(malicious=True, role=["entrustee"], released_by_entrustee_notice=release)
    assert judged.duty("appi.report.7_3").group == "required"


@pytest.mark.parametrize("role", [["operator", "entrustee"], ["entrustor", "entrustee"]])
def test_own_data_is_not_released_by_telling_the_client(role: list[str]) -> None:
    """自らのデータも関わるときは、委託元に知らせただけでは、委員会への報告も本人への通知も免れない。"""
    judged = judge(malicious=True, role=role, released_by_entrustee_notice=True)
    for duty in ("appi.report.7_3", "appi.notice"):
        assert not judged.duty(duty).released
        assert judged.duty(duty).group == "required"


def test_an_operator_is_not_released() -> None:
    """自ら取り扱う事業者は、だれかへ通知しても免除されない。"""
    judged = judge(malicious=True, role=["operator"], released_by_entrustee_notice=True)
    assert judged.duty("appi.report.7_3").group == "required"


def test_nothing_known_asks_and_excuses_nothing() -> None:
    """何も分からないうちは、どの義務も「不要」とは言わない。"""
    judged = evaluate({}, now=NOW, opened_at=NOW)
    assert not judged.group("not_required")
    for result in judged.duties:
        assert result.questions, result.id


def test_the_reason_names_the_fact_that_decided() -> None:
    """不要なときは、決め手になった事実を言う。"""
    result = judge(malicious=True, personal_data=False).duty("appi.report.7_1")
    assert [d.fact for d in result.deciding] == ["personal_data"]
    assert "個人データにはあたりません" in result.reason["ja"]


def test_law_is_chosen_by_the_day_of_knowing() -> None:
    """その日に有効な条文を持っていなければ、不要とはせず確認が必要とする。"""
    result = judge(malicious=True, known_at="2024-03-31").duty("appi.report.7_3")
    assert result.group == "review"
    assert not result.deadlines
    assert judge(malicious=True, known_at="2024-04-01").duty("appi.report.7_3").group == "required"


def test_the_answer_is_plain_json() -> None:
    """答えはそのままJSONにでき、同じ事実からは同じ答えになる。"""
    import json

    one, two = (json.dumps(as_json(judge(malicious=True), "ja"), ensure_ascii=False) for _ in range(2))
    assert one == two
    assert json.loads(one)["duties"][0]["source"]["checked_on"]
