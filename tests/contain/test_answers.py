"""カードの答え方：ボタンと違うことを言う答え、「今はやらない」、最初の一枚、電話の番号。"""

import re

import pytest

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


def send(client, case, card, pressed="seen", **more):
    return client.post(address(case, card), {"answer": pressed, **more})


def begin(client, case, *seen, **more):
    send(client, case, "card-zero", "seen:another")
    return send(client, case, "first-look", chips=list(seen), **more)


def last(case):
    return list(casebook.entries(case, ["card.answered"]))[-1]


def test_the_record_never_says_both(hanako, case):
    """「もう電源が切れていた」を押すと、その言葉だけが記録され、「電源が入ったまま」は記録にも事実にもならない。"""
    begin(hanako, case, "ransomware")
    page = hanako.get(address(case, "keep-power")).content.decode()
    assert 'value="seen:already-off"' in page
    assert 'name="chips" value="already-off"' not in page
    send(hanako, case, "keep-power", "seen:already-off", chips=["mains"])
    assert last(case).data["said"] == ["もともとコンセントにつながっている", "もう電源が切れていた → 入れ直さずに次へ"]
    fact = casebook.facts(case)["power_kept"]
    assert (fact.value, fact.status) == (False, "suspected")


def test_a_closed_desk_was_not_consulted(hanako, case):
    """警察が時間外なら、「相談した」という事実はできない。"""
    begin(hanako, case, "ransomware")
    send(hanako, case, "call-police", "seen:closed-now")
    assert "police_report" not in casebook.facts(case)
    assert "話せた" not in "".join(last(case).data["said"])


def test_what_cannot_both_be_true_is_told(hanako, case):
    """食いちがう二つを選ぶと、二つの名前を言って同じカードに残り、何も記録しない。"""
    begin(hanako, case, "lost-device")
    send(hanako, case, "lock-from-afar", "unknown")
    before = casebook.head(case).number
    response = send(hanako, case, "write-where-lost", chips=["screen-lock", "no-lock"])
    assert response.status_code == 422
    page = response.content.decode()
    assert "「画面のロックがあった」「画面のロックはなかった」は、一緒には選べません" in page
    assert len(re.findall("checked", page[page.index("<form") :])) >= 2
    assert casebook.head(case).number == before


@pytest.mark.parametrize(
    "card", ["card-zero", "first-look", "cut-network", "power-off", "call-police", "today-is-enough"]
)
def test_every_card_can_be_left_with_a_reason(hanako, case, card):
    """どのカードにも「今はやらない（理由）」があり、押すと理由が記録されて、次へ進む。"""
    if card not in ("card-zero", "first-look"):
        begin(hanako, case, "ransomware")
        for name, pressed, chips in (
            ("still-encrypting", "seen:growing", []),
            ("power-exception", "seen", ["still-going", "no-copy", "nobody"]),
        ):
            send(hanako, case, name, pressed, chips=chips)
    elif card == "first-look":
        send(hanako, case, "card-zero", "seen:another")
    page = hanako.get(address(case, card)).content.decode()
    assert "今はやらない（理由）" in page
    assert send(hanako, case, card, "skipped:not-here").status_code == 302
    assert (last(case).data["answer"], last(case).data["said"]) == (
        "skipped",
        ["今はやらない", "うちには当てはまらない"],
    )
    assert contain.walk_of(case).next != card


def test_another_reason_wants_words(hanako, case):
    """「ほかの理由」は、ひとこと書かないと受けつけない。書けば、その言葉が残る。"""
    begin(hanako, case, "ransomware")
    for nonsense in ("skipped:other", "skipped", "skipped:because"):
        assert send(hanako, case, "cut-network", nonsense).status_code == 422
    send(hanako, case, "cut-network", "skipped:other", reason="レジが動かなくなる", text="途中まで書いた")
    assert casebook.text(case, last(case).data["text"]) == "レジが動かなくなる"
    assert "contained_at" not in casebook.facts(case)


def test_the_first_look_shows_the_commonest_and_keeps_the_rest_behind_one_line(hanako, case):
    """最初の一枚は、よくあるものを見える場所ごとに大きく出し、残りは「ほかのこと」に畳む。"""
    send(hanako, case, "card-zero", "seen:another")
    page = hanako.get(address(case, "first-look")).content.decode()
    form = page[page.index('class="look"') : page.index("</form>", page.index('class="look"'))]
    shown, rest = form.split("<details", 1)
    common = re.findall(r'name="chips" value="([\w-]+)"', shown)
    hidden = re.findall(r'name="chips" value="([\w-]+)"', rest.split("</details>")[0])
    situations = contain.shelf().deck.situations
    assert set(common) == {name for name, one in situations.items() if one.common}
    assert len(common) <= 9
    assert sorted(common + hidden) == sorted(situations)
    assert shown.count("<legend") == 3
    assert form.count('class="button primary"') == 1


def test_what_was_seen_is_in_ones_own_words_or_only_suspected(hanako, case):
    """選択肢の言葉は「疑い」まで。自分の言葉で書いたものだけが「確認済み」になる。"""
    begin(hanako, case, "ransomware")
    fact = casebook.facts(case)["what_was_seen"]
    assert (fact.status, casebook.text(case, fact.text_sha256)) == ("suspected", "ファイルが開けなくなった")
    send(hanako, case, "first-look", chips=["ransomware"], text="写真の名前が .lock に変わった")
    fact = casebook.facts(case)["what_was_seen"]
    assert (fact.status, casebook.text(case, fact.text_sha256)) == ("confirmed", "写真の名前が .lock に変わった")


def test_a_case_opened_in_english_has_an_english_name(hanako, case, cast):
    """英語で答えると、事故の名前も英語になる。"""
    hanako.cookies["hikeshi_language"] = "en"
    begin(hanako, case, "ransomware", "money")
    title = casebook.find_case(cast.workspace, case.reference).title
    assert title == "; ".join(contain.shelf().situations[name]["en"].name for name in ("ransomware", "money"))
    assert title.isascii()


def test_every_number_in_the_help_can_be_tapped(hanako, case):
    """ページの下の助けの番号（110、#9110、IPA）も、カードの文の番号も、押せばかかる。"""
    for path in ("/", address(case, "card-zero")):
        page = hanako.get(path).content.decode()
        assert 'href="tel:110"' in page
        assert 'href="tel:%239110"' in page
    begin(hanako, case, "ransomware")
    page = hanako.get(address(case, "call-advice")).content.decode()
    for number in ("tel:0570001240", "tel:0359787509", "mailto:cs-support@ipa.go.jp"):
        assert f'href="{number}"' in page


def test_as_chosen_needs_something_chosen(hanako, case):
    """「選んだとおり」は、一つも選ばず何も書かなければ記録されない。ひとことでも、「わからない」でも先へ進める。"""
    begin(hanako, case, "ransomware")
    before = last(case).number
    refused = send(hanako, case, "what-and-which")
    assert refused.status_code == 422
    assert "当てはまるものを選ぶか" in refused.content.decode()
    assert last(case).number == before
    assert send(hanako, case, "what-and-which", text="会計のパソコン").status_code == 302
    assert send(hanako, case, "what-and-which", "unknown").status_code == 302
    assert send(hanako, case, "power-exception").status_code == 302, "none of the three is an answer there"


def test_the_public_police_line_stays(hanako, case, cast):
    """自分で書いた警察の番号があっても、カードと電話の欄から #9110 と 110 は消えない。同じ番号は二度出ない。"""
    entry = {"kind": "police", "name": "県警", "phone": "03-1111-2222"}
    assert hanako.post("/prepare/contact/police/", entry).status_code == 302
    begin(hanako, case, "ransomware")
    page = hanako.get(address(case, "call-police")).content.decode()
    card, foot = page[: page.index('id="help"')], page[page.index('id="help"') :]
    assert "tel:0311112222" in card.replace("-", "")
    assert "tel:%239110" in card
    assert "tel:%239110" in foot
    assert "tel:110" in foot
    assert hanako.post("/prepare/contact/police/", {**entry, "phone": "あとで"}).status_code == 422
