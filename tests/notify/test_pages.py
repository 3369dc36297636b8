"""「だれに知らせるか」のページ：三つの群、質問、報告した記録。"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.improve import services as improve
from hikeshi.notify import services as notify
from tests.cast import Cast, assemble
from tests.notify.law.facts_for_rules import LEAK

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def leak(cast: Cast, **changes: Any) -> Any:
    """A case with every fact of a leak stated."""
    case = cast.open_case()
    entries = []
    for key, value in {**LEAK, **changes}.items():
        stated = value if isinstance(value, dict) and "status" in value else {"value": value, "status": "confirmed"}
        if stated["value"] is None:
            stated["status"] = "unknown"
        if isinstance(stated["value"], int) and not isinstance(stated["value"], bool) and key == "persons":
            stated["value"] = {"at_least": stated["value"], "at_most": stated["value"]}
        entries.append(casebook.fact_entry(case, key, stated["value"], stated["status"], cast.actor))
    casebook.record(case, entries)
    return case


def clean(case: Any, cast: Cast) -> None:
    """Somebody said that our mail and this machine are clean: what is sent from them may go."""
    for key in ("own_mail_suspect", "own_machine_suspect"):
        casebook.state_fact(case, key, False, "confirmed", cast.actor)


def page(client: Client, case: Any, rest: str = "", **data: Any) -> Any:
    return client.get(f"/i/{case.reference}/notify/{rest}", **data)


def test_a_new_case_asks_and_excuses_nothing(cast: Cast) -> None:
    """始まったばかりの事故では、仮の日から数え、質問が出て、「不要」はない。"""
    case = cast.open_case()
    said = page(signed_in(cast.hanako), case).content.decode()
    assert "から「仮」に数えています" in said
    assert "次の質問" in said
    assert "いまの事実では不要" not in said
    clock = notify.clocks(case)[0]
    assert clock["provisional"]
    assert "要るか確認中" in clock["title"]


def test_the_clock_strip_of_a_leak(cast: Cast) -> None:
    """不正アクセスの漏えいでは、速報の目安と確報の期限が、数え始めと条文とともに出る。"""
    case = leak(cast, malicious={"value": True, "status": "suspected"})
    guide, limit = notify.clocks(case, datetime(2026, 11, 6, 3, tzinfo=UTC))
    assert (guide["title"], guide["kind"]) == ("個人情報保護委員会への最初の報告", "guide")
    assert (guide["due_from"].isoformat(), guide["due"].isoformat(), guide["days_left"]) == (
        "2026-11-08",
        "2026-11-10",
        4,
    )
    assert (limit["kind"], limit["due"].isoformat(), limit["days_left"]) == ("limit", "2027-01-04", 59)
    assert limit["counted_from"].isoformat() == "2026-11-06"
    assert "規則第8条第2項" in limit["article"]


def test_one_report_meets_several_numbers(cast: Cast) -> None:
    """複数の号にあたっても、委員会への報告は1行で、どの号かを示す。"""
    case = leak(cast, malicious=True, sensitive=True)
    required = {row.target: row for row in notify.groups(case)["required"]}
    assert [r.id for r in required["ppc"].results] == ["appi.report.7_1", "appi.report.7_3"]
    said = page(signed_in(cast.hanako), case).content.decode()
    assert said.count('id="ppc"') == 1
    assert "規則第7条第1号" in said
    assert "規則第7条第3号" in said


def test_an_answer_becomes_a_fact_and_the_next_question_follows(cast: Cast) -> None:
    """質問に答えると事実になり、次の質問へ進む。"""
    case = leak(cast, malicious=None, sensitive=None)
    client = signed_in(cast.hanako)
    answer = client.post(
        f"/i/{case.reference}/notify/questions/malicious/", {"value": "perhaps", "words": "ログに痕跡"}
    )
    fact = casebook.facts(case)["malicious"]
    assert (fact.value, fact.status) == (True, "suspected")
    assert casebook.text(case, fact.text_sha256) == "ログに痕跡"
    assert answer.status_code == 302
    assert "ppc" in [row.target for row in notify.groups(case)["required"]]


def test_unknown_is_an_answer_and_does_not_loop(cast: Cast) -> None:
    """「わからない」も答えになり、同じ質問を続けて聞かない。"""
    case = cast.open_case()
    client = signed_in(cast.hanako)
    first = notify.questions(case)[0].fact
    client.post(f"/i/{case.reference}/notify/questions/{first}/", {"value": "", "sure": "unknown"})
    assert casebook.facts(case)[first].status == "unknown"
    asked = [q.fact for q in notify.questions(case)]
    assert asked[0] != first
    assert asked[-1] == first


@pytest.mark.parametrize(
    ("key", "post", "value", "status"),
    [
        ("sensitive", {"value": "yes"}, True, "confirmed"),
        ("sensitive", {"value": "no"}, False, "confirmed"),
        ("sensitive", {"value": "unknown"}, None, "unknown"),
        ("certainty", {"value": "suspected"}, "suspected", "confirmed"),
        ("certainty", {"value": "unknown"}, None, "unknown"),
        ("event", {"value": ["leak", "damage"], "sure": "suspected"}, ["leak", "damage"], "suspected"),
        ("event", {"value": ["none_of_them"], "sure": "confirmed"}, [], "confirmed"),
        (
            "persons",
            {"at_least": "412", "at_most": "431", "sure": "suspected"},
            {"at_least": 412, "at_most": 431},
            "suspected",
        ),
        ("persons", {"at_least": "412", "sure": "confirmed"}, {"at_least": 412, "at_most": None}, "confirmed"),
        ("mn_persons_max", {"value": "3", "sure": "confirmed"}, 3, "confirmed"),
        ("known_at", {"value": "2026-11-06T10:00", "sure": "confirmed"}, "2026-11-06T10:00:00+09:00", "confirmed"),
    ],
)
def test_each_type_of_question(cast: Cast, key: str, post: dict[str, Any], value: Any, status: str) -> None:
    """どの型の質問も、答えが値と確かさになる。"""
    case = cast.open_case()
    answer = signed_in(cast.hanako).post(f"/i/{case.reference}/notify/questions/{key}/", post)
    assert answer.status_code == 302
    fact = casebook.facts(case)[key]
    assert (fact.value, fact.status) == (value, status)


@pytest.mark.parametrize(
    ("key", "post", "said"),
    [
        ("sensitive", {}, "まだ保存していません"),
        ("sensitive", {"value": "maybe"}, "まだ保存していません"),
        ("event", {"value": ["fire"], "sure": "confirmed"}, "まだ保存していません"),
        ("event", {"sure": "confirmed"}, "わからない"),
        ("event", {"value": ["leak", "none_of_them"], "sure": "confirmed"}, "一緒には選べません"),
        ("persons", {"at_least": "5", "at_most": "4", "sure": "confirmed"}, "以上の人数"),
        ("persons", {"at_least": "-1", "sure": "confirmed"}, "まだ保存していません"),
        ("known_at", {"value": "きのう", "sure": "confirmed"}, "まだ保存していません"),
        ("known_at", {"value": "9999-01-01T00:00", "sure": "confirmed"}, "2000年"),
    ],
)
def test_a_wrong_answer_records_nothing(cast: Cast, key: str, post: dict[str, Any], said: str) -> None:
    """読めない答えは、何も記録せず、直すところを言う。"""
    case = cast.open_case()
    answer = signed_in(cast.hanako).post(f"/i/{case.reference}/notify/questions/{key}/", post)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert key not in casebook.facts(case)


def test_a_form_sent_twice_records_once(cast: Cast) -> None:
    """同じ送信が二度届いても、事実は1つ。"""
    case = cast.open_case()
    client = signed_in(cast.hanako)
    for _ in range(2):
        client.post(f"/i/{case.reference}/notify/questions/insured/", {"value": "yes", "request_id": "a" * 32})
    assert len(list(casebook.entries(case, ["fact.stated"]))) == 1


def test_a_report_made_stops_its_clock(cast: Cast) -> None:
    """報告を受付番号と証拠つきで記録すると、その時計は止まり、最終報告の時計は残る。"""
    case = leak(cast, malicious=True)
    client = signed_in(cast.hanako)
    proof = SimpleUploadedFile("receipt.png", b"\x89PNG...", "image/png")
    post = {"what": "met", "how": "web_form", "receipt": "R8-0123", "proof": proof, "at": "2026-11-09T14:00"}
    assert client.post(f"/i/{case.reference}/notify/told/ppc/first/", post).status_code == 302
    assert [clock["stage"] for clock in notify.clocks(case)] == ["final"]
    said = page(client, case).content.decode()
    assert "R8-0123" in said
    assert [e.data["receipt"] for e in casebook.entries(case, ["duty.met"])] == ["R8-0123"]
    assert len(list(casebook.entries(case, ["evidence.kept"]))) == 1


def test_telling_the_client_releases(cast: Cast) -> None:
    """預かったデータなら、委託元へ通知したと記録すると、委員会への報告の時計が止まる。取り消すとまた動く。"""
    case = leak(cast, malicious=True, role=["entrustee"])
    client = signed_in(cast.hanako)
    assert "ppc" in [clock["target"] for clock in notify.clocks(case)]
    url = f"/i/{case.reference}/notify/told/appi.entrustee/first/"
    client.post(url, {"what": "met", "how": "mail"})
    assert not notify.clocks(case)
    assert "免除" in page(client, case).content.decode()
    client.post(url, {"again": "yes"})
    assert {clock["target"] for clock in notify.clocks(case)} == {"ppc", "appi.entrustee"}


def test_a_waiver_needs_a_reason(cast: Cast) -> None:
    """報告しないことにするには、理由が要る。"""
    case = leak(cast, malicious=True)
    client = signed_in(cast.hanako)
    url = f"/i/{case.reference}/notify/told/ppc/first/"
    assert client.post(url, {"what": "waived", "how": "other"}).status_code == 422
    client.post(url, {"what": "waived", "how": "other", "words": "弁護士と相談し、対象外と判断"})
    said = page(client, case).content.decode()
    assert "見送り" in said
    assert "対象外と判断" in said


def test_a_mistake_can_be_taken_back(cast: Cast) -> None:
    """「報告した」は取り消せて、時計がまた動く。どちらも記録に残る。"""
    case = leak(cast, malicious=True)
    client = signed_in(cast.hanako)
    url = f"/i/{case.reference}/notify/told/ppc/first/"
    client.post(url, {"what": "met", "how": "phone"})
    client.post(url, {"again": "yes"})
    assert [clock["stage"] for clock in notify.clocks(case)] == ["first", "final"]
    assert [e.kind for e in casebook.entries(case, ["duty.met", "duty.opened_again"])] == [
        "duty.met",
        "duty.opened_again",
    ]


def test_who_may_do_what(cast: Cast) -> None:
    """太郎（技術）は質問に答えられるが、報告したことにはできない。三郎には、事故があることも見えない。"""
    case = leak(cast, malicious=True, sensitive=None)
    base = f"/i/{case.reference}/notify/"
    taro, saburo = signed_in(cast.taro), signed_in(cast.saburo)
    assert taro.post(f"{base}questions/sensitive/", {"value": "no"}).status_code == 302
    assert taro.post(f"{base}told/ppc/first/", {"what": "met", "how": "other"}).status_code == 403
    for rest in ("", "questions/sensitive/", "told/ppc/first/"):
        assert saburo.get(base + rest).status_code == 404
        assert saburo.post(base + rest, {"value": "yes"}).status_code in (404, 405)
        assert Client().get(base + rest).status_code == 302
    assert not list(casebook.entries(case, ["duty.met"]))


@pytest.mark.parametrize("rest", ["questions/none/", "told/none/first/", "told/ppc/middle/"])
def test_unknown_names_are_not_found(cast: Cast, rest: str) -> None:
    """ない質問や報告は、見つからないと言う。"""
    assert page(signed_in(cast.hanako), leak(cast, malicious=True), rest).status_code == 404


def test_a_count_that_grows_starts_its_own_clock(cast: Cast) -> None:
    """人数が後で1,000人を超えると、その時から第4号の期限を数え、最初に知った時も残す。"""
    case = leak(cast, persons=900, known_at=(datetime.now(UTC) - timedelta(days=10)).isoformat())
    assert not notify.clocks(case)
    casebook.state_fact(case, "persons", {"at_least": 900, "at_most": 1500}, "suspected", cast.actor)
    result = notify.judged(case).duty("appi.report.7_4")
    guide = result.deadlines[0]
    assert guide.counted_fact == "came_about"
    assert guide.counted_from
    assert result.known_at
    assert guide.counted_from - result.known_at > timedelta(days=9)


def test_preparation_is_not_asked_again(cast: Cast) -> None:
    """備えに保険が書いてあれば、入っているかを尋ねず、保険会社への連絡を必要とする。"""
    from hikeshi.prepare import services as prepare

    case = cast.open_case()
    assert "insured" in [q.fact for q in notify.questions(case)]
    prepare.state(cast.workspace, cast.actor, "insurance", {"name": "火の用心保険", "phone": "0120-00-0000"})
    assert "insured" not in [q.fact for q in notify.questions(case)]
    assert "insurance.notice" in [row.target for row in notify.groups(case)["required"]]


def test_the_plan_names_the_reports(cast: Cast) -> None:
    """計画の文書の別紙に、法律と契約の報告と日数が載る。"""
    from hikeshi.engines.paper import to_text
    from hikeshi.prepare import services as prepare

    said = to_text(prepare.plan_document(cast.workspace, "ja"))
    assert "個人情報保護委員会への報告" in said
    assert "概ね3〜5日以内が目安" in said


def test_the_earliest_of_one_filing_is_its_clock(cast: Cast) -> None:
    """1つの報告にいくつかの号があたり日がずれるときは、早いほうの日を時計に出す。"""
    known = datetime.now(UTC) - timedelta(days=12)
    case = leak(cast, sensitive=True, persons=900, known_at=known.isoformat())
    before = notify.clocks(case)
    casebook.state_fact(case, "persons", {"at_least": 900, "at_most": 1500}, "suspected", cast.actor)
    required = next(row for row in notify.groups(case)["required"] if row.target == "ppc")
    assert len({result.deadlines[1].to_date for result in required.results}) == 2
    assert [clock["due"] for clock in notify.clocks(case)] == [clock["due"] for clock in before]


def test_the_summary_feeds_the_board(cast: Cast) -> None:
    """指揮板には、手順4の状態、次の一つ、ひとことが渡る。"""
    case = leak(cast, malicious=True)
    said = notify.summary(case)
    assert said["steps"] == {4: "open"}
    assert "ppc" in said["waiting"]
    assert said["next"][0]["href"].endswith("#ppc")
    quiet = notify.summary(leak(cast, certainty="ruled_out"))
    assert quiet["steps"] == {4: "waived"}
    assert not quiet["next"]


def test_a_closed_case_has_no_clock(cast: Cast) -> None:
    """閉じた事故に、時計は出ない。"""
    case = leak(cast, malicious=True)
    casebook.close_case(case, cast.actor)
    assert not notify.clocks(casebook.find_case(cast.workspace, case.reference))


def test_hostile_words_are_shown_as_text(cast: Cast) -> None:
    """攻撃者の書いた文は、文字として出る。"""
    case = leak(cast, malicious=True)
    client = signed_in(cast.hanako)
    post = {"what": "waived", "how": "other", "words": "<script>alert(1)</script>"}
    client.post(f"/i/{case.reference}/notify/told/ppc/first/", post)
    said = page(client, case).content.decode()
    assert "<script>alert(1)" not in said
    assert "&lt;script&gt;alert(1)" in said


def test_rebuilding_gives_the_same_tables(cast: Cast) -> None:
    """読み取り表は、記録から作り直しても同じになる。"""
    from hikeshi.casebook.projecting import rebuild
    from hikeshi.notify.models import Statement, Told

    case = leak(cast, malicious=True)
    notify.mark_told(case, "ppc", "first", cast.actor, how="web_form", receipt="R1")
    before = [list(model.objects.order_by("pk").values()) for model in (Statement, Told)]
    rebuild(case.chain_id, casebook.entries(case))
    assert [list(model.objects.order_by("pk").values()) for model in (Statement, Told)] == before


def test_a_slip_of_the_year_is_asked_again(cast: Cast) -> None:
    """期間の年の書き間違い（0001年など）は、その場で言葉で返し、どのページも開けるまま。"""
    case = cast.open_case()
    client = signed_in(cast.hanako)
    address = f"/i/{case.reference}/notify/questions/period/"
    for part in ("start", "end"):
        answer = client.post(address, {part: "0001-01-01T00:00", "sure": "confirmed"})
        assert answer.status_code == 422
        assert "2000年から" in answer.content.decode()
    assert "period" not in casebook.facts(case)
    assert client.get(f"/i/{case.reference}/").status_code == 200


def test_the_first_report_to_the_commission_becomes_a_fact(cast: Cast) -> None:
    """委員会へ報告したと記録すると、最初に報告した日時が事実になり、振り返りの時間に数えられる。"""
    case = leak(cast, malicious=True)
    first, final = datetime(2026, 11, 8, 1, tzinfo=UTC), datetime(2026, 11, 18, 1, tzinfo=UTC)
    notify.mark_told(case, "insurance.notice", "first", cast.actor, at=first)
    assert "reported_at" not in casebook.facts(case)
    notify.mark_told(case, "ppc", "first", cast.actor, how="web_form", at=first)
    notify.mark_told(case, "ppc", "final", cast.actor, how="web_form", at=final)
    assert casebook.facts(case)["reported_at"].value == first.isoformat()
    assert improve.moments(case)["reported"] == first
    told = [entry.number for entry in casebook.entries(case, ["duty.met"])]
    stated = [e.number for e in casebook.entries(case, ["fact.stated"]) if e.data["key"] == "reported_at"]
    assert stated == [told[1] + 1]


def test_a_report_taken_back_takes_its_moment_with_it(cast: Cast) -> None:
    """報告していなかったとわかると、報告した日時も「なかったと確認」になり、数えられない。"""
    case = leak(cast, malicious=True)
    notify.mark_told(case, "ppc", "first", cast.actor, at=datetime(2026, 11, 8, 1, tzinfo=UTC))
    notify.open_again(case, "ppc", "first", cast.actor)
    assert casebook.facts(case)["reported_at"].status == "refuted"
    assert improve.moments(case)["reported"] is None
    again = datetime(2026, 11, 9, 1, tzinfo=UTC)
    notify.mark_told(case, "ppc", "first", cast.actor, at=again)
    assert improve.moments(case)["reported"] == again
