"""サインインしなくても読めるカード：書いたことは下書きで、記録ではなく、あとで記録に入る。"""

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.contain import drafts
from hikeshi.contain.cards import shelf
from hikeshi.contain.models import Draft
from tests.cast import PASSWORD, assemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return assemble()


def answer(client, situation, card, pressed="seen", **more):
    return client.post(f"/cards/{situation}/{card}/", {"answer": pressed, **more})


def test_nobody_has_to_sign_in_to_read(client, cast):
    """どの場面のカードも、サインインせずに最初の一枚が読める。"""
    for situation in ("start", *shelf().deck.situations):
        response = client.get(f"/cards/{situation}/", follow=True)
        assert response.status_code == 200
        assert "まだ記録ではありません" in response.content.decode()


def test_the_cards_begin_without_a_question(client, cast):
    """/cards/ を開くと、名前もパスワードも聞かずに、最初のカードが出る。"""
    response = client.get("/cards/", follow=True)
    assert "いま触っているこの機械ですか" in response.content.decode()
    assert "login" not in str(response.redirect_chain)


def test_a_visitor_sees_only_public_numbers(client, cast):
    """サインインしていない人には、だれでもかけられる番号だけが見え、花子の連絡先は見えない。"""
    from hikeshi.prepare import services as prepare

    fields = {"kind": "it", "name": "秘密の相談役", "phone": "03-9999-9999"}
    prepare.state(cast.workspace, cast.actor, "contact", fields)
    answer(client, "ransomware", "card-zero", "seen:another")
    for card in ("cut-network", "cut-router"):
        answer(client, "ransomware", card, "cannot")
    page = client.get("/cards/ransomware/ask-by-phone/").content.decode()
    assert "詳しい人に電話して" in page
    assert "03-9999-9999" not in page
    assert "#9110" in page


def test_a_note_is_a_draft_and_leads_on(client, cast):
    """答えると下書きになって次へ進み、台帳には何も増えない。"""
    response = answer(client, "start", "card-zero", "seen:another")
    assert response.url.endswith("/first-look/")
    assert Draft.objects.count() == 1
    assert list(casebook.cases(cast.workspace)) == []


def test_a_draft_keeps_why_a_card_was_left_and_says_that_it_holds_no_photos(client, cast):
    """下書きにも「今はやらない」の理由が残り、記録に入る。写真が入らないことは、はっきり書いてある。"""
    answer(client, "ransomware", "card-zero", "seen:another")
    page = client.get("/cards/ransomware/photo-and-time/", follow=True).content.decode()
    assert "文字だけ。写真は入りません" in page
    for _ in range(2):
        answer(client, "ransomware", client.get("/cards/ransomware/").url.rstrip("/").rsplit("/", 1)[1])
    page = client.get("/cards/ransomware/photo-and-time/").content.decode()
    assert "写真は、サインインするまでここに入れられません" in page
    assert 'type="file"' not in page
    answer(client, "ransomware", "photo-and-time", "skipped:other", reason="スマホの電池がない")
    assert "今はやらない、ほかの理由" in client.get("/cards/ransomware/list/").content.decode()
    client.force_login(cast.hanako)
    client.post("/cards/join/", {"case": ""})
    case = casebook.cases(cast.workspace).get()
    entry = list(casebook.entries(case, ["card.answered"]))[-1]
    assert (entry.data["answer"], entry.data["said"][0]) == ("skipped", "今はやらない")
    assert casebook.text(case, entry.data["text"]) == "スマホの電池がない"


def test_another_session_sees_nothing_of_a_draft(client, cast):
    """別の人のブラウザーには、下書きは見えない。"""
    from django.test import Client

    answer(client, "ransomware", "cut-network", text="青い線")
    assert "青い線" in client.get("/cards/ransomware/cut-network/").content.decode()
    assert "青い線" not in Client().get("/cards/ransomware/cut-network/").content.decode()


def test_a_draft_is_small(client, cast):
    """下書きには大きさの上限があり、あふれるとわけを言い、それまでの分は残る。"""
    url = client.get("/cards/ransomware/").url
    for _ in shelf().deck.cards:
        card = shelf().deck.cards[url.rstrip("/").rsplit("/", 1)[1]]
        pressed = f"seen:{card.chips[-1].id}" if card.pick == "one" else "seen"
        response = answer(client, "ransomware", card.id, pressed, text="あ" * 5000)
        if response.status_code == 422:
            break
        url = response.url
    assert response.status_code == 422
    assert "下書きがいっぱいです" in response.content.decode()
    assert 0 < Draft.objects.get().size <= drafts.SIZE_LIMIT


def test_many_visitors_do_not_fill_the_disk(client, cast, monkeypatch):
    """下書きの数にも上限があり、いちばん古いものから消える。"""
    from django.test import Client

    monkeypatch.setattr(drafts, "DRAFTS_LIMIT", 5)
    for _ in range(9):
        answer(Client(), "start", "card-zero", "seen:another")
    assert Draft.objects.count() == 5


def test_the_draft_joins_the_record_after_sign_in(client, cast):
    """サインインすると、下書きは起きた時刻つきで記録に入り、下書きは消える。"""
    answer(client, "ransomware", "card-zero", "seen:another")
    answer(client, "ransomware", "cut-network", chips=["lamp-off"], text="青い線")
    response = client.get("/cards/join/")
    assert "login" in response.url
    signed_in = client.post(response.url, {"login": "hanako", "password": PASSWORD})
    assert signed_in.url == "/cards/join/"
    response = client.post("/cards/join/", {"case": ""})
    case = casebook.cases(cast.workspace).get()
    entries = list(casebook.entries(case, ["card.answered"]))
    assert [entry.data["card"] for entry in entries] == ["first-look", "card-zero", "cut-network"]
    assert all(entry.data["from_draft"] and entry.occurred for entry in entries)
    assert casebook.text(case, entries[-1].data["text"]) == "青い線"
    assert case.situation == "ransomware"
    assert Draft.objects.count() == 0
    assert client.get(response.url).url.endswith("/cut-storage/")


def test_the_draft_is_offered_when_an_incident_is_opened(client, cast):
    """下書きのあるまま事故を開くと、記録に入れるか先に聞く。消すこともできる。"""
    client.force_login(cast.hanako)
    answer(client, "ransomware", "card-zero", "seen:another")
    case = casebook.open_case(cast.workspace, cast.actor)
    page = client.get(f"/i/{case.reference}/first-hour/").content.decode()
    assert "下書きを記録に入れる" in page
    client.post(f"/i/{case.reference}/first-hour/draft/", {"drop": "1"})
    assert Draft.objects.count() == 0
    assert list(casebook.entries(case, ["card.answered"])) == []


def test_what_was_answered_meanwhile_stays(client, cast):
    """記録に先に答えがあるカードは、下書きで書きかえられず、下書きはメモとして加わる。"""
    client.force_login(cast.hanako)
    answer(client, "ransomware", "cut-network", "cannot", text="硬くて抜けない")
    case = casebook.open_case(cast.workspace, cast.actor)
    client.post(f"/i/{case.reference}/first-hour/card-zero/", {"answer": "seen:another"})
    client.post(f"/i/{case.reference}/first-hour/first-look/", {"answer": "seen", "chips": ["ransomware"]})
    client.post(f"/i/{case.reference}/first-hour/cut-network/", {"answer": "seen"})
    client.post("/cards/join/", {"case": case.reference})
    assert [e.data["answer"] for e in casebook.entries(case, ["card.answered"]) if e.data["card"] == "cut-network"] == [
        "seen"
    ]
    notes = [casebook.text(case, e.data["text"]) for e in casebook.entries(case, ["note.added"])]
    assert any("硬くて抜けない" in note for note in notes)


def test_signed_in_the_cards_offer_to_record(client, cast):
    """サインインした人が /cards/ を開くと、記録しながら進むボタンが先に出る。"""
    client.force_login(cast.hanako)
    page = client.get("/cards/").content.decode()
    assert "記録しながら進む" in page
    assert 'action="/open/"' in page


def test_an_unknown_situation_is_not_found(client, cast):
    """知らない場面や知らないカードのアドレスは、見つからないと言う。"""
    assert client.get("/cards/volcano/").status_code == 404
    assert client.get("/cards/ransomware/volcano/").status_code == 404


def test_no_situation_hides_behind_an_address(cast):
    """場面の名前は、ほかのページのアドレスと重ならない。"""
    assert not {"start", "join", "forget", "situations", "list"} & set(shelf().deck.situations)
    assert "list" not in shelf().deck.cards
    assert "draft" not in shelf().deck.cards
