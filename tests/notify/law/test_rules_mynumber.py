"""個人番号（マイナンバー）の報告と、契約・任意の連絡（番号法第29条の4、規則第2条〜第5条）。"""

from typing import Any

import pytest

from tests.notify.law.facts_for_rules import judge

REPORTS = [f"mn.report.{n}" for n in (1, 2, 3, 4)]


def applying(**changes: Any) -> list[str]:
    judged = judge(**{"my_number": True, **changes})
    return [duty for duty in REPORTS if judged.duty(duty).status == "applies"]


@pytest.mark.parametrize(
    ("changes", "reports"),
    [
        ({}, []),
        ({"mn_gov_system": True}, ["mn.report.1"]),
        ({"mn_gov_system": True, "certainty": "ruled_out", "mn_misuse": True}, []),
        ({"malicious": True}, ["mn.report.2"]),
        ({"malicious": True, "certainty": "ruled_out", "mn_misuse": True}, ["mn.report.2"]),
        ({"mn_public_view": True}, ["mn.report.3"]),
        ({"mn_persons_max": 100}, []),
        ({"mn_persons_max": 101}, ["mn.report.4"]),
        ({"mn_persons_max": 101, "strong_protection": True}, []),
        ({"my_number": False, "malicious": True, "mn_persons_max": 500}, []),
    ],
)
def test_the_four_categories(changes: dict[str, Any], reports: list[str]) -> None:
    """4つの号に、それぞれの事実であたる。第1号は漏えい等だけ、第2号と第4号は利用・提供も含む。"""
    assert applying(**changes) == reports


@pytest.mark.parametrize(
    ("duty", "changes", "days", "deadline"),
    [
        ("mn.report.2", {"malicious": True}, (60,), "2027-01-04"),
        ("mn.report.4", {"mn_persons_max": 101}, (30,), "2026-12-07"),
        ("mn.report.4", {"mn_persons_max": 101, "malicious": None}, (30,), "2026-12-07"),
        ("mn.report.4", {"mn_persons_max": 101, "malicious": True}, (60,), "2027-01-04"),
        ("mn.report.1", {"mn_gov_system": True}, (30,), "2026-12-07"),
        ("mn.report.3", {"mn_public_view": True, "malicious": True}, (60,), "2027-01-04"),
    ],
)
def test_thirty_and_sixty_days(duty: str, changes: dict[str, Any], days: tuple[int], deadline: str) -> None:
    """確報は30日、不正の目的なら60日。ほかの号と重なるときも60日になる。"""
    result = judge(my_number=True, **changes).duty(duty)
    guide, limit = result.deadlines
    assert (guide.kind, guide.days) == ("guide", (3, 5))
    assert (limit.kind, limit.days) == ("limit", days)
    assert limit.to_date
    assert limit.to_date.isoformat() == deadline


def test_outside_the_categories_there_is_an_effort_duty() -> None:
    """報告の対象でない個人番号の漏えい等は、努力義務として残る。"""
    result = judge(my_number=True).duty("mn.effort")
    assert (result.group, result.duty.kind) == ("required", "effort")
    assert judge(my_number=True, malicious=True).duty("mn.effort").group == "not_required"


def test_a_contract_has_no_number_of_days_here() -> None:
    """保険や契約の期限は約款や契約書によるので日付を作らない（Visaの営業日は目安として示す）。"""
    judged = judge(insured=True, contract_notice=True, card_data=True)
    for duty in ("insurance.notice", "contract.notice", "card.acquirer", "card.pfi"):
        result = judged.duty(duty)
        assert result.group == "required"
        assert [d.to_date for d in result.deadlines if d.kind == "limit"] == [None]


def test_voluntary_notices_have_no_deadline() -> None:
    """警察・JPCERT/CC・IPA への相談は任意で、期限はない。"""
    judged = judge(crime_suspected={"value": True, "status": "suspected"}, incident_kind=["unauthorised_access"])
    for duty in ("police", "jpcert", "ipa"):
        result = judged.duty(duty)
        assert (result.group, result.duty.kind, result.deadlines) == ("required", "voluntary", ())
