"""初動のカードの順番：危険の順に並び、どの答えでも先へ進み、行き止まりがない。"""

import itertools
import random

import pytest

from hikeshi.contain import rules
from hikeshi.contain.cards import shelf
from hikeshi.contain.rules import Answer

DECK = shelf().deck
KINDS = ("seen", "unknown", "cannot", "skipped")


def walk(answer, *, look=(), situation=None):
    """Answer each next card as `answer` says until none is left; fails when it does not end."""
    answers: list[Answer] = []
    for _ in range(2 * len(DECK.cards)):
        card = rules.next_card(DECK, answers, situation)
        if card is None:
            return answers
        assert card not in {one.card for one in answers}, f"{card} が二度出た"
        given = Answer(card, "seen", tuple(look)) if card == rules.FIRST_LOOK else answer(DECK.cards[card])
        assert rules.accepts(DECK.cards[card], given) or given.kind == "seen"
        answers.append(given)
    pytest.fail("終わらない")


def seen(card):
    """The plainest answer: the main button, or the last chip of a question with one answer."""
    return Answer(card.id, "seen", (card.chips[-1].id,) if card.pick == "one" else ())


def cards(answers):
    return [answer.card for answer in answers]


def at_random(seed):
    dice = random.Random(seed)

    def answer(card):
        kind = dice.choice(KINDS)
        ids = [chip.id for chip in card.chips]
        if kind == "seen" and card.pick == "one":
            return Answer(card.id, kind, (dice.choice(ids),))
        while True:  # what cannot be true together cannot be sent
            given = Answer(card.id, kind, tuple(name for name in ids if dice.random() < 0.5))
            if not rules.contradiction(card, given):
                return given

    return answer


@pytest.mark.parametrize("situation", DECK.situations)
@pytest.mark.parametrize("kind", KINDS)
def test_every_exit_leads_on_to_an_end(situation, kind):
    """どの場面でも、全部に同じ出口（見た・わからない・できない・とばす）で答えて、最後のカードまで進む。"""
    answers = walk(lambda card: seen(card) if kind == "seen" else Answer(card.id, kind), look=[situation])
    assert DECK.cards[answers[-1].card].stage == "rest"


@pytest.mark.parametrize("seed", range(300))
def test_no_mixture_of_answers_ends_in_a_circle(seed):
    """いくつもの場面を選び、答えをまぜても、同じカードは二度出ず、必ず終わる。"""
    dice = random.Random(seed)
    look = dice.sample(list(DECK.situations), dice.randint(0, 3))
    answers = walk(at_random(seed), look=look)
    assert len(answers) > 2


def test_every_card_can_be_reached():
    """読めるのにだれにも出ないカードは、一枚もない。"""
    reached, rare = set(), {"power-off"}
    for seed, situation in itertools.product(range(60), DECK.situations):
        reached |= set(cards(walk(at_random(seed), look=[situation])))
        if set(DECK.cards) - reached <= rare:
            break
    assert set(DECK.cards) - reached <= rare
    answers = walk(
        lambda card: (
            Answer(card.id, "seen", tuple(c.id for c in card.chips if not c.instead and not c.not_with))
            if card.pick == "many"
            else Answer(card.id, "seen", (card.chips[0].id,))
        ),
        look=["ransomware"],
    )
    assert rare <= set(cards(answers))


@pytest.mark.parametrize("card", DECK.cards.values(), ids=lambda card: card.id)
def test_an_exit_shows_the_card_it_promises(card):
    """「わからない・できない」の先に名前のあるカードは、次に本当に出る（まだ答えていないとき）。"""
    for kind, way_out in (("unknown", card.unknown), ("cannot", card.cannot)):
        if way_out.to is None:
            continue
        for situation in DECK.situations:
            answers = []
            while (name := rules.next_card(DECK, answers)) is not None and name != card.id:
                answers.append(
                    Answer(name, "seen", (situation,)) if name == rules.FIRST_LOOK else seen(DECK.cards[name])
                )
            if name == card.id:
                answers.append(Answer(card.id, kind))
                if way_out.to not in cards(answers):
                    assert rules.next_card(DECK, answers) == way_out.to


@pytest.mark.parametrize("seed", range(100))
def test_the_order_follows_the_danger(seed):
    """お金、切り離し、証拠、そのまま保つ、電話、パスワードの順は崩れない。いま操られているなら、切り離しがお金より先。"""
    dice = random.Random(seed)
    look = dice.sample(list(DECK.situations), 2)
    answers = walk(at_random(seed), look=look)
    order = rules.order(DECK, answers)
    soon, live = (any(getattr(DECK.situations[name], flag) for name in look) for flag in ("soon", "live"))
    # "ask-host-to-keep" may also be called late, as the exit of saving the records.
    found = [DECK.cards[name] for name in order if name != "ask-host-to-keep"]
    stages = ["live" if live and card.live else card.stage for card in found]
    ranks = [rules.STAGES.index(stage) for stage in stages if not (soon and stage in rules.SOON)]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("seed", range(100))
def test_passwords_come_after_their_proof(seed):
    """パスワードを変える案内は、入られた跡を残す案内より先には出ない。"""
    dice = random.Random(seed)
    order = rules.order(DECK, walk(at_random(seed), look=dice.sample(list(DECK.situations), 2)))
    proof = [at for at, name in enumerate(order) if DECK.cards[name].stage == "account-proof"]
    new = [at for at, name in enumerate(order) if DECK.cards[name].stage == "password"]
    assert not new or (proof and min(new) > min(proof))


def test_take_over_brings_the_password_within_minutes():
    """アカウントに入られたときは、跡を撮ったすぐ次にパスワードが来て、「いますぐ」に数えられる（S1.3b）。"""
    answers = walk(seen, look=["account-takeover"])
    order = cards(answers)
    assert order[order.index("save-account-proof") + 1] == "password-mail"
    assert order[order.index("save-account-proof") + 2] == "passwords"
    assert order.index("passwords") < order.index("one-person")
    assert rules.place(DECK, answers, "passwords").danger == "now"
    assert rules.place(DECK, walk(seen, look=["ransomware"]), "passwords").danger == "today"


def test_ransomware_cuts_then_photographs():
    """脅しの画面では、線を抜く、ディスクを抜く、写真と時刻、の順に進む。"""
    order = cards(walk(seen, look=["ransomware"]))
    assert order[:5] == ["card-zero", "first-look", "cut-network", "cut-storage", "photo-and-time"]


@pytest.mark.parametrize("live", ["ransomware", "remote-control", "virus-warning"])
def test_a_live_attacker_is_cut_off_before_the_call_to_the_bank(live):
    """相手がまだ機械の中にいるなら、10秒で線を抜いてから、すぐ銀行へ電話する。写真も、ほかの電話も、そのあと。"""
    order = cards(walk(seen, look=[live, "money", "card-data", "web-site"]))
    assert order.index("cut-network") < order.index("bank-first") < order.index("photo-and-time")
    before = [DECK.cards[name] for name in order[: order.index("bank-first")]]
    assert [card.id for card in before if card.stage != "start" and not card.live] == []


@pytest.mark.parametrize("kind", ["unknown", "cannot"])
def test_who_cannot_hang_up_is_led_to_the_bank_too(kind):
    """電話を切れない人、わからない人も、ネットを切ったら銀行に電話する。"""
    answers = [Answer("first-look", "seen", ("remote-control",)), Answer("hang-up", kind)]
    order = rules.order(DECK, answers)
    assert order[order.index("hang-up") :][:3] == ["hang-up", "cut-network", "bank-first"]


def test_a_caller_is_hung_up_on_first_then_cut_then_the_bank():
    """サポート詐欺では、電話を切る、ネットを切る、銀行、の順になる。紙でも同じ。"""
    answers = [Answer("card-zero", "seen", ("another",)), Answer("first-look", "seen", ("remote-control",))]
    answers.append(Answer("hang-up", "seen", ("opened-bank",)))
    assert rules.order(DECK, answers)[2:5] == ["hang-up", "cut-network", "bank-first"]
    paper = [name for name, _ in rules.on_paper(DECK, "remote-control")]
    assert paper[:3] == ["hang-up", "cut-network", "bank-first"]
    warned = [answers[0], Answer("first-look", "seen", ("virus-warning",))]
    warned += [Answer("real-or-popup", "seen", ("called-or-installed",)), answers[-1]]
    order = rules.order(DECK, warned)
    assert order[2:5] == ["real-or-popup", "hang-up", "cut-network"]
    assert order[order.index("bank-first") - 1] == "cut-storage"


def test_money_goes_first_where_nobody_sits_in_the_machine():
    """うその請求に振り込んだだけなら、銀行への電話が何より先。入られたアカウントや止まったサイトと重なっても同じ。"""
    for other in ("account-takeover", "web-site", "unsure", "lost-device"):
        order = rules.order(DECK, walk(seen, look=["money", other]))
        stages = [DECK.cards[name].stage for name in order]
        assert "bank-first" in order
        assert set(stages[: order.index("bank-first")]) <= {"start", "money"}
    assert cards(walk(seen, look=["money"]))[2] == "bank-first"


def test_money_found_out_late_still_calls_the_bank_next():
    """「もう払った」と途中で答えたら、次のカードは銀行になる。"""
    answers = [Answer("card-zero", "seen", ("another",)), Answer("first-look", "seen", ("ransomware",))]
    while rules.next_card(DECK, answers) != "do-not-pay":
        answers.append(seen(DECK.cards[rules.next_card(DECK, answers)]))
    assert "bank-first" not in rules.order(DECK, answers)
    answers.append(Answer("do-not-pay", "seen", ("already-paid",)))
    assert rules.next_card(DECK, answers) == "bank-first"


def test_card_data_forbids_password_changes_there():
    """カード番号が関わるときは、ふつうのパスワードの案内も、サイトに入って保存する案内も出ない。"""
    order = cards(walk(seen, look=["web-site", "card-data"]))
    assert not {"passwords", "site-stop", "save-site-records", "ask-host-to-keep"} & set(order)
    assert {"passwords-not-there", "call-acquirer", "ask-host-unchanged", "card-data-rule"} <= set(order)


def test_unknown_about_cards_counts_as_cards():
    """カードを扱うか「わからない」は、扱わないことにはならない（truth 6）。"""
    answers = [
        Answer("card-zero", "seen", ("another",)),
        Answer("first-look", "seen", ("web-site",)),
        Answer("ask-about-cards", "unknown"),
    ]
    assert rules.next_card(DECK, answers) == "card-data-rule"


def test_power_is_cut_only_after_all_three():
    """電源を切る案内は、三つの条件がそろい、しかも「見た」と答えたときだけ出る（truth 7）。"""
    base = [
        Answer("card-zero", "seen", ("another",)),
        Answer("first-look", "seen", ("ransomware",)),
        Answer("still-encrypting", "seen", ("growing",)),
    ]
    three = ("still-going", "no-copy", "nobody")
    for chosen in itertools.chain.from_iterable(itertools.combinations(three, n) for n in range(4)):
        for kind in ("seen", "unknown", "cannot"):
            order = rules.order(DECK, [*base, Answer("power-exception", kind, chosen)])
            assert ("power-off" in order) == (kind == "seen" and set(chosen) == set(three))


def test_switching_off_needs_a_second_distinct_act():
    """電源を切るカードは、「失うものを読んだ」を選ばないと、主なボタンを受けつけない。"""
    card = DECK.cards["power-off"]
    assert not rules.accepts(card, Answer("power-off", "seen", ("hibernated",)))
    assert rules.accepts(card, Answer("power-off", "seen", ("hibernated", "read-loss")))
    assert rules.accepts(card, Answer("power-off", "cannot"))


def test_the_band_stays_while_a_device_is_the_patient():
    """「電源を切らない」の帯は、機械がおかしい間は消えず、例外で電源を切ったときだけ消える。"""
    base = [Answer("card-zero", "seen", ("another",)), Answer("first-look", "seen", ("ransomware",))]
    assert rules.patient(DECK, base)
    assert not rules.patient(DECK, [*base, Answer("power-off", "seen", ("read-loss",))])
    assert rules.patient(DECK, [*base, Answer("power-off", "cannot", ("hibernated", "read-loss"))])
    paper = [Answer("card-zero", "seen", ("another",)), Answer("first-look", "seen", ("wrong-mail",))]
    assert not rules.patient(DECK, paper)


def test_this_machine_leads_away_from_it():
    """いま触っている機械がおかしいなら、次のカードは「ここで打つのをやめる」になる。"""
    for answer in (
        Answer("card-zero", "seen", ("this-one",)),
        Answer("card-zero", "unknown"),
        Answer("card-zero", "cannot"),
    ):
        assert rules.next_card(DECK, [answer]) == "leave-machine"
        assert rules.patient(DECK, [answer])
    assert rules.next_card(DECK, [Answer("card-zero", "seen", ("another",))]) == "first-look"


def test_not_knowing_what_was_seen_leads_on():
    """何を見たか「わからない」でも、害の少ない順の案内に進む。"""
    answers = [Answer("card-zero", "seen", ("another",)), Answer("first-look", "unknown")]
    assert [one.id for one in rules.situations(DECK, answers)] == [rules.UNSURE]
    assert rules.next_card(DECK, answers) == "money-question"


def test_a_popup_is_closed_and_noted():
    """閉じて消えた警告は、線を抜かずに、記録して終わる。"""
    answers = [
        Answer("card-zero", "seen", ("another",)),
        Answer("first-look", "seen", ("virus-warning",)),
        Answer("real-or-popup", "seen", ("closed",)),
    ]
    assert rules.order(DECK, answers)[3:] == ["popup-noted"]
    assert rules.next_card(DECK, [*answers[:2], Answer("real-or-popup", "unknown")]) == "cut-network"


def test_answering_again_replaces_the_earlier_answer():
    """答え直すと、後の答えで道が決まる。前の答えが呼んだカードは消える。"""
    answers = [
        Answer("card-zero", "seen", ("another",)),
        Answer("first-look", "seen", ("ransomware",)),
        Answer("cut-network", "cannot"),
    ]
    assert rules.next_card(DECK, answers) == "cut-router"
    assert rules.next_card(DECK, [*answers, Answer("cut-network", "seen")]) == "cut-storage"


def test_the_number_counts_within_its_danger():
    """「1/8 いますぐ」は、最初の質問を数えず、いますぐのカードだけを数える。"""
    answers = [Answer("card-zero", "seen", ("another",)), Answer("first-look", "seen", ("ransomware",))]
    place = rules.place(DECK, answers, "cut-network")
    assert (place.danger, place.at) == ("now", 1)
    assert place.of < len(rules.order(DECK, answers))


def test_a_situation_by_address_skips_the_first_look():
    """場面のアドレスで開いたときは、「何を見ましたか」を聞かずに始める。"""
    order = rules.order(DECK, [], "wrong-mail")
    assert order[:2] == ["card-zero", "stop-sending"]


def test_facts_of_an_answer():
    """「見た」は事実になり、「わからない」は「わかっていない」になる。なしにはしない（truth 6）。"""

    def said(*answer):
        return {fact.key: (fact.value, fact.status) for fact in rules.facts(DECK, Answer(*answer))}

    assert said("keep-power", "seen") == {"power_kept": (True, "confirmed")}
    assert said("keep-power", "seen", ("already-off",)) == {"power_kept": (False, "suspected")}
    assert said("keep-power", "unknown") == {"power_kept": (None, "unknown")}
    assert said("cut-network", "cannot") == {}
    assert set(said("cut-network", "seen")) == {"contained_at", "containment_done"}


def test_several_chips_join_their_lists():
    """いくつも選んだときは、情報の種類が足し合わされ、「わからない」は「ある」を消さない。"""
    answer = Answer("what-and-which", "unknown", ("customers", "cards"))
    told = {fact.key: fact for fact in rules.facts(DECK, answer)}
    assert told["data_items"].value == ("name", "address", "phone", "email", "card_number")
    assert (told["personal_data"].value, told["personal_data"].status) == (True, "suspected")


def test_the_first_look_states_the_kind_of_incident():
    """「何を見ましたか」の答えから、事故の種類が「疑い」として事実になる。"""
    answer = Answer("first-look", "seen", ("ransomware", "money"))
    told = {fact.key: (fact.value, fact.status) for fact in rules.facts(DECK, answer)}
    assert told["incident_kind"] == (("fraud", "malware"), "suspected")


def test_back_is_the_card_before():
    """戻る先は、いまの順番で一つ前のカード。最初のカードの前はない。"""
    answers = [Answer("card-zero", "seen", ("another",)), Answer("first-look", "seen", ("ransomware",))]
    assert rules.previous_card(DECK, answers, "cut-storage") == "cut-network"
    assert rules.previous_card(DECK, answers, "card-zero") is None


def test_rest_comes_last():
    """「今日はここまででよい」は、どの場面でも最後のカード。"""
    for situation in DECK.situations:
        rows = rules.on_paper(DECK, situation)
        stages = [DECK.cards[name].stage for name, _ in rows]
        assert stages[-1] == "rest"
        assert not any(DECK.cards[name].detour for name, _ in rows)


def test_paper_says_when_a_card_is_needed():
    """紙の一覧では、条件のあるカードにだけ条件がつき、いつも要るカードにはつかない。"""
    rows = dict(rules.on_paper(DECK, "ransomware"))
    assert rows["cut-network"] == ()
    assert rows["bank-first"] == ("money",)
    assert dict(rules.on_paper(DECK, "money"))["bank-first"] == ()
    assert "passwords" not in dict(rules.on_paper(DECK, "card-data"))
    assert dict(rules.on_paper(DECK, "service-outage"))["save-site-records"] == ("attack-signs",)
