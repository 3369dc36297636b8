"""だれかが、出してはいけないものを外へ出そうとする。どの試みでも、何も出ない。"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.notify import letters
from hikeshi.notify.letters import editing, leaving, steps
from tests.notify.letters import attempts
from tests.notify.letters.attempts import REFUTED, SUSPECTED, Room, added, client_of
from tests.notify.letters.unapproved import ATTEMPTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Room:
    return attempts.room()


def push(room: Room, found: letters.Paper, never: str) -> str:
    """Everything that an owner in a hurry would press, a reason included; the problem that holds in the end."""
    held = ""
    owner = room.cast.actor
    presses: list[Any] = [
        lambda: letters.check(room.case, found, owner),
        lambda: letters.override(room.case, found, never, "急ぐので、このまま出します", owner),
        lambda: letters.approve(room.case, found, owner, by="leader", how="on_screen"),
        lambda: letters.send(room.case, found, owner, how="post"),
    ]
    for press in presses:
        try:
            press()
        except Problem as problem:
            held = problem.code
    return held


# --- words that must not leave, however they are written -------------------------------------------------------------

WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})
WORDS = {
    "a refuted thing": REFUTED,
    "refuted, with blanks between": " ".join(REFUTED),
    "refuted, with zero-width spaces": "\u200b".join(REFUTED),
    "refuted, with joiners": "\u2060".join(REFUTED),
    "refuted, under a direction mark": f"\u202e{REFUTED}\u202c",
    "refuted, in brackets of direction": f"\u2066{REFUTED}\u2069",
    "refuted, broken over lines": "元従業員の佐藤が\n名簿を売った",
    "refuted, one letter a line": "\n".join(REFUTED),
    "refuted, with soft hyphens": "\u00ad".join(REFUTED),
    "refuted, with Hangul fillers": "\u3164".join(REFUTED),
    "refuted, and called suspected": f"{REFUTED}おそれ（調査中）があります。",
    "refuted, inside a slot": "{{ " + REFUTED + " }}",
    "refuted, politely": "元従業員の佐藤が名簿を売りました。",
    "refuted, politely, as something going on": "元従業員の佐藤が名簿を売っています。",
    "refuted, with dots between": "・".join(REFUTED),
    "refuted, with full stops between": "．".join(REFUTED),
    "refuted, struck through": "".join(f"{one}\u0336" for one in REFUTED),
    "refuted, with variation selectors": "".join(f"{one}\ufe0f" for one in REFUTED),
    "refuted, with ideographic variations": "".join(f"{one}\U000e0100" for one in REFUTED),
    "refuted, its particles in katakana": "元従業員ノ佐藤ガ名簿ヲ売ッタ",
    "refuted, with readings in brackets": "元従業員（もとじゅうぎょういん）の佐藤が、名簿を、売った。",
    "suspected, politely": f"{SUSPECTED[:-1]}ました。",
    "suspected as certain": f"{SUSPECTED}ことがわかりました。",
    "suspected, the mark in the next sentence": f"{SUSPECTED}。そのおそれは調査中です。",
    "suspected, half the mark": f"{SUSPECTED}おそれがあります。",
    "suspected, spread": "　".join(SUSPECTED),
    "suspected, broken over lines": "管理画面から名簿が\n抜き取られた",
    "an invented number": "お客様412人の情報が対象です。",
    "an invented number, full width": "お客様４１２人の情報が対象です。",
    "an invented number in kanji": "お客様四百十二人の情報が対象です。",
    "an invented number with commas": "対象は1,204件です。",
    "an invented number, some more": "お客様10数名が対象です。",
    "an invented number in Roman numerals": "お客様Ⅻ人の情報です。",
    "an invented recovery": "すでに復旧しております。",
    "an invented restore": "バックアップから元に戻しました。",
    "an invented protection": "パスワードは暗号化されておりました。",
    "an invented number in words": "数千人のお客様にご迷惑をおかけしました。",
    "a number played down": "ごく一部のお客様だけが対象です。",
    "an invented day": "2026年10月3日から続いていました。",
    "an invented day, other dress": "１０／３（2026/10/3）に始まりました。",
    "an invented hour": "午前3時に侵入されました。",
    "an invented day in words": "先週から続いていました。",
    "an invented number and more": "四百余名のお客様が対象です。",
    "invented money": "被害額は300万円です。",
    "an invented report": "警察に被害届を提出しました。",
    "an invented examination": "専門会社に調査を依頼しました。",
    "an invented notice": "対象のお客様へ連絡しました。",
    "an invented cause": "原因は設定の誤りです。",
    "an invented kind of data": "クレジットカード番号が含まれています。",
    "an invented kind, half-width kana": "ﾊﾟｽﾜｰﾄﾞも流出しています。",
    "an invented loss, and a polite word": "お客様の個人情報が消失しましたので、ご注意ください。",
    "an invented kind, and a request": "カード番号が流出しましたので、お手数ですがカードの停止をお願いいたします。",
    "an invented loss, details open": "お客様の情報が失われました（詳細は調査中）。",
    "an invented loss, after a case of it": "情報が流出した場合と異なり、今回は消失しました。",
    "an invented report, and a polite word": "警察に届け出ましたので、ご承知おきください。",
    "an invented kind in English": "Your card numbers were stolen, so please call your bank.",
    "an invented suspicion": "外国の組織による可能性（調査中）があります。",
    "an invented loss": "データがすべて消失しました。",
    "somebody's mail": "被害にあわれた yamada.taro@example.jp 様へ。",
    "somebody's mail, full width": f"被害にあわれた {'yamada.taro@example.jp'.translate(WIDE)} 様へ。",
    "somebody's telephone": "ご本人の電話 090-1234-5678 に連絡します。",
    "somebody's telephone, long dashes": "ご本人の電話 ０９０ー１２３４ー５６７８ です。",
    "somebody's name": "お客様の佐藤 花子様の情報です。",
    "somebody's address": "東京都新宿区西新宿2丁目8番1号にお住まいの方です。",
    "a template's slot": "{{ case.secret }}",
    "a template's block": "{% include 'desk/base.html' %}お知らせします。",
    "a format's brace": "{facts[cause].text}のとおりです。",
    "a percent slot": "%(cause)sのとおりです。",
    "markup": "<b>お知らせ</b>します。",
    "letters that only look Latin": "раypalの件です。",
    "an unseen letter alone": "お知らせし\u200bます。",
}


@pytest.mark.parametrize("how", list(WORDS))
def test_words_that_no_fact_carries_do_not_leave(room: Room, how: str) -> None:
    """否定された・作られた・疑いを確かと言う・他人の情報の入った文は、理由を書いても、出ない。"""
    found = room.add(WORDS[how])
    # It stands in the text: what holds it back is the look at it, not a loss on the way.
    assert found.generated
    assert found.sha256 != leaving.sha256_of(found.generated)
    never = [one for one in letters.findings(room.case, found) if not one.override]
    assert never
    assert push(room, found, never[0].id) == "notify.step_missing"
    assert not list(casebook.entries(room.case, ["document.overridden", "approval.given", "document.sent"]))


SECRETS = {
    "a My Number": "個人番号は 123456789018 です。",
    "a My Number, full width": "個人番号は １２３４５６７８９０１８ です。",
    "a My Number, parted": "番号 1234-5678-9018 の方。",
    "a My Number, with zero-width spaces": "番号 1234\u200b5678\u200b9018 の方。",
    "a card number": "カードは 4111 1111 1111 1111 です。",
    "a password": "パスワードは hunter2secret です。",
    "a key": "鍵は AKIAIOSFODNN7EXAMPLE です。",
}


@pytest.mark.parametrize("what", list(SECRETS))
def test_numbers_and_keys_are_not_even_kept(room: Room, what: str) -> None:
    """マイナンバー・カード番号・パスワード・鍵は、手直しとしても保存されず、画面にも記録にも残らない。"""
    with pytest.raises(Problem) as caught:
        room.add(SECRETS[what])
    assert caught.value.code == "notify.edit_holds_secret"
    found = room.paper()
    answer = room.client.post(room.url("edit/"), {"sha256": found.sha256, "lang": "ja", "add_0": SECRETS[what]})
    assert answer.status_code == 422
    assert "123456789018" not in answer.content.decode()
    assert not list(casebook.entries(room.case, ["document.edited"]))


def test_a_fair_correction_does_leave(room: Room) -> None:
    """直しただけの、事実と合う文は出せる。門が閉まっているだけではない。"""
    room.add("ご心配をおかけしておりますことを、重ねてお詫び申し上げます。")
    room.approved()
    sent = letters.send(room.case, room.paper(), room.cast.actor, how="post")
    assert sent[0].kind == "document.sent"
    assert sent[0].data["sha256"] == room.paper().sha256


# --- texts that nobody approved --------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", list(ATTEMPTS))
def test_what_nobody_approved_does_not_leave(room: Room, how: str) -> None:
    """承認のない文、違う人・違う事故・違う言葉・違う段階の承認では、何も出ない。"""
    with pytest.raises(Problem):
        ATTEMPTS[how](room)
    assert not room.issued()


# --- by hand, past the pages -----------------------------------------------------------------------------------------

POSTS: dict[str, tuple[int, dict[str, Any]]] = {
    "a draft's hash": (422, {}),
    "another hash": (422, {"sha256": "0" * 64}),
    "no hash": (422, {"sha256": ""}),
    "the English text's hash": (422, {"lang": "en"}),
    "a language that is none": (404, {"lang": "../ja"}),
    "a stage that is none": (404, {"stage": "approved"}),
    "a kind that is none": (404, {"kind": "../public-statement"}),
}


@pytest.mark.parametrize("what", list(POSTS))
def test_a_forged_form_sends_nothing(room: Room, what: str) -> None:
    """ページを通さずに送りつけた偽の印・言葉・段階・種類では、承認も送付も記録されない。"""
    status, changed = POSTS[what]
    said = {"sha256": room.paper().sha256, "lang": "ja", "stage": "preliminary", "how": "post", **changed}
    kind = said.pop("kind", room.kind)
    for act in ("approve", "send"):
        answer = room.client.post(f"/i/{room.case.reference}/notify/documents/{kind}/{act}/", said)
        assert answer.status_code == status
    assert not list(casebook.entries(room.case, ["approval.given", "document.sent"]))


@pytest.mark.parametrize("act", ["documents/customer-letter/send/", "told/appi.internal/first/"])
def test_nothing_is_done_tomorrow(room: Room, act: str) -> None:
    """これから先の日時では、送った・知らせたと記録されない。事実にも残らず、次の文に「済んだ」と書かれない。"""
    found = room.approved()
    tomorrow = (casebook.now() + timedelta(days=1, hours=10)).strftime("%Y-%m-%dT%H:%M")
    said = {"sha256": found.sha256, "lang": "ja", "stage": "preliminary", "how": "post", "what": "met", "at": tomorrow}
    before = casebook.head(room.case).number
    answer = room.client.post(f"/i/{room.case.reference}/notify/{act}", said)
    assert answer.status_code == 422
    assert "これから先の日時" in answer.content.decode()
    assert casebook.head(room.case).number == before
    assert room.client.post(f"/i/{room.case.reference}/notify/{act}", {**said, "at": ""}).status_code == 302


@pytest.mark.parametrize("who", ["taro", "saburo"])
def test_other_people_press_in_vain(room: Room, who: str) -> None:
    """太郎（技術）は承認も送付もできない。三郎には、あることも見えない。"""
    room.approved()
    before = casebook.head(room.case).number
    said = {"finding": "x", "reason": "理由です", "lawyer": "none", "desk": "窓口", "receipt": "1"}
    client = client_of(getattr(room.cast, who))
    for act in ("approve", "override", "lawyer", "send", "prove"):
        assert room.post(act, client, **said).status_code == (403 if who == "taro" else 404)
    assert casebook.head(room.case).number == before


def test_a_page_of_another_business_is_not_there(room: Room) -> None:
    """三郎の事故のページから、花子の文は承認も手直しもできない。"""
    other = attempts.stranger(room.cast)
    client = client_of(room.cast.saburo)
    found = room.paper()
    said = {"sha256": found.sha256, "lang": "ja", "stage": "preliminary", "how": "post"}
    for act in ("approve", "send"):
        answer = client.post(f"/i/{other.reference}/notify/documents/{room.kind}/{act}/", said)
        assert answer.status_code == 422
    assert client.get(f"/i/{room.case.reference}-x/notify/documents/{room.kind}/edit/").status_code == 404
    assert not room.issued()


def test_a_replayed_form_sends_once(room: Room) -> None:
    """同じ番号の送付をもう一度送っても、2通目は記録されない。手直しのあとに再生しても、新しい文は出ない。"""
    found = room.approved()
    first = letters.send(room.case, found, room.cast.actor, how="post", request_id="sent-once")
    again = letters.send(room.case, found, room.cast.actor, how="post", request_id="sent-once")
    assert [one.number for one in first] == [one.number for one in again]
    assert len(room.issued()) == 1
    room.add("重ねてお詫び申し上げます。")
    with pytest.raises(Problem):
        letters.send(room.case, room.paper(), room.cast.actor, how="post", request_id="sent-once")
    assert [one.data["sha256"] for one in room.issued()] == [found.sha256]


@pytest.mark.django_db(transaction=True)
def test_sending_while_somebody_edits() -> None:
    """送る瞬間に、ほかの人が手直ししたら、古い文も新しい文も、承認のないままでは出ない。"""
    room = attempts.room()
    found = room.approved()
    look, go = threading.Event(), threading.Event()
    real = steps._again

    def slow(case: Any, paper: letters.Paper) -> letters.Paper:
        again = real(case, paper)
        if threading.current_thread() is sender and look.is_set():
            go.set()
            edited.wait(120)
        look.set()
        return again

    edited = threading.Event()
    raised: list[str] = []

    def send() -> None:
        try:
            letters.send(room.case, found, room.cast.actor, how="post")
        except Problem as problem:
            raised.append(problem.code)
        finally:
            connections.close_all()

    sender = threading.Thread(target=send)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "_again", slow)
        sender.start()
        assert go.wait(120)
        letters.edit(
            room.case, letters.paper_of(room.case, room.kind, "ja", "preliminary"), added("割り込み。"), room.cast.actor
        )
        edited.set()
        sender.join(120)
    assert raised == ["notify.text_changed"]
    assert not room.issued()


def test_taking_an_edit_back_gives_the_approved_text_again(room: Room) -> None:
    """手直しを取り消すと、承認された文そのものにもどる。違う文が同じ印を持つことはない。"""
    found = room.approved()
    changed = room.add("追伸です。")
    assert not changed.approved
    assert changed.sha256 != found.sha256
    letters.edit(room.case, changed, editing.Edits(), room.cast.actor)
    assert room.paper().approved
    assert room.paper().text == found.text
