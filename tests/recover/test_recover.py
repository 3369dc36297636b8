"""手順3：取り除く・固める・戻す。終わったことには証拠が付く。"""

import io
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.recover import rules, services
from tests.cast import Cast, assemble

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@given(st.lists(st.sampled_from(["open", "done", "waived"])), st.booleans())
def test_an_open_item_keeps_the_step_open(states: list[str], restored: bool) -> None:
    """一つでも残っていれば、手順3は終わりにならない。"""
    state = rules.state(states, restored)
    assert (state == "open") == ("open" in states or (bool(states) and not restored))
    assert state != "done" or ("done" in states and restored)


def test_every_suggestion_fits_some_incident_and_says_itself_twice() -> None:
    """どの提案にも日本語と英語があり、手順3の三つの段階すべてに提案がある。"""
    suggestions = services.suggestions()
    assert {one["stage"] for one in suggestions.values()} == set(rules.STAGES)
    for name, one in suggestions.items():
        assert one["ja"]
        assert one["en"]
        assert one["clause"] == services.STEPS[one["stage"]]
        facts = [one["fact"]] if "fact" in one else []
        assert name in rules.fitting(suggestions, [], [], facts)
        assert name not in rules.fitting(suggestions, [], [name], facts)
        assert ("fact" in one) == (name not in rules.fitting(suggestions, [], []))
    assert "remove-what-was-left" not in rules.fitting(suggestions, ["misdelivery"], [])


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def test_an_item_is_done_with_its_proof_and_can_be_reopened(cast: Cast) -> None:
    """項目は証拠つきで終わり、開き直しても、終わったと言った記録は残る。"""
    case = cast.open_case()
    name = services.add(case, "eradicate", "<b>webshell.php</b> を消す", cast.actor).data["item"]
    proof = casebook.keep_file(case, io.BytesIO(b"png"), "s.png", cast.actor).data["sha256"]
    services.done(case, name, cast.actor, how="消した", proof=[proof])
    (shown,) = services.shown(case)
    assert (shown["item"].state, shown["said"], shown["item"].proof) == ("done", "消した", [proof])
    services.reopen(case, name, cast.actor, reason="まだあった")
    assert services.items(case)[0].state == "open"
    assert [e.kind for e in casebook.entries(case)][-2:] == ["recover.item_done", "recover.item_reopened"]


def test_recovery_states_the_moment_business_goes_on(cast: Cast) -> None:
    """再開した時刻は事実になり、振り返りで使える。"""
    case = cast.open_case()
    assert services.summary(case)["steps"] == {3: "todo"}
    services.restored(case, cast.actor)
    assert casebook.facts(case)["recovered_at"].status == "confirmed"
    assert services.summary(case)["steps"] == {3: "waived"}


def test_an_unknown_item_is_said(cast: Cast) -> None:
    """ない項目には、ないと言う。"""
    with pytest.raises(Problem) as told:
        services.done(cast.open_case(), "x", cast.actor)
    assert told.value.code == "recover.no_item"


def signed_in(person: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend=BACKEND)
    return client


def test_the_pages_do_it_all(cast: Cast) -> None:
    """画面から、提案を取り入れ、証拠つきで終え、見送り、再開までできる。三郎には見えない。"""
    case = cast.open_case()
    url = f"/i/{case.reference}/recover/"
    hanako, saburo = signed_in(cast.hanako), signed_in(cast.saburo)
    assert saburo.get(url).status_code == 404
    assert saburo.post(f"{url}add/", {"what": "x", "stage": "harden"}).status_code == 404
    hanako.post(f"{url}take/change-passwords/")
    hanako.post(f"{url}take/change-passwords/")
    hanako.post(f"{url}add/", {"what": "<script>alert(1)</script>", "stage": "restore"})
    assert hanako.post(f"{url}add/", {"what": "", "stage": "restore"}).status_code == 422
    one, two = services.items(case)
    page = hanako.get(url).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    hanako.post(f"{url}{one.item}/", {"done": "1", "how": "替えた", "proof": io.BytesIO(b"x")})
    assert hanako.post(f"{url}{two.item}/", {"waive": "1", "reason": ""}).status_code == 422
    hanako.post(f"{url}{two.item}/", {"waive": "1", "reason": "不要"})
    hanako.post(f"{url}restored/", {})
    assert services.summary(case)["steps"] == {3: "done"}
    assert len(services.items(case)[0].proof) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["leak", 5, True, {"leak": 1}, [["leak"]], None])
def test_a_kind_of_incident_in_any_form_opens_the_page(value: Any) -> None:
    """事故の種類がどんな形で書かれていても、復旧の画面は開く。"""
    cast = assemble()
    case = cast.open_case()
    casebook.state_fact(case, "incident_kind", value, "confirmed", cast.actor)
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.hanako, backend=BACKEND)
    assert client.get(f"/i/{case.reference}/recover/").status_code == 200
    assert dict(services.fitting(case))


def test_going_back_with_items_open_takes_a_reason(cast: Cast) -> None:
    """残った項目があるときの再開は、理由を書けば記録され、書かなければ何が残っているかを言う。"""
    case = cast.open_case()
    services.add(case, "harden", "鍵だけで入れるようにする", cast.actor)
    with pytest.raises(Problem) as told:
        services.restored(case, cast.actor)
    assert (told.value.code, told.value.params["left"]) == ("recover.items_open", 1)
    client = signed_in(cast.hanako)
    here = f"/i/{case.reference}/recover/"
    refused = client.post(here + "restored/", {})
    assert refused.status_code == 422
    assert "先に終わらせてください" in refused.content.decode()
    assert not services.is_restored(case)
    assert client.post(here + "restored/", {"remarks": "業者の作業は来週になるため"}).status_code == 302
    assert services.is_restored(case)
    assert services.summary(case)["steps"] == {3: "open"}


def test_with_card_data_the_site_is_left_alone_until_the_acquirer_was_called(cast: Cast) -> None:
    """カード情報のおそれがある間は、触らないよう言い、カード会社側への電話が先に来る。"""
    case = cast.open_case()
    client = signed_in(cast.hanako)
    here = f"/i/{case.reference}/recover/"
    assert "questions/card_data/" in client.get(here).content.decode()
    assert "サイトにまだ触らないでください" not in client.get(here).content.decode()
    casebook.state_fact(case, "card_data", True, "suspected", cast.actor)
    page = client.get(here)
    assert "サイトにまだ触らないでください" in page.content.decode()
    assert [name for name, _ in page.context["suggestions"]] == ["call-the-acquirer", "wait-for-the-pfi"]
    assert "change-passwords" in dict(page.context["later"])
    assert client.post(here + "restored/", {}).status_code == 422
    for name in ("call-the-acquirer", "wait-for-the-pfi"):
        client.post(f"{here}take/{name}/")
    assert "サイトにまだ触らないでください" in client.get(here).content.decode()
    for one in services.items(case):
        services.done(case, one.item, cast.actor, how="電話した")
    page = client.get(here)
    assert "サイトにまだ触らないでください" not in page.content.decode()
    assert "change-passwords" in dict(page.context["suggestions"])


def test_a_suggestion_taken_up_is_said_in_the_language_of_the_page(cast: Cast) -> None:
    """日本語で選んだ提案は、英語の画面では英語で見える。自分で書いた言葉はそのまま。"""
    case = cast.open_case()
    client = signed_in(cast.hanako)
    here = f"/i/{case.reference}/recover/"
    client.post(f"{here}take/two-factor/")
    services.add(case, "harden", "金庫の鍵を替える", cast.actor)
    client.cookies["hikeshi_language"] = "en"
    said = client.get(here).content.decode()
    assert "Turn on two-step sign-in" in said
    assert "金庫の鍵を替える" in said
