"""手順5と振り返り：原因 → 対策 → 担当と期日 → 計画の新しい版 → 振り返り。"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.improve import rules, services
from hikeshi.prepare import services as prepare
from tests.cast import Cast, assemble

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MOMENT = datetime(2026, 11, 5, 18, tzinfo=UTC)


@given(
    st.dictionaries(
        st.sampled_from(rules.MOMENTS), st.none() | st.integers(-5, 5).map(lambda h: MOMENT + timedelta(hours=h))
    )
)
def test_a_length_is_never_negative_nor_invented(moments: dict[str, datetime | None]) -> None:
    """時間の長さは、両端がわかっているときだけ出て、決して負にならない。"""
    for span in rules.spans(moments):
        if span.length is None:
            start, stop = moments.get(span.begin), moments.get(span.end)
            assert start is None or stop is None or stop < start
        else:
            assert span.length >= timedelta(0)


def test_a_day_without_a_time_counts_in_japan() -> None:
    """日付だけの事実は、日本の0時から数える。"""
    assert rules.moment("2026-11-06") == datetime(2026, 11, 5, 15, tzinfo=UTC)
    assert rules.moment("昨日") is None
    assert rules.moment(None) is None


@given(st.booleans(), st.lists(st.sampled_from(["open", "done", "dropped"])), st.booleans())
def test_step_five_ends_only_with_cause_measures_and_plan(cause: bool, measures: list[str], revised: bool) -> None:
    """原因・終わった対策・改めた計画がそろって、初めて手順5は終わる。"""
    done = rules.state(cause, measures, revised) == "done"
    assert done == (cause and bool(measures) and "open" not in measures and revised)


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def test_measures_become_the_facts_that_reports_print(cast: Cast) -> None:
    """対策は、報告書に載る「実施済み」「今後の予定」の事実になる。"""
    case = cast.open_case()
    one = services.add_measure(
        case, "二段階の確認を付ける", "technical", cast.actor, owner="花子", due=date(2026, 12, 1)
    )
    services.add_measure(case, "研修をする", "organisational", cast.actor)
    services.finish_measure(case, one.data["measure"], cast.actor, "全員に付けた")
    facts = casebook.facts(case)
    assert casebook.text(case, facts["prevention_done"].text_sha256) == "二段階の確認を付ける"
    assert casebook.text(case, facts["prevention_planned"].text_sha256) == "研修をする"
    services.drop_measure(case, services.measures(case)[1].measure, "不要", cast.actor)
    assert casebook.facts(case)["prevention_planned"].status == "unknown"
    with pytest.raises(Problem) as told:
        services.finish_measure(case, "x", cast.actor)
    assert told.value.code == "improve.no_measure"


def test_the_plan_gets_a_new_version_with_the_measures(cast: Cast) -> None:
    """学んだことは、適用日つきの新しい版になり、前の版も残る。"""
    case = cast.open_case()
    services.add_measure(case, "鍵だけで入れるようにする", "technical", cast.actor, owner="太郎")
    changes = services.proposed(case, cast.workspace, date(2026, 12, 1))
    assert any("鍵だけで入れるようにする" in change.text for change in changes)
    version = services.revise(case, cast.workspace, date(2026, 12, 1), cast.actor)
    assert prepare.plan_versions(cast.workspace)[0]["version"] == version
    assert services.review_of(case)["plan_version"] == version
    (entry,) = casebook.entries(case, ["improve.plan_revised"])
    assert entry.data["effective_on"] == "2026-12-01"


def test_the_review_counts_from_facts(cast: Cast) -> None:
    """振り返りの時間は、事実と記録から数えられる。"""
    case = cast.open_case()
    period = {"from": "2026-11-05T03:00:00+09:00", "to": None}
    casebook.state_fact(case, "period", period, "confirmed", cast.actor)
    casebook.state_fact(case, "noticed_at", "2026-11-06T09:00:00+09:00", "confirmed", cast.actor)
    casebook.state_fact(case, "contained_at", "2026-11-06T09:20:00+09:00", "confirmed", cast.actor)
    casebook.state_fact(case, "recovered_at", "2026-11-01T00:00:00+09:00", "refuted", cast.actor)
    lengths = {span.name: span.length for span in rules.spans(services.moments(case))}
    assert lengths["detect"] == timedelta(hours=30)
    assert lengths["contain"] == timedelta(minutes=20)
    assert lengths["recover"] is None


def signed_in(person: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend=BACKEND)
    return client


def test_the_pages_do_it_all(cast: Cast) -> None:
    """画面から、原因・対策・新しい版・振り返りまで書ける。三郎には見えない。"""
    case = cast.open_case()
    url = f"/i/{case.reference}/improve/"
    hanako, saburo = signed_in(cast.hanako), signed_in(cast.saburo)
    for path in ("", "plan/", "review/"):
        assert saburo.get(url + path).status_code == 404
        assert hanako.get(url + path).status_code == 200
    hanako.post(f"{url}cause/", {"kind": "unauthorised_access", "said": "<b>使い回し</b>", "status": "suspected"})
    assert casebook.facts(case)["cause"].status == "suspected"
    assert "<b>使い回し" not in hanako.get(url).text
    assert hanako.post(f"{url}measure/", {"what": "", "nature": "technical"}).status_code == 422
    hanako.post(f"{url}measure/", {"what": "更新する", "nature": "technical", "due": "2026-12-01"})
    (measure,) = services.measures(case)
    hanako.post(f"{url}measure/{measure.measure}/", {"drop": "1", "said": ""})
    assert services.measures(case)[0].state == "open"
    hanako.post(f"{url}measure/{measure.measure}/", {"done": "1", "said": "した"})
    assert services.measures(case)[0].state == "done"
    assert hanako.post(f"{url}plan/", {"effective_on": "2026-12-01"}).status_code == 302
    hanako.post(f"{url}review/", {"worked": "早く切れた"})
    assert services.review_of(case)["worked"] == "早く切れた"
    assert services.summary(case)["steps"] == {5: "done"}
