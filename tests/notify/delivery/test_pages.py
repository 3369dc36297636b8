"""届けるページ：一覧を入れ、列を確かめ、見本を読み、始めるまで。名前は、記録そのものには残らない。"""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.notify import letters, services
from hikeshi.notify.delivery import acts, keeping, merging, people, running, setup
from hikeshi.notify.letters import ways
from tests.cast import Cast, assemble
from tests.mailserver import mail_server
from tests.notify.delivery.cast import approved, listed, rows, set_up
from tests.notify.test_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.fixture
def ready(cast: Cast) -> tuple[Any, letters.Paper]:
    return approved(cast)


def url(case: Any, rest: str = "") -> str:
    return f"/i/{case.reference}/notify/delivery/{rest}"


CSV = "氏名,メール,備考,項目\r\n山田 花子,hanako@example.com,常連,氏名\r\n鈴木 太郎,taro＠example.com,,氏名・住所\r\n"


def brought(client: Client, case: Any, paper: letters.Paper, **more: Any) -> str:
    """Bring a list; the id of the delivery."""
    post = {"paper": f"{paper.key}/{paper.lang}", "way": "mail", **more}
    answer = client.post(url(case, "new/"), post)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"].rstrip("/").split("/")[-2])


def columns(client: Client, case: Any, delivery: str) -> Any:
    now = acts.standing(case, delivery)
    post = {f"column{n}": field for n, field in enumerate(now.guessed)} | ({"heading": "yes"} if now.heading else {})
    return client.post(url(case, f"{delivery}/columns/"), post)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932", "utf-16"])
def test_a_list_from_a_spreadsheet_program(cast: Cast, ready: Any, encoding: str) -> None:
    """どの文字コードのCSVでも列が当てられ、人が確かめてから一覧になる。"""
    case, paper = ready
    client = signed_in(cast.hanako)
    delivery = brought(client, case, paper, file=SimpleUploadedFile("名簿.csv", CSV.encode(encoding)))
    said = client.get(url(case, f"{delivery}/columns/")).content.decode()
    assert "山田 花子" in said
    assert acts.standing(case, delivery).guessed == ["name", "email", "", "items"]
    assert columns(client, case, delivery).status_code == 302
    now = acts.standing(case, delivery)
    assert [one.email for one in people.kept(case, now.recipients).values()] == [
        "hanako@example.com",
        "taro＠example.com",
    ]
    page = client.get(url(case, f"{delivery}/")).content.decode()
    assert "2人に送れます" in page
    assert "山田 花子 様" in page


def test_nobody_is_dropped_in_silence(cast: Cast, ready: Any) -> None:
    """壊れた宛先と二重の行は、番号と理由つきで残り、送る人数に入らない。家族で同じ宛先は、それぞれに送る。"""
    case, paper = ready
    client = signed_in(cast.hanako)
    typed = "山田, a@example.com\n山田, A@example.com\n妻 山田, a@example.com\n無名, なし\n鈴木, b@@example.com"
    delivery = brought(client, case, paper, typed=typed)
    columns(client, case, delivery)
    said = client.get(url(case, f"{delivery}/")).content.decode()
    for words in ("2人に送れます", "1番と同じ人、同じ宛先です", "「@」がありません", "2つ以上あるか", "b@@example.com"):
        assert words in said
    listed_ = people.kept(case, acts.standing(case, delivery).recipients)
    assert [bool(one.wrong) for one in listed_.values()] == [False, True, False, True, True]
    assert listed_[3].note == "shared:1"


def test_no_name_stands_in_the_record(cast: Cast, ready: Any) -> None:
    """名前もアドレスも、台帳の行には一度も出ない。"""
    case, paper = ready
    with mail_server() as (port, _post, _):
        set_up(cast, port, user="")
        delivery = listed(case, paper, cast, rows(3))
        acts.begin(case, delivery, paper.sha256, cast.actor)
        running.run(case, delivery)
    acts.decide(case, delivery, 2, "phone", cast.actor, remarks="客2 太郎さんから折り返しの希望")
    raw = b"".join(casebook.lines(case)).decode()
    assert all(word not in raw for word in ("客1", "客2", "c1@example.com", "千代田1-1"))
    assert raw.count(paper.sha256) >= 4
    assert acts.standing(case, delivery).counts() == {"sent": 2, "elsewhere": 1}
    sent = list(casebook.entries(case, ["document.sent"]))
    assert [(one.data["sha256"], one.data["how"]) for one in sent] == [(paper.sha256, "mail")]


def two_with_different_items() -> list[list[str]]:
    """Two persons of whom the facts say different things, and one of whom nobody knows which."""
    table = rows(3)
    table[1][5], table[2][5], table[3][5] = "氏名", "住所", ""
    return table


def items_in(text: str) -> list[bool]:
    """Whether the section of the items names 氏名, names 住所, and says that these may be included."""
    said = "".join(text.split()).partition("対象となる個人情報の項目")[2].partition("３．")[0]
    return ["・氏名" in said or "•氏名" in said, "・住所" in said or "•住所" in said, "可能性があるもの" in said]


OWN_ITEMS = [[True, False, False], [False, True, False], [True, True, True]]


def test_what_each_person_gets(cast: Cast, ready: Any) -> None:
    """メールには、その人の項目だけが入り、ほかの人の項目も名前も入らない。承認された文と一覧の行から、同じ文になる。"""
    case, paper = ready
    with mail_server() as (port, post, _):
        set_up(cast, port)
        delivery = listed(case, paper, cast, two_with_different_items())
        acts.begin(case, delivery, paper.sha256, cast.actor)
        running.run(case, delivery)
    now = acts.standing(case, delivery)
    approved_ = casebook.text(case, now.text)
    assert hashlib.sha256(approved_.encode()).hexdigest() == paper.sha256
    listed_ = people.kept(case, now.recipients)
    for number in range(3):
        text = post.read(number).get_content().replace("\r\n", "\n")
        person = next(one for one in listed_.values() if one.email == post.mails[number][0])
        assert text == merging.merged(approved_, now.slot, person, "ja")
        assert not any(other.name in text for other in listed_.values() if other != person)
        assert items_in(text) == OWN_ITEMS[person.number - 1] and "〔" not in text
        assert f"ご本人様に関する記録の件数：{person.records}" in text


def test_what_all_would_read_of_somebodys_items(cast: Cast, ready: Any) -> None:
    """全員に届く行がだれかの項目を挙げていれば、始める前に、その行が出る。項目が同じ人だけなら出ない。"""
    case, _ = ready
    text = "名簿が持ち出され、氏名と住所が見られました。"
    casebook.state_fact(case, "incident_summary", None, "confirmed", cast.actor, text=text)
    paper = services.check_paper(case, services.paper(case, "customer-letter", "ja"), cast.actor)
    paper = services.approve_paper(case, paper, cast.actor)
    client = signed_in(cast.hanako)
    for table, there in ((rows(3), False), (two_with_different_items(), True)):
        said = client.get(url(case, f"{listed(case, paper, cast, table, 'post')}/")).content.decode()
        assert ("項目の違う方にも" in said) is there
        assert (f"<li>内容：{text}</li>" in said) is there


def test_a_trial_to_oneself_and_then_the_beginning(cast: Cast, ready: Any) -> None:
    """自分あての1通を試し、読みましたに印をつけて、はじめて全員に送られる。"""
    case, paper = ready
    client = signed_in(cast.hanako)
    with mail_server() as (port, post, _):
        set_up(cast, port)
        delivery = listed(case, paper, cast, rows(2))
        client.post(url(case, f"{delivery}/test/"), {"to": "hanako@example.jp"})
        (test,) = acts.standing(case, delivery).tests
        running.try_out(case, delivery, test)
        running.try_out(case, delivery, test)
        assert [to for to, _mail in post.mails] == ["hanako@example.jp"]
        assert "客1 太郎 様" in post.read().get_content()
        assert "受信箱" in client.get(url(case, f"{delivery}/")).content.decode()
        client.post(url(case, f"{delivery}/begin/"), {"sha256": paper.sha256})
        assert acts.standing(case, delivery).stage == "listed"
        client.post(url(case, f"{delivery}/begin/"), {"sha256": paper.sha256, "confirm": "yes"})
        running.run(case, delivery)
        assert post.count() == {"hanako@example.jp": 1, "c1@example.com": 1, "c2@example.com": 1}
    assert "全員に送りました" in client.get(url(case, f"{delivery}/")).content.decode()


def test_a_fact_that_changes_stops_it(cast: Cast, ready: Any) -> None:
    """送っている途中で事実が変わると止まり、理由が出て、残りの人には古い文は送られない。"""
    case, paper = ready
    with mail_server() as (port, post, _):
        set_up(cast, port)
        delivery = listed(case, paper, cast, rows(120))
        acts.begin(case, delivery, paper.sha256, cast.actor)
        changed = []

        def change(_now: Any) -> None:
            if not changed:
                changed.append(casebook.state_fact(case, "data_items", ["name"], "confirmed", cast.actor))

        running.run(case, delivery, on_batch=change)
        assert len(post.mails) == 50
    now = acts.standing(case, delivery)
    assert (now.stage, now.counts()["waiting"]) == ("paused", 70)
    assert now.problem in ("notify.text_not_approved", "notify.text_changed")
    assert "止まっています" in signed_in(cast.hanako).get(url(case, f"{delivery}/")).content.decode()


def test_the_question_comes_before_the_first_mail(cast: Cast) -> None:
    """メールとこの機械が無事かをだれも答えていなければ、先にそれだけを聞き、1回押すと、始められる。手紙なら聞かない。"""
    case, paper = approved(cast, asked=False)
    set_up(cast, 2525)
    client = signed_in(cast.hanako)
    delivery, by_post = (listed(case, paper, cast, rows(1), way) for way in ("mail", "post"))
    with pytest.raises(Problem, match="clean_first"):
        acts.begin(case, delivery, paper.sha256, cast.actor)
    acts.begin(case, by_post, paper.sha256, cast.actor)
    said = client.get(url(case, f"{delivery}/")).content.decode()
    assert "どちらも無事（確かめた）" in said and "全員に送り始める" not in said
    client.post(f"/i/{case.reference}/notify/clean/", {"both": "no", "next": url(case, f"{delivery}/")})
    facts = casebook.facts(case)
    assert all(facts[key].value is False and facts[key].status == "confirmed" for key in (ways.MAIL, ways.MACHINE))
    assert "全員に送り始める" in client.get(url(case, f"{delivery}/")).content.decode()
    acts.begin(case, delivery, paper.sha256, cast.actor)


def test_a_suspect_mailbox_is_closed(cast: Cast, ready: Any) -> None:
    """受信箱が乗っ取られた疑いがある間は、メールでは始められず、手紙なら始められる。"""
    case, paper = ready
    set_up(cast, 2525)
    delivery, by_post = listed(case, paper, cast, rows(2)), listed(case, paper, cast, rows(2), "post")
    casebook.state_fact(case, "own_mail_suspect", True, "confirmed", cast.actor)
    with pytest.raises(Problem):
        acts.begin(case, delivery, paper.sha256, cast.actor)
    acts.begin(case, by_post, paper.sha256, cast.actor)
    assert acts.standing(case, by_post).begun_at


def test_letters_for_window_envelopes(cast: Cast, ready: Any) -> None:
    """手紙は一人一通で、窓の位置には宛先だけ。ほかの人の名前も項目も、その人の頁にない。"""
    case, paper = ready
    delivery = listed(case, paper, cast, two_with_different_items(), "post")
    acts.begin(case, delivery, paper.sha256, cast.actor)
    answer = signed_in(cast.hanako).get(url(case, f"{delivery}/letters/1/"))
    with pypdfium2.PdfDocument(io.BytesIO(answer.content)) as pdf:
        each = len(pdf) // 3
        for n in range(3):
            page = pdf[n * each].get_textpage()
            height = pdf[n * each].get_height()
            mm = 72 / 25.4
            window = page.get_text_bounded(22 * mm, height - 57 * mm, 112 * mm, height - 12 * mm)
            assert "".join(window.split()) == f"〒100-0001東京都千代田区千代田1-{n + 1}客{n + 1}太郎様"
            whole = "".join(pdf[at].get_textpage().get_text_range() for at in range(n * each, (n + 1) * each))
            named = "".join(whole.split())
            assert [f"客{m + 1}太郎様" in named for m in range(3)] == [m == n for m in range(3)]
            assert items_in(whole) == OWN_ITEMS[n] and "〔" not in whole
    (printed,) = casebook.entries(case, ["delivery.printed"])
    assert (printed.data["numbers"], printed.data["sha256"]) == ([1, 2, 3], paper.sha256)


def test_a_call_and_what_was_said(cast: Cast, ready: Any) -> None:
    """電話は台本と記入欄があり、だれが何を話したかが記録になる。"""
    case, paper = ready
    delivery = listed(case, paper, cast, two_with_different_items(), "phone")
    acts.begin(case, delivery, paper.sha256, cast.actor)
    client = signed_in(cast.hanako)
    page = client.get(url(case, f"{delivery}/people/1/")).content.decode()
    assert "客1 太郎様でいらっしゃいますか" in page
    for number, own in enumerate(OWN_ITEMS, 1):
        text = client.get(url(case, f"{delivery}/people/{number}/")).content.decode().partition("この方への文")[2]
        assert items_in(text.replace("<br>", "\n")) == own and "〔" not in text
    assert 'href="tel:09000000001"' in page
    client.post(url(case, f"{delivery}/people/1/"), {"outcome": "told", "said": "花子が電話した"})
    assert acts.standing(case, delivery).people[1].state == "told"
    assert "花子が電話した" in client.get(url(case, f"{delivery}/people/1/")).content.decode()


def test_only_those_who_may_send(cast: Cast, ready: Any) -> None:
    """三郎には何も見えず、太郎（技術）は送れず、設定は持ち主だけが変えられる。"""
    case, paper = ready
    delivery = listed(case, paper, cast, rows(1))
    for rest in ("", f"{delivery}/", f"{delivery}/people/", "mail/"):
        assert signed_in(cast.saburo).get(url(case, rest)).status_code == 404
    taro = signed_in(cast.taro)
    assert taro.get(url(case, f"{delivery}/")).status_code == 200
    for rest in ("new/", f"{delivery}/begin/", "mail/", "reminders/test/"):
        assert taro.post(url(case, rest), {"confirm": "yes", "sha256": paper.sha256}).status_code == 403
    assert acts.standing(case, delivery).stage == "listed"


def test_a_drill_sends_no_mail(cast: Cast) -> None:
    """訓練では、設定があっても、メールは一通も頼めない。"""
    type(cast.workspace).objects.filter(pk=cast.workspace.pk).update(drill=True)
    cast.workspace.refresh_from_db()
    case, paper = approved(cast)
    set_up(cast, 2525)
    delivery = listed(case, paper, cast, rows(1))
    for ask in (
        lambda: acts.begin(case, delivery, paper.sha256, cast.actor),
        lambda: acts.ask_test(case, delivery, "hanako@example.jp", cast.actor),
    ):
        with pytest.raises(Problem, match="drill_sends_nothing"):
            ask()


SETTING = {
    "sender": "hanako@example.jp",
    "sender_name": "佐倉花店",
    "host": "smtp.example.jp",
    "port": "587",
    "security": "starttls",
    "user": "hanako",
    "password": "ひみつ4649",
    "per_minute": "20",
}


def test_the_password_stays_out_of_the_record(cast: Cast, ready: Any) -> None:
    """パスワードは、持ち主だけが読めるファイルにだけあり、台帳にもページにも出ない。"""
    case, _paper = ready
    client = signed_in(cast.hanako)
    assert client.post(url(case, "mail/"), SETTING).status_code == 302
    assert keeping.secret(cast.workspace, "smtp") == "ひみつ4649"
    assert keeping.secret_path(cast.workspace, "smtp").stat().st_mode & 0o777 == 0o600
    raw = b"".join(casebook.lines(cast.workspace)).decode() + client.get(url(case, "mail/")).content.decode()
    assert "4649" not in raw
    keeping.secret_path(cast.workspace, "smtp").chmod(0o644)
    with pytest.raises(Problem, match="secret_open"):
        keeping.secret(cast.workspace, "smtp")
    assert json.dumps(vars(setup.mail(cast.workspace))).count("smtp.example.jp") == 1


@pytest.mark.parametrize(
    ("first", "then", "after"),
    [
        (("one", ""), ("two", ""), "two"),  # the same password for both: it follows
        (("one", "post"), ("two", ""), "post"),  # one of its own stays
        (("one", "post"), ("two", "new"), "new"),
        (("one", ""), ("", ""), "one"),
    ],
)
def test_the_mailboxes_own_password_stays(
    cast: Cast, ready: Any, first: tuple[str, str], then: tuple[str, str], after: str
) -> None:
    """送信のパスワードを変えても、受信サーバーの別のパスワードは消えない。同じものを使っていれば、いっしょに変わる。"""
    case, _paper = ready
    for password, imap_password in (first, then):
        said = {**SETTING, "password": password, "imap_password": imap_password}
        assert signed_in(cast.hanako).post(url(case, "mail/"), said).status_code == 302
    assert keeping.secret(cast.workspace, "imap") == after


def test_no_unencrypted_server_outside_this_machine(cast: Cast, ready: Any) -> None:
    """外のサーバーへ暗号化なしでは設定できず、どう直すかが出る。"""
    case, _paper = ready
    answer = signed_in(cast.hanako).post(url(case, "mail/"), {**SETTING, "security": "none"})
    assert answer.status_code == 422
    assert "STARTTLS を選んでください" in answer.content.decode()
    assert setup.mail(cast.workspace) is None
