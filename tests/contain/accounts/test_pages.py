"""アカウントのページ：選ぶと守る順に並び、一歩ずつ答えが記録になり、終わりは「証拠つきで閉じた」か「開いている」。"""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.contain import accounts_reading as reading
from hikeshi.contain import services as contain
from hikeshi.contain.accounts.accounts import services
from hikeshi.contain.models import AccountStep, HeldAccount
from hikeshi.prepare import services as prepare
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    """花子 owns the case."""
    return assemble()


@pytest.fixture
def case(cast: Cast) -> Any:
    """An open incident."""
    return cast.open_case()


@pytest.fixture
def hanako(client: Client, cast: Cast) -> Client:
    """花子's browser."""
    client.force_login(cast.hanako)
    return client


def base(case: Any) -> str:
    """The list's address."""
    return f"/i/{case.reference}/accounts/"


def pick(client: Client, case: Any, *names: str, **more: str) -> list[reading.Standing]:
    """Choose these services."""
    answer = client.post(base(case), {"services": list(names), **more})
    assert answer.status_code == 302, text(answer)
    return reading.standings(case)


def say(client: Client, case: Any, one: reading.Standing, step: str, answer: str, **more: Any) -> Any:
    """Answer one step."""
    return client.post(f"{base(case)}{one.id}/{step}/", {"answer": answer, **more})


def photo(content: bytes = b"\x89PNG\r\n\x1a\n") -> io.BytesIO:
    """A photo to attach."""
    made = io.BytesIO(content)
    made.name = "screen.png"
    return made


def text(answer: Any) -> str:
    """A page's text."""
    return str(answer.content.decode())


def kinds(case: Any) -> list[str]:
    """What was recorded of accounts, in order."""
    return [one.kind for one in casebook.entries(case) if one.kind.startswith("account.")]


def walk_through(client: Client, case: Any, one: reading.Standing, answers: dict[str, str]) -> None:
    """Every step as the pages lead, "seen" with a photo unless `answers` says otherwise."""
    address = f"{base(case)}{one.id}/{one.account.steps[0].id}/"
    for _ in one.account.steps:
        step = address.rstrip("/").rpartition("/")[2]
        said = answers.get(step, "seen")
        more = {"photo": photo(step.encode())} if said == "seen" else {}
        answer = client.post(address, {"answer": said, **more})
        assert answer.status_code == 302
        address = answer.url
    assert address == f"{base(case)}{one.id}/"


def test_what_opens_most_comes_first(hanako: Client, case: Any) -> None:
    """選ぶと、メールから順に並び、なぜその順かが言われ、事故のページに開いている数と次の一つが出る。"""
    found = pick(hanako, case, "x", "rakuten", "google", suspected="unknown")
    assert [one.row.service for one in found] == ["google", "rakuten", "x"]
    page = text(hanako.get(base(case)))
    assert page.index("Google（個人・Gmail）") < page.index("楽天（楽天ID）")
    assert "ここに届く再設定の知らせ" in page
    board = text(hanako.get(f"/i/{case.reference}/"))
    assert "0/3 使えなくした" in board
    (thing,) = [one for one in contain.summary(case)["next"] if "/accounts/" in one["href"]]
    assert (thing["urgency"], thing["href"]) == (66, f"{base(case)}{found[0].id}/devices/")


def test_a_suspicion_makes_it_urgent_and_moves_it(hanako: Client, case: Any) -> None:
    """疑いのある銀行は、メールより先に来て、次にすることの上の方に出る。"""
    pick(hanako, case, "google")
    found = pick(hanako, case, "bank", suspected="yes")
    assert [one.row.service for one in found] == ["bank", "google"]
    assert contain.summary(case)["next"][-1]["urgency"] == 95


def test_every_way_in_closed_with_proof(hanako: Client, case: Any) -> None:
    """証拠、閉じる、確かめるを終えると、証拠つきで「使えなくした」になり、証拠のハッシュが記録に残る。"""
    (one,) = pick(hanako, case, "rakuten")
    walk_through(hanako, case, one, {})
    last = list(casebook.entries(case, ["account.closed"]))[-1]
    assert last.data["proofs"]
    assert all(casebook.is_intact(case, sha) for sha in last.data["proofs"])
    assert last.step == "S1.3b"
    (row,) = HeldAccount.objects.filter(chain_id=case.chain_id)
    assert row.ending == "closed"
    page = text(hanako.get(f"{base(case)}{one.id}/"))
    assert "もう使えないことを、証拠つきで確かめました" in page
    assert "1/1 使えなくした" in text(hanako.get(f"/i/{case.reference}/"))


def test_a_door_that_stays_open_is_told(hanako: Client, case: Any) -> None:
    """閉じられない入り口が一つでもあれば「まだ開いている」で終わり、残りと助けの求め方が出て、後で閉じられる。"""
    (one,) = pick(hanako, case, "rakuten")
    door, trace = one.account.phase("revoke")[0].id, one.account.phase("proof")[0].id
    walk_through(hanako, case, one, {door: "cannot", trace: "unknown"})
    do = one.account.words["ja"].steps[door].do
    (left,) = casebook.entries(case, ["account.left_open"])
    assert left.data["missing"] == [do]
    page = text(hanako.get(f"{base(case)}{one.id}/"))
    assert "まだ開いています" in page
    assert one.account.words["ja"].help[:12] in page
    (thing,) = [each for each in contain.summary(case)["next"] if "/accounts/" in each["href"]]
    assert (thing["title"], thing["href"]) == ("開いたままのアカウントを閉じる（1件）", base(case))
    assert f'href="{base(case)}{one.id}/"' in text(hanako.get(base(case)))
    assert say(hanako, case, one, door, "seen").status_code == 302
    assert not [each for each in contain.summary(case)["next"] if "/accounts/" in each["href"]]
    closed = list(casebook.entries(case, ["account.closed"]))[-1]
    assert closed.data["lost"] == [one.account.words["ja"].steps[trace].do]
    assert kinds(case)[-2:] == ["account.step_done", "account.closed"]


def test_every_exit_leads_on(hanako: Client, case: Any) -> None:
    """「できない」「わからない」「後で」「ない」は、どの一歩でも次へ進み、行き止まりにならない。"""
    for answer in ("cannot", "unknown", "later", "not_there"):
        pick(hanako, case, "other", label=answer)
        one = next(each for each in reading.standings(case) if each.label == answer)
        walk_through(hanako, case, one, {step.id: answer for step in one.account.steps})
        assert kinds(case)[-1] == "account.left_open"


def test_a_closed_account_is_a_fact(hanako: Client, case: Any) -> None:
    """閉じたアカウントは「広がりを止めるためにしたこと」の一行になり、英語でも読め、また開けば消える。"""
    one = pick(hanako, case, "rakuten", label="店用")[0]
    hanako.post(f"/i/{case.reference}/first-hour/card-zero/", {"answer": "seen:another"})
    walk_through(hanako, case, one, {})
    fact = casebook.facts(case)["containment_done"]
    assert fact.status == "confirmed"
    line = "アカウントを、ほかの人が使えないようにした：楽天（楽天ID） (店用)"
    assert casebook.fact_words(case, fact, "ja") == line
    assert casebook.fact_words(case, fact, "en") == "The account was closed to others: Rakuten (Rakuten ID) (店用)"
    say(hanako, case, one, one.account.phase("revoke")[0].id, "cannot")
    assert kinds(case)[-1] == "account.left_open"
    fact = casebook.facts(case)["containment_done"]
    assert (fact.status, casebook.fact_words(case, fact, "ja")) == ("unknown", "")


def test_closing_before_the_traces_is_warned_of(hanako: Client, case: Any) -> None:
    """証拠を後回しにして閉じようとすると、消えると言われ、その証拠へ戻れる。見終えていれば言われない。"""
    (one,) = pick(hanako, case, "x")
    door = one.account.phase("revoke")[0].id
    assert "先に証拠を残してください" in text(hanako.get(f"{base(case)}{one.id}/{door}/"))
    for step in one.account.phase("proof"):
        say(hanako, case, one, step.id, "cannot")
    assert "先に証拠を残してください" not in text(hanako.get(f"{base(case)}{one.id}/{door}/"))


def test_a_check_without_proof_is_refused(hanako: Client, case: Any) -> None:
    """確かめた証拠を付けずに「見た」と言うと、何も記録されず、付けるように言われる。"""
    (one,) = pick(hanako, case, "x")
    check = one.account.phase("verify")[0].id
    answer = say(hanako, case, one, check, "seen")
    assert answer.status_code == 422
    assert "証拠（画面の写真や保存したファイル）が付いていません" in text(answer)
    assert kinds(case) == ["account.named"]
    assert say(hanako, case, one, check, "seen", photo=photo()).status_code == 302


def test_a_secret_is_refused_and_kept_nowhere(hanako: Client, case: Any) -> None:
    """パスワードのような文は断られ、記録にも、証拠の置き場にも、返ってきたページにも残らない。"""
    (one,) = pick(hanako, case, "x")
    step = one.account.steps[0].id
    for said in ("新しいパスワードは kaen-Zero9", "PIN 4821", "password: hunter"):
        answer = say(hanako, case, one, step, "seen", text=said)
        assert answer.status_code == 422
        assert said.split()[-1] not in text(answer)
    answer = hanako.post(base(case), {"services": ["line"], "label": "pw=Abc12345"})
    assert (answer.status_code, "Abc12345" in text(answer)) == (422, False)
    kept = b"".join(path.read_bytes() for path in casebook.kept_files(case))
    whole = kept + json.dumps([one.data for one in casebook.entries(case)]).encode()
    assert not [secret for secret in (b"kaen-Zero9", b"4821", b"hunter", b"Abc12345") if secret in whole]


def test_several_of_one_service_and_what_opens_them(hanako: Client, case: Any) -> None:
    """同じサービスを何件でも足せて、呼び名で見分けられ、開き直せるものが先に来る。"""
    found = pick(hanako, case, "x", "rakuten")
    answer = hanako.post(f"{base(case)}{found[1].id}/", {"act": "again", "label": "店用"})
    assert answer.status_code == 302
    shop = next(one for one in reading.standings(case) if one.label == "店用")
    line = pick(hanako, case, "line", label="母の")
    mother = next(one for one in line if one.label == "母の")
    hanako.post(f"{base(case)}{found[0].id}/", {"act": "about", "suspected": "yes", "recovered_by": [mother.id]})
    names = [one.name("ja") for one in reading.standings(case)]
    assert names.index("LINE（個人） 母の") < names.index("楽天（楽天ID）")
    hanako.post(f"{base(case)}{shop.id}/", {"act": "drop"})
    assert [one.id for one in reading.standings(case) if one.id == shop.id] == []
    assert kinds(case)[-1] == "account.dropped"


def test_a_service_without_steps_of_its_own_is_named(hanako: Client, case: Any) -> None:
    """表にないサービスは、名前を書けば足せて、書かなければ何も記録しない。"""
    assert hanako.post(base(case), {"services": ["other"]}).status_code == 422
    (one,) = pick(hanako, case, "other", label="予約サイト <b>みなと</b>")
    page = text(hanako.get(base(case)))
    assert "予約サイト &lt;b&gt;みなと&lt;/b&gt;" in page
    assert one.account.id == "other"


def test_what_is_prepared_stands_first(hanako: Client, case: Any, cast: Cast) -> None:
    """備えに書いてあるサービスは、選ぶところのいちばん上に、備えの名前つきで出る。"""
    prepare.state(cast.workspace, cast.actor, "contact", {"kind": "hosting", "name": "さくらインターネット"})
    prepare.state(cast.workspace, cast.actor, "device", {"kind": "website", "name": "お店のサイト"})
    page = text(hanako.get(base(case)))
    head = page[page.index("備えに書いてあるもの") : page.index("ドメイン（ネットの住所）")]
    assert 'value="sakura"' in head
    assert 'value="wordpress"' in head
    assert "さくらインターネット" in head
    assert 'value="google"' in head.partition("</fieldset>")[2]
    assert page.count('name="services"') == len(services())


def test_pressed_twice_is_recorded_once(hanako: Client, case: Any) -> None:
    """同じ送信が二度届いても、アカウントも答えも一度だけ記録される。"""
    number = "0123456789abcdef" * 2
    for _ in range(2):
        hanako.post(base(case), {"services": ["x", "line"], "request_id": number})
    found = reading.standings(case)
    assert len(found) == 2
    for _ in range(2):
        say(hanako, case, found[0], found[0].account.steps[0].id, "cannot", request_id="f" * 32)
    assert kinds(case).count("account.step_done") == 1


def test_the_list_is_the_same_after_a_rebuild(hanako: Client, case: Any) -> None:
    """表を記録から作り直しても、アカウントと答えは同じ。"""
    (one,) = pick(hanako, case, "x")
    walk_through(hanako, case, one, {})
    before = [list(model.objects.order_by("id").values()) for model in (HeldAccount, AccountStep)]
    casebook.rebuild(casebook.head(case))
    assert [list(model.objects.order_by("id").values()) for model in (HeldAccount, AccountStep)] == before
    assert all(before)


def test_another_business_sees_nothing(client: Client, cast: Cast, case: Any) -> None:
    """三郎には、花子のアカウントのページは、ないのと同じに見える。"""
    casebook.open_case(cast.workspace, cast.actor)
    client.force_login(cast.saburo)
    case = casebook.cases(cast.workspace)[0]
    for path in ("", "abc/", "abc/devices/"):
        assert client.get(base(case) + path).status_code == 404
        assert client.post(base(case) + path, {"services": ["x"]}).status_code == 404
    assert HeldAccount.objects.count() == 0


def test_who_only_reads_changes_nothing(client: Client, cast: Cast, case: Any) -> None:
    """読むだけの人は一覧を見られるが、足せない。"""
    from hikeshi.desk import services as desk
    from hikeshi.desk.models import Person

    reader = Person.objects.create_user("jiro", None, display_name="次郎")
    desk.add_member(cast.workspace, reader, "reader")
    client.force_login(reader)
    assert "この役割では、読むだけです" in text(client.get(base(case)))
    assert client.post(base(case), {"services": ["x"]}).status_code == 403


def test_the_cards_about_accounts_lead_here(hanako: Client, case: Any) -> None:
    """アカウントのカードと初動の一覧から、このページへ行ける。"""
    assert base(case) in text(hanako.get(f"/i/{case.reference}/first-hour/list/"))
    for card, chips in (("card-zero", "seen:another"), ("first-look", "seen")):
        more = {"chips": ["account-takeover"]} if card == "first-look" else {}
        hanako.post(f"/i/{case.reference}/first-hour/{card}/", {"answer": chips, **more})
    about = [name for name in contain.walk_of(case).order if contain.walk_of(case).card(name).plan == "S1.3b"]
    assert about
    assert base(case) in text(hanako.get(f"/i/{case.reference}/first-hour/{about[0]}/"))
