"""カードの答えは、たがいに食いちがわない：ボタンと選択肢、選択肢どうし、事実の確かさ。"""

import itertools
import re

import pytest

from hikeshi.contain import cards, rules
from hikeshi.contain.cards import shelf
from hikeshi.contain.rules import Answer

SHELF = shelf()
DECK = SHELF.deck
MANY = [card for card in DECK.cards.values() if card.pick == "many"]

# Words by which a chip may say otherwise than its card's button.
OTHERWISE = {
    "ja": r"もう|なかった|ていない|できない|ない(?=$|（| →)|時間外|ほかの人|のない|はない|思う",
    "en": r"(?i)\b(already|closed|no|not|nobody|nothing|never|neither|somebody else|offline|think|gone)\b|can’t|didn’t",
}
# Read by a person: these words deny something else, and are true beside the card's button.
BESIDE = frozenset(
    re.findall(
        r"\S+",
        """save-account-proof/forwarding save-account-proof/nothing-odd password-mail/forwarding-off
        passwords-not-there/site-untouched passwords-with-help/clean-found cut-router/phone-no-wifi
        today-is-enough/rest today-is-enough/someone-watches warn-contacts/they-got-mail card-data-rule/cards-stopped
        card-data-rule/not-signed-in card-data-rule/signed-in-before close-the-place/closed-seen bank-first/nothing-gone
        check-by-voice/not-them hang-up/hung-up popup-noted/quiet popup-noted/scanned site-stop/blocked-seen
        ask-host-to-keep/stopped stop-sending/link-closed keep-sent/cc-open
        ask-to-delete/seen ask-to-delete/some-only keep-demand/published remove-strangers/links-cut
        ask-supplier/ours-safe fetch-back/unopened fetch-back/opened""",
    )
)
# A button that only says “as I chose” contradicts nothing.
NEUTRAL = {"選んだとおり", "書いた"}
# What a chip may confirm, because the card asks for just that, or because whoever must know has said so.
SURE = frozenset(
    re.findall(
        r"\S+",
        """ask-by-phone/helper-cut/contained_at ask-by-phone/helper-cut/containment_done photo-and-time/gone/noticed_at
        call-insurer/accepted/insured write-what-was-said/from-customer/detected_by
        write-what-was-said/from-partner/detected_by write-what-was-said/from-authority/detected_by
        write-what-was-said/from-stranger/detected_by lock-from-afar/locked/contained_at
        site-stop/host-froze/contained_at ask-host-to-keep/stopped/contained_at
        ask-host-to-keep/stopped/containment_done stop-sending/recalled/contained_at
        stop-sending/link-closed/contained_at stop-sending/queue-stopped/contained_at
        ask-to-delete/seen/recovered_unseen stop-delivery/held/contained_at stop-delivery/fax-stopped/contained_at
        fetch-back/opened/recovered_unseen""",
    )
)


def single(fact):
    """A fact of which only one value can be true."""
    return fact.value is not None and not isinstance(fact.value, tuple)


@pytest.mark.parametrize("card", MANY, ids=lambda card: card.id)
def test_no_chip_says_otherwise_than_the_button_it_is_sent_with(card):
    """主なボタンと逆のことを言う選択肢は、そのボタンと一緒には送れず、自分のボタンになる。"""
    if SHELF.words[card.id]["ja"].primary in NEUTRAL:
        return
    for chip in card.chips:
        if chip.instead or f"{card.id}/{chip.id}" in BESIDE:
            continue
        for lang in cards.LANGUAGES:
            label = SHELF.words[card.id][lang].chips[chip.id]
            assert not re.search(OTHERWISE[lang], label), f"{card.id}/{chip.id}: {label}"


def test_the_list_of_what_was_read_is_not_stale():
    """人が読んで確かめた一覧に、もうない選択肢は残らない。"""
    known = {f"{card.id}/{chip.id}" for card in DECK.cards.values() for chip in card.chips if not chip.instead}
    assert known >= BESIDE
    chips = [(card, chip) for card in DECK.cards.values() for chip in card.chips]
    assert {f"{card.id}/{chip.id}/{fact.key}" for card, chip in chips for fact in chip.facts} >= SURE


@pytest.mark.parametrize("card", DECK.cards.values(), ids=lambda card: card.id)
def test_a_chip_states_no_other_value_than_its_card(card):
    """カードと選択肢が、同じ事実に別の値を言うことはない。"""
    own = {fact.key: fact.value for fact in card.facts if single(fact)}
    for chip in card.chips:
        for fact in chip.facts:
            if fact.key in own and fact.value != own[fact.key]:
                assert chip.instead, f"{card.id}/{chip.id}: {fact.key}"


@pytest.mark.parametrize("card", MANY, ids=lambda card: card.id)
def test_chips_that_state_different_values_exclude_each_other(card):
    """一つの事実に別の値を言う選択肢どうしは、一緒に選べない。"""
    for one, other in itertools.combinations(card.chips, 2):
        values = {fact.key: fact.value for fact in one.facts if single(fact)}
        if any(single(fact) and values.get(fact.key, fact.value) != fact.value for fact in other.facts):
            assert rules.contradiction(card, Answer(card.id, "seen", (one.id, other.id))), f"{one.id} / {other.id}"


@pytest.mark.parametrize("card", DECK.cards.values(), ids=lambda card: card.id)
def test_each_button_and_chip_says_one_thing(card):
    """ボタンと選択肢は、一つのことだけを言う。「移った。打っていない」のような二つの文にはしない。"""
    for lang in cards.LANGUAGES:
        words = SHELF.words[card.id][lang]
        for label in (words.primary, *words.chips.values()):
            said = label.split("→")[0].strip()
            assert not re.search(r"。.|。$|\. \S|; ", said), said
    for chip in card.chips:
        if any(fact.status == "confirmed" for fact in chip.facts):
            assert not re.search(r"・|または|、", SHELF.words[card.id]["ja"].chips[chip.id]), chip.id


def test_what_was_merely_glanced_at_is_not_confirmed():
    """選択肢が「確認済み」にする事実は、カードがそれを尋ね、知っている人が答えたものだけ。"""
    for card in DECK.cards.values():
        for chip in card.chips:
            for fact in chip.facts:
                if fact.status == "confirmed":
                    assert f"{card.id}/{chip.id}/{fact.key}" in SURE
    for one in DECK.situations.values():
        assert all(fact.status != "confirmed" for fact in one.facts), one.id


def test_not_knowing_confirms_nothing():
    """「わからない」「できない」と一緒に選んだものは、確認済みにならない。"""
    for card in DECK.cards.values():
        for kind, chip in itertools.product(("unknown", "cannot", "skipped"), card.chips):
            stated = rules.facts(DECK, Answer(card.id, kind, (chip.id,)))
            assert all(fact.status != "confirmed" for fact in stated), (card.id, kind, chip.id)


def test_a_chip_instead_silences_the_button():
    """「もう電源が切れていた」を押すと、「電源が入ったまま」も、カードの事実も、言わない。"""
    card = DECK.cards["keep-power"]
    told = {
        fact.key: (fact.value, fact.status) for fact in rules.facts(DECK, Answer(card.id, "seen", ("already-off",)))
    }
    assert told == {"power_kept": (False, "suspected")}
    assert rules.facts(DECK, Answer("call-police", "seen", ("closed-now",))) == []
    assert not rules.accepts(card, Answer(card.id, "unknown", ("already-off",)))


def test_what_cannot_be_true_together_is_refused():
    """「文字の読める写真が撮れた」と「もう画面が消えていた」は、一緒に送れない。"""
    card = DECK.cards["photo-and-time"]
    assert rules.refusal(card, Answer(card.id, "seen", ("photo-sharp", "gone"))) == "contradicts"
    assert rules.refusal(card, Answer(card.id, "seen", ("gone",))) is None


def test_a_chip_leads_where_it_says():
    """「もう画面が消えていた → 覚えている文を書く」は、書くカードへ進む。"""
    base = [Answer("card-zero", "seen", ("another",)), Answer("first-look", "seen", ("account-takeover",))]
    assert rules.next_card(DECK, base) == "photo-and-time"
    assert rules.next_card(DECK, [*base, Answer("photo-and-time", "seen", ("gone",))]) == "copy-by-hand"
    for card in DECK.cards.values():
        for chip in card.chips:
            if chip.instead:
                assert all("→" in SHELF.words[card.id][lang].chips[chip.id] for lang in cards.LANGUAGES), chip.id


def test_a_question_left_open_is_not_no():
    """「カードを扱いますか」を飛ばしても、扱わないことにはならない（truth 6）。"""
    base = [Answer("card-zero", "seen", ("another",)), Answer("first-look", "seen", ("web-site",))]
    assert rules.next_card(DECK, [*base, Answer("ask-about-cards", "skipped")]) == "card-data-rule"
    look = [base[0], Answer("first-look", "seen", ("virus-warning",)), Answer("real-or-popup", "skipped")]
    assert rules.next_card(DECK, look) == "cut-network"


def test_with_card_payments_the_site_is_left_alone_and_the_acquirer_called():
    """カード払いのあるサイトでは、最初の二枚が「サイトは変えない」「契約先に電話」で、出典がある。"""
    base = [Answer("card-zero", "seen", ("another",)), Answer("first-look", "seen", ("card-data",))]
    order = [name for name in rules.order(DECK, base) if DECK.cards[name].stage != "start"]
    assert order[:2] == ["card-data-rule", "call-acquirer"]
    for name in order[:2]:
        assert DECK.cards[name].danger == "now"
        words = SHELF.words[name]
        assert re.search("サイトは変え", words["ja"].title + "".join(words["ja"].lines))
        assert re.search("not change the site", words["en"].title + " ".join(words["en"].lines))
        assert any("Visa" in SHELF.sources[source].title["ja"] for source in DECK.cards[name].sources)
    both = [base[0], Answer("first-look", "seen", ("web-site",)), Answer("ask-about-cards", "seen", ("yes-cards",))]
    assert rules.next_card(DECK, both) == "card-data-rule"
    assert rules.next_card(DECK, [*both, Answer("card-data-rule", "seen")]) == "call-acquirer"


@pytest.mark.parametrize("situation", DECK.situations)
def test_the_mail_password_comes_first_from_a_clean_device(situation):
    """パスワードはどの場面でもメールが最初で、無事な別の機械で変える（S1.3b）。"""
    order = [name for name, _ in rules.on_paper(DECK, situation)]
    stage = [name for name in order if DECK.cards[name].stage == "password"]
    assert not stage or stage[0] == "password-mail"
    assert "別の無事な機械" in SHELF.words["password-mail"]["ja"].title
    assert "another, clean device" in SHELF.words["password-mail"]["en"].title
