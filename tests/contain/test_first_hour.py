"""初動のページ：一枚ずつ進み、答えが記録と事実になり、いつ閉じても同じところから続く。"""

import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from hikeshi.casebook import services as casebook
from hikeshi.contain import services as contain
from tests.cast import assemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return assemble()


@pytest.fixture
def case(cast):
    return casebook.open_case(cast.workspace, cast.actor)


@pytest.fixture
def hanako(client, cast):
    client.force_login(cast.hanako)
    return client


def address(case, card=""):
    return f"/i/{case.reference}/first-hour/{card + '/' if card else ''}"


def answer(client, case, card, pressed="seen", **more):
    response = client.post(address(case, card), {"answer": pressed, **more})
    assert response.status_code == 302, response.content.decode()
    return response


def begin(client, case, *seen):
    answer(client, case, "card-zero", "seen:another")
    answer(client, case, "first-look", chips=list(seen))


def answers(case):
    return list(casebook.entries(case, ["card.answered"]))


def test_the_first_hour_begins_with_card_zero(hanako, case):
    """事故を開くと、最初に「いま触っているこの機械ですか」と聞く。"""
    response = hanako.get(address(case), follow=True)
    assert response.redirect_chain[-1][0].endswith("/first-hour/card-zero/")
    assert "いま触っているこの機械ですか" in response.content.decode()


def test_an_answer_is_an_entry_with_both_times(hanako, case):
    """答えは記録になり、起きた時刻と記録した時刻が別々に残る。"""
    begin(hanako, case, "ransomware")
    before = timezone.now()
    answer(hanako, case, "cut-network", chips=["lamp-off"], ago="30")
    entry = answers(case)[-1]
    assert entry.data["card"] == "cut-network"
    assert entry.data["said"] == ["ネットにつながらなくなった", "差し込み口のランプが消えた"]
    assert before - timedelta(minutes=31) < entry.occurred.start < before - timedelta(minutes=29)
    assert entry.recorded_at >= before
    assert entry.step == "S1.3a"


def test_facts_come_with_the_answer(hanako, case):
    """線を抜いたと答えると、止めた時刻としたことが事実になり、出典にカードの名前が残る。"""
    begin(hanako, case, "ransomware")
    answer(hanako, case, "cut-network", occurred_at="2026-01-05T14:05")
    facts = casebook.facts(case)
    assert facts["contained_at"].value == "2026-01-05T14:05:00+09:00"
    assert casebook.text(case, facts["containment_done"].text_sha256) == "ネットワークから切り離した"
    assert "LANケーブルを抜く" in facts["contained_at"].source
    assert facts["incident_kind"].value == ["malware"]
    assert facts["incident_kind"].status == "suspected"
    assert "ファイルが開けなくなった" in casebook.text(case, facts["what_was_seen"].text_sha256)


def test_the_first_cut_counts(hanako, case):
    """止めた時刻は最初に切ったときのまま。あとの切り離しで動かない。したことは一行ずつ増える。"""
    begin(hanako, case, "ransomware")
    answer(hanako, case, "cut-network", occurred_at="2026-01-05T14:05")
    answer(hanako, case, "cut-storage", occurred_at="2026-01-05T14:09")
    facts = casebook.facts(case)
    assert facts["contained_at"].value.startswith("2026-01-05T14:05")
    assert len(casebook.text(case, facts["containment_done"].text_sha256).splitlines()) == 2


def test_answering_again_is_a_correction(hanako, case):
    """答え直しは新しい記録になり、前の記録の番号を名指す。取り消した事実は「わからない」に戻り、「ない」にはならない。"""
    begin(hanako, case, "ransomware")
    answer(hanako, case, "cut-network")
    first = answers(case)[-1]
    answer(hanako, case, "cut-network", "cannot")
    again = answers(case)[-1]
    assert again.corrects == first.number
    facts = casebook.facts(case)
    assert (facts["contained_at"].status, facts["contained_at"].value) == ("unknown", None)
    assert facts["containment_done"].status == "unknown"
    assert len(answers(case)) == 4


def test_cannot_leads_to_the_router(hanako, case):
    """「できない」は、言われたとおり、ネットの箱のカードへ進む。"""
    begin(hanako, case, "ransomware")
    response = answer(hanako, case, "cut-network", "cannot")
    assert hanako.get(response.url).url.endswith("/cut-router/")


def test_closing_the_browser_resumes_at_the_same_card(hanako, case, cast):
    """閉じて開き直しても、別の機械で入り直しても、同じカードから続く。"""
    begin(hanako, case, "ransomware")
    answer(hanako, case, "cut-network")
    assert hanako.get(address(case)).url.endswith("/cut-storage/")
    hanako.logout()
    hanako.force_login(cast.taro)
    assert hanako.get(address(case)).url.endswith("/cut-storage/")


def test_going_back_shows_the_earlier_answer(hanako, case):
    """戻ると、前に選んだものと書いたことがそのまま見える。"""
    begin(hanako, case, "ransomware")
    answer(hanako, case, "cut-network", chips=["lamp-off"], text="青い線を抜いた")
    page = hanako.get(address(case, "cut-network")).content.decode()
    assert re.search(r'value="lamp-off"[^>]*checked', page)
    assert "青い線を抜いた" in page


def test_free_text_is_not_in_the_chain(hanako, case):
    """書いた言葉は鎖に入らず、捨てられる別の入れものに残る。"""
    begin(hanako, case, "ransomware")
    answer(hanako, case, "cut-network", text="山田太郎さんの患者票")
    assert "山田太郎".encode() not in b"".join(casebook.lines(case))
    entry = answers(case)[-1]
    assert casebook.text(case, entry.data["text"]) == "山田太郎さんの患者票"


def test_a_photo_is_evidence(hanako, case):
    """写真は証拠として、そのままの中身で残り、答えから指される。"""
    begin(hanako, case, "ransomware")
    photo = io.BytesIO(b"\xff\xd8\xff\xe0 photo")
    photo.name = "../../画面.jpg"
    answer(hanako, case, "photo-and-time", photo=photo, ago="10")
    sha256 = answers(case)[-1].data["photos"][0]
    with casebook.open_evidence(case, sha256) as kept:
        assert kept.read() == b"\xff\xd8\xff\xe0 photo"
    assert casebook.facts(case)["noticed_at"].status == "confirmed"


def test_the_time_noticed_is_never_made_up(hanako, case):
    """気づいた時刻を書かずに進むと、その事実は作られない。"""
    begin(hanako, case, "ransomware")
    answer(hanako, case, "photo-and-time")
    assert "noticed_at" not in casebook.facts(case)


def test_the_only_required_answer_is_what_was_seen(hanako, case):
    """何も選ばず書かずに「これを見た」を押すと、わけを言って同じカードに残る。「わからない」なら進める。"""
    answer(hanako, case, "card-zero", "seen:another")
    response = hanako.post(address(case, "first-look"), {"answer": "seen"})
    assert response.status_code == 422
    assert "近いものを一つ選ぶか" in response.content.decode()
    assert len(answers(case)) == 1
    answer(hanako, case, "first-look", "unknown")
    assert hanako.get(address(case)).url.endswith("/money-question/")


def test_what_was_typed_survives_a_mistake(hanako, case):
    """時刻を書きまちがえても、書いた言葉は画面に残り、何も記録されない。"""
    begin(hanako, case, "ransomware")
    for wrong in ("2026-13-45T99:99", "きのう", "2099-01-01T00:00"):
        response = hanako.post(
            address(case, "cut-network"), {"answer": "seen", "text": "抜いた<b>", "occurred_at": wrong}
        )
        assert response.status_code == 422
        assert "抜いた&lt;b&gt;" in response.content.decode()
    assert len(answers(case)) == 2


def test_switching_off_needs_its_second_act(hanako, case):
    """電源を切るカードは、「失うものを読んだ」がないと受けつけない。"""
    begin(hanako, case, "ransomware")
    for card in ("cut-network", "cut-storage", "photo-and-time"):
        answer(hanako, case, card)
    answer(hanako, case, "still-encrypting", "seen:growing")
    answer(hanako, case, "power-exception", chips=["still-going", "no-copy", "nobody"])
    assert hanako.post(address(case, "power-off"), {"answer": "seen", "chips": ["hibernated"]}).status_code == 422
    assert "再起動しない" in hanako.get(address(case, "power-off")).content.decode()
    answer(hanako, case, "power-off", chips=["hibernated", "read-loss"])
    assert casebook.facts(case)["power_kept"].value is False
    assert 'class="band"' not in hanako.get(address(case, "do-not-pay")).content.decode()


def test_the_band_is_on_every_card_while_a_machine_is_the_patient(hanako, case):
    """機械がおかしい間は、どのカードにも「電源を切らない」の帯がある。"""
    begin(hanako, case, "ransomware")
    for card in ("cut-network", "cut-storage", "photo-and-time"):
        page = hanako.get(address(case, card)).content.decode()
        assert 'class="band"' in page
        answer(hanako, case, card)


def test_a_request_repeated_records_once(hanako, case):
    """同じ送信が二度届いても、記録は一度。"""
    begin(hanako, case, "ransomware")
    for _ in range(2):
        answer(hanako, case, "cut-network", request_id="a" * 32)
    assert len(answers(case)) == 3


def test_the_incident_gets_its_name_from_what_was_seen(hanako, case):
    """名前のない事故は、見たものから名前がつく。"""
    begin(hanako, case, "ransomware", "money")
    named = casebook.find_case(casebook.workspace_of(case), case.reference)
    assert "身代金ウイルス" in named.title
    assert named.situation == "ransomware"


def test_the_whole_hour_can_be_walked(hanako, case):
    """最初から最後まで、主なボタンだけで歩ける。最後は事故のページへ誘う。"""
    begin(hanako, case, "ransomware")
    for _ in range(40):
        url = hanako.get(address(case)).url
        card = url.rstrip("/").rsplit("/", 1)[1]
        if card == "list":
            break
        pick = contain.shelf().deck.cards[card].pick
        last = contain.shelf().deck.cards[card].chips[-1].id if pick == "one" else ""
        more = {"text": "事務所のパソコン"} if contain.shelf().deck.cards[card].chooses else {}
        answer(hanako, case, card, f"seen:{last}" if last else "seen", **more)
    assert "初動のカードは終わりました" in hanako.get(url).content.decode()
    assert contain.summary(case)["steps"] == {1: "done"}
    assert contain.summary(case)["next"] == []


def test_summary_names_the_next_card(hanako, case):
    """指揮板には、次のカードと、電源の注意が出る。"""
    assert contain.summary(case)["next"][0]["href"].endswith("/card-zero/")
    begin(hanako, case, "ransomware")
    said = contain.summary(case)
    assert said["next"][0]["title"] == "LANケーブルを抜く。Wi-Fiを切る"
    assert said["next"][0]["urgency"] == 100
    assert any("電源を切らない" in line["text"] for line in said["lines"])


def test_a_stranger_sees_nothing(client, cast, case):
    """三郎には、花子の事故のカードは存在しない。答えも送れない。"""
    client.force_login(cast.saburo)
    assert client.get(address(case)).status_code == 404
    assert client.get(address(case, "card-zero")).status_code == 404
    assert client.post(address(case, "card-zero"), {"answer": "seen:another"}).status_code == 404
    assert answers(case) == []


def test_a_reader_reads_and_does_not_answer(client, cast, case):
    """見るだけの人は、カードを読めるが、答えは送れない。"""
    from hikeshi.desk import services as desk

    desk.add_member(cast.workspace, cast.taro, "reader")
    client.force_login(cast.taro)
    page = client.get(address(case, "card-zero")).content.decode()
    assert "読むだけです" in page
    assert client.post(address(case, "card-zero"), {"answer": "seen:another"}).status_code == 403
    assert answers(case) == []


def test_nonsense_in_a_post_is_refused_in_words(hanako, case):
    """知らないカード、知らない答え、知らない選択肢は、わけを言って断り、何も記録しない。"""
    begin(hanako, case, "ransomware")
    assert hanako.post(address(case, "no-such"), {"answer": "seen"}).status_code == 422
    assert hanako.post(address(case, "cut-network"), {"answer": "yes"}).status_code == 422
    assert hanako.post(address(case, "cut-network"), {"answer": "seen", "chips": ["<script>"]}).status_code == 422
    assert hanako.post(address(case, "cut-network"), {"answer": "seen", "text": "あ" * 5001}).status_code == 422
    assert len(answers(case)) == 2


def test_a_card_that_is_not_due_leads_back(hanako, case):
    """いまの道にないカードを開くと、次のカードへ戻る。"""
    begin(hanako, case, "wrong-mail")
    assert hanako.get(address(case, "power-off")).url == address(case)


def test_the_page_speaks_english(hanako, case):
    """英語でも、カードと記録の言葉がそろう。"""
    hanako.cookies["hikeshi_language"] = "en"
    begin(hanako, case, "ransomware")
    page = hanako.get(address(case, "cut-network")).content.decode()
    assert "Pull out the LAN cable" in page
    main = page[page.index("<main") : page.index("</main>")]
    assert not re.search(r"[ぁ-んァ-ヶ一-龠]", main)
    answer(hanako, case, "cut-network")
    assert answers(case)[-1].data["title"].startswith("Pull out")


def test_rebuilt_tables_are_equal(hanako, case):
    """記録から読み取り表を作り直しても、まったく同じになる。"""
    from hikeshi.contain.models import CardAnswer

    begin(hanako, case, "ransomware")
    answer(hanako, case, "cut-network", text="抜いた")
    before = list(CardAnswer.objects.order_by("id").values())
    casebook.rebuild(casebook.head(case))
    assert list(CardAnswer.objects.order_by("id").values()) == before


def test_prepared_numbers_stand_on_the_card(hanako, case, cast):
    """備えに書いた番号が、電話のカードに出る。公の番号を押しのけ、ほかの事業の番号は出ない。"""
    from hikeshi.prepare import services as prepare

    for workspace, phone in ((cast.workspace, "03-1111-2222"), (cast.other_workspace, "03-8888-9999")):
        fields = {"kind": "police", "name": "県警サイバー課", "phone": phone}
        prepare.state(workspace, cast.actor, "contact", fields)
    begin(hanako, case, "wrong-mail", "ransomware")
    page = hanako.get(address(case, "call-police")).content.decode()
    article = page[page.index("<article") : page.index("</article>")]
    assert 'href="tel:0311112222"' in article
    assert "03-8888-9999" not in page
