"""見つかったことへの判断は取り消せる：違うとわかったことは、どの書類にも残らない。"""

import io
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.casebook import services as casebook
from hikeshi.investigate import rules, services
from tests.cast import Cast

pytestmark = pytest.mark.django_db
EVERYTHING = ("period", "route", "crime")
KEYS = ("period", "route", "crime_suspected", "malicious")


def attack(address: str, hour: int) -> bytes:
    lines = [
        f"Nov  5 {hour:02d}:{i // 60:02d}:{i % 60:02d} web-01 sshd[{1000 + i}]: "
        f"Failed password for root from {address} port {40000 + i} ssh2"
        for i in range(40)
    ]
    accepted = f"Nov  5 {hour:02d}:30:00 web-01 sshd[2000]: Accepted password for root from {address} port 50000 ssh2"
    return "\n".join([*lines, accepted, ""]).encode()


@pytest.fixture
def found(cast: Cast, case: Any) -> list[str]:
    """Two break-ins, from two addresses, hours apart."""
    for address, hour in (("203.0.113.5", 3), ("203.0.113.77", 9)):
        kept = casebook.keep_file(case, io.BytesIO(attack(address, hour)), "auth.log", cast.actor)
        services.ask(case, [kept], cast.actor)
        services.do_owed()
    return [one["row"].finding for one in sorted(services.findings(case), key=lambda one: one["row"].first)]


def stated(case: Any) -> dict[str, tuple[Any, str, str]]:
    facts = casebook.facts(case)
    shown = {key: facts[key] for key in KEYS if key in facts}
    return {key: (fact.value, fact.status, casebook.text(case, fact.text_sha256)) for key, fact in shown.items()}


def test_a_finding_that_was_none_leaves_nothing_behind(cast: Cast, case: Any, found: list[str]) -> None:
    """「違う」とした攻撃から出た期間・入口・犯罪の疑いは、わからないに戻る（「なかった」にはならない）。"""
    services.judge(case, found[0], "fact", cast.actor, also=EVERYTHING)
    assert {status for _, status, _ in stated(case).values()} == {"confirmed"}
    services.judge(case, found[0], "wrong", cast.actor)
    assert stated(case) == dict.fromkeys(KEYS, (None, "unknown", ""))


def test_what_was_known_before_is_known_again(cast: Cast, case: Any, found: list[str]) -> None:
    """ほかの攻撃や人が先に言っていたことは、「違う」とした後に元のとおり戻る。"""
    services.judge(case, found[0], "fact", cast.actor, also=["period", "route"])
    casebook.state_fact(case, "malicious", False, "confirmed", cast.actor)
    before = stated(case)
    services.judge(case, found[1], "suspicion", cast.actor, also=EVERYTHING)
    assert stated(case) != before
    services.judge(case, found[1], "wrong", cast.actor)
    assert stated(case) == {**before, "crime_suspected": (None, "unknown", "")}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_both_taken_back_leave_nothing(cast: Cast, case: Any, found: list[str], order: tuple[int, int]) -> None:
    """二つとも「違う」となれば、どちらの順でも、何も残らない。"""
    for name in found:
        services.judge(case, name, "fact", cast.actor, also=["route", "crime"])
    for number in order:
        services.judge(case, found[number], "wrong", cast.actor)
    assert {status for _, status, _ in stated(case).values()} == {"unknown"}


def test_what_others_said_since_stays(cast: Cast, case: Any, found: list[str]) -> None:
    """後から別の人が言い直したことは、「違う」としても消えない。"""
    services.judge(case, found[0], "fact", cast.actor, also=EVERYTHING)
    casebook.state_fact(case, "malicious", True, "confirmed", cast.actor, text="脅迫状が届いた")
    services.judge(case, found[0], "wrong", cast.actor)
    assert stated(case)["malicious"] == (True, "confirmed", "脅迫状が届いた")
    assert stated(case)["route"][1] == "unknown"


def test_doubt_weakens_what_was_stated(cast: Cast, case: Any, found: list[str]) -> None:
    """事実を疑いに直すと、それから出たことも疑いになる。"""
    services.judge(case, found[0], "fact", cast.actor, also=EVERYTHING)
    services.judge(case, found[0], "suspicion", cast.actor)
    assert {status for _, status, _ in stated(case).values()} == {"suspected"}


@pytest.mark.parametrize("verdicts", [("suspicion", "fact"), ("fact", "suspicion")])
def test_a_period_is_as_sure_as_its_less_sure_part(
    cast: Cast, case: Any, found: list[str], verdicts: tuple[str, str]
) -> None:
    """疑いの期間を含む期間は、確かめたことにならない。"""
    for name, verdict in zip(found, verdicts, strict=True):
        services.judge(case, name, verdict, cast.actor, also=["period"])
    assert stated(case)["period"][1] == "suspected"


TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-5))])


@given(st.lists(TIMES, min_size=4, max_size=4), st.lists(ZONES, min_size=4, max_size=4))
def test_a_period_compares_moments_not_their_writing(times: list[datetime], zones: list[Any]) -> None:
    """期間は、どの時間帯で書かれていても、いちばん早い時刻からいちばん遅い時刻まで。"""
    begin, end, first, last = (one.astimezone(zone).isoformat() for one, zone in zip(times, zones, strict=True))
    grown = rules.grown({"from": begin, "to": end}, first, last)
    assert datetime.fromisoformat(grown["from"]) == min(times[0], times[2])
    assert datetime.fromisoformat(grown["to"]) == max(times[1], times[3])


@pytest.mark.parametrize("wrong", [0, 1])
def test_the_times_of_a_wrong_finding_leave_the_period(cast: Cast, case: Any, found: list[str], wrong: int) -> None:
    """「違う」とした攻撃の時刻は、後の攻撃が広げた期間からも消え、残る攻撃だけの期間になる。"""
    for name in found:
        services.judge(case, name, "fact", cast.actor, also=["period"])
    services.judge(case, found[wrong], "wrong", cast.actor)
    left = services.finding(case, found[1 - wrong])
    assert stated(case)["period"][:2] == (rules.grown(None, left.first, left.last), "confirmed")
    services.judge(case, found[1 - wrong], "wrong", cast.actor)
    assert stated(case)["period"][:2] == (None, "unknown")


def test_a_suspicion_alone_is_left_as_a_suspicion(cast: Cast, case: Any, found: list[str]) -> None:
    """確かな攻撃が「違う」となり、疑いだけが残れば、期間も疑いになる。"""
    services.judge(case, found[0], "fact", cast.actor, also=["period"])
    services.judge(case, found[1], "suspicion", cast.actor, also=["period"])
    services.judge(case, found[0], "wrong", cast.actor)
    left = services.finding(case, found[1])
    assert stated(case)["period"][:2] == (rules.grown(None, left.first, left.last), "suspected")


def test_the_period_that_a_person_wrote_is_the_ground(cast: Cast, case: Any, found: list[str]) -> None:
    """人が書いた期間は、その後の攻撃が「違う」となっても残り、ほかの攻撃の分だけ広がっている。"""
    mine = {"from": "2025-01-01T00:00:00+09:00", "to": "2025-01-02T00:00:00+09:00"}
    casebook.state_fact(case, "period", mine, "confirmed", cast.actor)
    for name in found:
        services.judge(case, name, "fact", cast.actor, also=["period"])
    services.judge(case, found[0], "wrong", cast.actor)
    left = services.finding(case, found[1])
    assert stated(case)["period"][0] == rules.grown(mine, left.first, left.last)
    services.judge(case, found[1], "wrong", cast.actor)
    assert stated(case)["period"][:2] == (mine, "confirmed")
    # What somebody wrote after the findings is theirs: no verdict takes it back.
    services.judge(case, found[0], "fact", cast.actor, also=["period"])
    casebook.state_fact(case, "period", mine, "suspected", cast.actor)
    services.judge(case, found[0], "wrong", cast.actor)
    assert stated(case)["period"][:2] == (mine, "suspected")


def test_what_was_not_examined_keeps_the_items_a_suspicion(cast: Cast, case: Any) -> None:
    """まだ調べていないものがあるうちは、情報の項目は「確かめた」にならない。調べ終わったと言えば、なる。"""
    said = {"data_items": ["name"], "source": "名簿", "persons": {"at_least": 1, "at_most": 9}}
    services.state_affected(case, said, "confirmed", cast.actor)
    assert casebook.facts(case)["data_items"].status == "confirmed"
    services.state_affected(case, {"source": "名簿", "remarks": "添付ファイル 3 個"}, "confirmed", cast.actor)
    known = casebook.facts(case)
    assert (known["data_items"].value, known["data_items"].status) == (["name"], "suspected")
    assert known["persons"].status == "confirmed"
    services.state_affected(case, said, "confirmed", cast.actor)
    assert casebook.facts(case)["data_items"].status == "suspected"
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.hanako, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = f"/i/{case.reference}/investigate/affected/"
    post = {"data_items": ["name", "address"], "status": "confirmed"}
    assert "「疑い」として記録しました" in client.post(url, post, follow=True).text
    assert casebook.facts(case)["data_items"].status == "suspected"
    assert client.post(url, {**post, "examined": "on", "remarks": "x"}).status_code == 422
    client.post(url, {**post, "examined": "on"})
    assert casebook.facts(case)["data_items"].status == "confirmed"
    assert casebook.facts(case)["not_examined"].status == "refuted"
    assert 'name="examined"' not in client.get(url).text


@pytest.mark.parametrize(
    ("scans", "verdicts", "scope", "unexamined", "state"),
    [
        ([], [], "", False, "todo"),
        ([], [], "suspected", False, "open"),
        ([], [], "confirmed", False, "done"),
        (["done"], ["fact"], "suspected", False, "open"),
        (["done"], ["fact"], "confirmed", True, "open"),
        (["done"], ["fact", ""], "confirmed", False, "open"),
        (["done"], ["fact"], "confirmed", False, "done"),
    ],
)
def test_a_guess_never_finishes_the_investigation(
    scans: list[str], verdicts: list[str], scope: str, unexamined: bool, state: str
) -> None:
    """人数が見込みのまま、または調べていないものがあるうちは、調査は「終わった」にならない。"""
    assert rules.state(scans, verdicts, scope, unexamined) == state


def test_the_page_helps_to_find_a_log(cast: Cast, case: Any) -> None:
    """調査のページは、ログの在りかと頼み方を言い、なくても先へ進めると言う。"""
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.hanako, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/i/{case.reference}/investigate/").text
    assert "ログがどこにあるか、わからないとき" in page
    assert "手に入らなくても先へ進めます" in page


def test_no_sentence_names_an_account_that_the_log_did_not() -> None:
    """ログにアカウントの名前がなければ、確かめ方の文は空のかぎかっこを残さない。名前があればその名前を言う。"""
    assert "「」" not in rules.named({"account": ""}, "ja")["account"]
    assert rules.named({"account": ""}, "ja") == {"account": "入られたアカウント"}
    assert rules.named({"account": "taro", "n": 3}, "en") == {"account": "taro", "n": 3}
    assert rules.named({"n": 3}, "ja") == {"n": 3}
