"""FACTS.json に何が書かれていても：読めるものは正しく読み、読めないものは名指しで断る。"""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hikeshi import words
from hikeshi.engines.common.problem import Problem
from hikeshi.notify.law.answered import as_json
from hikeshi.notify.law.lawfiles import shipped
from hikeshi.notify.rules import STATUS, evaluate
from tests.notify.law.facts_for_rules import LEAK, NOW, judge

# duties.md §7.1 の言葉
VOCABULARY = (
    *("known_at", "occurred_at", "detected_by", "role", "event", "certainty", "personal_data", "collecting_data"),
    *("strong_protection", "recovered_unseen", "same_data_elsewhere", "sensitive", "financial_harm", "malicious"),
    *("persons_max", "my_number", "mn_persons_max", "mn_public_view", "mn_gov_system", "mn_misuse"),
    *("contact_possible", "card_data", "telecom_operator", "comm_secrecy", "major_outage", "special_infra"),
    *("insured", "contract_notice", "crime_suspected", "phishing_site", "ransom", "ddos"),
    *("eu_data", "uk_data", "kr_data", "sg_data", "au_data", "us_phi", "ca_residents"),
)
# §7.3 の条件に出てくる言葉
TRIGGERS = (
    *("released_by_entrustee_notice", "other_cyber", "risk_unlikely", "processor", "high_risk", "34_3_exception"),
    *("nis2_entity", "significant", "sensitive_or_unique_id", "illegal_external_access", "possible_leak"),
    *("significant_harm", "credible_grounds", "app_entity", "suspected", "serious_harm", "covered_entity", "unsecured"),
    *("business_associate", "unencrypted"),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["leak", "漏えい"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "status", "known_at", "at_least", "at_most"]) | st.text(max_size=8),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("name", [*VOCABULARY, *TRIGGERS])
@pytest.mark.parametrize("unknown", [None, "unknown", {"value": None, "status": "unknown"}])
def test_every_name_of_the_reference_is_known(name: str, unknown: Any) -> None:
    """参考資料の言葉は、どれも知っていて、「わからない」と書ける。"""
    assert evaluate({name: unknown}, now=NOW).ignored == ()


@pytest.mark.parametrize("duty", shipped().ids())
def test_a_duty_of_the_reference_can_be_settled_by_its_names(duty: str) -> None:
    """どの義務も、事実がすべて分かれば、「必要」か「不要」に決まる。"""
    assert judge().duty(duty).status in ("applies", "does_not_apply")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*VOCABULARY, *TRIGGERS, "fact_known_at", "mystery"]), JSON, max_size=4))
def test_anything_is_read_or_refused_in_words(facts: dict[str, Any]) -> None:
    """何が書かれていても、判断するか、どの事実が悪いかを言って2で終わる。ほかの壊れ方はしない。"""
    try:
        judged = evaluate(facts, now=NOW)
    except Problem as problem:
        assert problem.code in ("notify.wrong_fact", "notify.facts_contradict")
        assert problem.params["exit"] == 2
        assert words.problem(problem, "ja")
        return
    assert {result.status for result in judged.duties} <= set(STATUS.values())
    assert as_json(judged, "en")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-06T09:30:00+09:00", "2026-11-06"),
        ("2026-11-06T00:30:00Z", "2026-11-06"),
        ("2026-11-06t00:30:00z", "2026-11-06"),
        ("2026-11-06 09:30:00+09:00", "2026-11-06"),
        ("2026-11-06T15:00:00.000Z", "2026-11-07"),
        ("2026-11-06T14:59:60Z", "2026-11-06"),
        ("2026-11-06T10:00:00-05:30", "2026-11-07"),
        ("2026-11-06T20:59:59-00:00", "2026-11-07"),
        ("2026-11-06T23:59:59.999999999+09:00", "2026-11-06"),
        ("2026-11-06", "2026-11-06"),
    ],
)
def test_times_with_zones(written: str, day: str) -> None:
    """RFC 3339 の時刻は、どの時間帯でも読み、日本の日付で数える。"""
    limit = judge(sensitive=True, known_at=written).duty("appi.report.7_1").deadlines[0]
    assert limit.from_date is not None
    assert (limit.from_date.toordinal() - 2) == datetime.fromisoformat(day).toordinal()


@pytest.mark.parametrize(
    "written",
    [
        *("2026-11-06T09:30:00", "2026-13-01", "2026-02-30T00:00:00Z", "2026-W45-5", "20261106", "1762387200"),
        *("2026-11-06T25:00:00Z", "2026-11-06T09:30:00+99:00", "06/11/2026", "１２３４-１１-０６", "", "1999-12-31"),
        *(1762387200, True, ["2026-11-06"], {"at": "2026-11-06"}, "2026-11-06T09:30:00 JST"),
    ],
)
@pytest.mark.parametrize("name", ["known_at", "occurred_at", "fact_known_at"])
def test_times_that_say_no_moment_are_refused(name: str, written: Any) -> None:
    """時間帯のない時刻、ない日付、別の書き方は、名指しで断る。"""
    given_ = {"sensitive": written} if name == "fact_known_at" else written
    with pytest.raises(Problem) as caught:
        evaluate({"sensitive": True, name: given_}, now=NOW)
    assert str(caught.value.params["key"]).startswith(name)


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"sensitive": 1}, "sensitive"),
        ({"sensitive": "はい"}, "sensitive"),
        ({"sensitive": [True]}, "sensitive"),
        ({"sensitive": {}}, "sensitive"),
        ({"sensitive": {"value": True, "stauts": "suspected"}}, "sensitive"),
        ({"event": "fire"}, "event"),
        ({"event": {"leak": True}}, "event"),
        ({"event": [["leak"]]}, "event"),
        ({"role": "boss"}, "role"),
        ({"detected_by": ["self", "person"]}, "detected_by"),
        ({"certainty": True}, "certainty"),
        ({"persons_max": "1500"}, "persons_max"),
        ({"persons_max": 1500.0}, "persons_max"),
        ({"persons_max": float("nan")}, "persons_max"),
        ({"persons_max": -1}, "persons_max"),
        ({"persons_max": 10**30}, "persons_max"),
        ({"persons": {"at_least": 10, "at_most": 5}}, "persons"),
        ({"mn_persons_max": True}, "mn_persons_max"),
        ({"ca_residents": -5}, "ca_residents"),
        ({"eu_data": -1}, "eu_data"),
        ({"fact_known_at": "2026-11-06"}, "fact_known_at"),
        ({"fact_known_at": {"sensitive": "later"}}, "fact_known_at.sensitive"),
    ],
)
def test_odd_types_are_refused_by_name(facts: dict[str, Any], key: str) -> None:
    """型の違う値は、黙って読み替えず、その名前を挙げて断る。"""
    with pytest.raises(Problem) as caught:
        evaluate(facts, now=NOW)
    assert caught.value.params["key"] == key


def test_two_names_of_one_fact_may_not_differ() -> None:
    """persons と persons_max のように同じ事実の2つの名前が食い違えば、断る。同じなら受け付ける。"""
    with pytest.raises(Problem) as caught:
        evaluate({"persons": {"at_least": 3, "at_most": 500}, "persons_max": 2000}, now=NOW)
    assert caught.value.code == "notify.facts_contradict"
    agreeing = {**LEAK, "persons": {"at_least": 3, "at_most": 2000}, "persons_max": 2000}
    assert evaluate(agreeing, now=NOW).duty("appi.report.7_4").status == "applies"


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"my_number": False, "mn_public_view": True}, "個人番号（マイナンバー）を含むか"),
        ({"strong_protection": True, "cipher_sound": True, "key_kept": False}, "復号の鍵が守られているか"),
        ({"occurred_at": "2026-11-07", "known_at": "2026-11-06T10:00:00+09:00"}, "発生した日時"),
        ({"known_at": "2026-12-06T10:00:00+09:00"}, "知った日時"),
        ({"eu_data": True, "regions": []}, "海外の方の情報"),
    ],
)
def test_answers_that_contradict_each_other_are_told(facts: dict[str, Any], named: str) -> None:
    """食い違う答えは、判断は続けながら、食い違いを両方の言葉で言う。"""
    (warning,) = judge(**facts).warnings
    assert named in warning["ja"]
    assert warning["en"]
    assert judge().warnings == ()


@pytest.mark.parametrize(
    ("given_", "status"), [(True, "applies"), (False, "does_not_apply"), (12, "applies"), (0, "does_not_apply")]
)
def test_a_link_with_a_region_may_be_yes_or_a_number(given_: Any, status: str) -> None:
    """地域とのつながりは、はい・いいえでも、人数でも書ける。"""
    facts = {key: value for key, value in LEAK.items() if key not in ("regions", "ca_residents")}
    assert evaluate({**facts, "eu_data": given_}, now=NOW).duty("gdpr.33_5").status == status
    unsafe = {**facts, "unencrypted": True, "ca_residents": given_}
    assert evaluate(unsafe, now=NOW).duty("ca.person").status == status


def test_the_contract_of_the_answer() -> None:
    """答えの形は約束のとおりで、文は1つの言葉で書かれ、決まらないものにだけ質問がある。"""
    answer = as_json(judge(malicious=None, regions=["eu"], sensitive=True), "ja")
    for duty in answer["duties"]:
        assert {"id", "status", "because", "question", "recipient", "known_at", "deadlines", "contents", "source"} <= {
            *duty
        }
        assert duty["status"] in ("applies", "does_not_apply", "needs_review")
        assert isinstance(duty["because"], str)
        assert duty["because"]
        assert isinstance(duty["recipient"], str)
        assert bool(duty["question"]) is (duty["status"] == "needs_review")
        assert {"law", "article", "checked_on", "confidence"} <= {*duty["source"]}
        for deadline in duty["deadlines"]:
            assert (deadline["stage"], deadline["kind"]) in {
                (s, k) for s in ("first", "final") for k in ("guide", "limit")
            }
            assert "at" in deadline
            assert "target_at" in deadline
    english = as_json(judge(sensitive=True), "en")["duties"][0]
    assert "responsible" in english["recipient"]
