"""どのアカウントから守るか：開くものが多い順。終わりは「証拠つきで閉じた」か「開いたまま」の二つだけ。"""

import random
from typing import get_args

import pytest

from hikeshi.contain.accounts import ordering
from hikeshi.contain.accounts.accounts import LANGUAGES, OPENS, PHASES, said, services
from hikeshi.contain.accounts.ordering import Held, Progress, Turn, may_revoke, next_step, order, outcome

SERVICES = services()
NAMES = sorted(SERVICES)


def everything(seed: int) -> list[Held]:
    """A person's accounts in any mixture, some suspected, some opened again by others (even in a circle)."""
    dice = random.Random(seed)  # noqa: S311 - a mixture, no secret
    chosen = dice.sample(NAMES, dice.randint(1, len(NAMES)))
    return [
        Held(
            f"a{n}",
            name,
            dice.random() < 0.4,
            tuple(f"a{dice.randrange(len(chosen))}" for _ in range(dice.randint(0, 2))),
        )
        for n, name in enumerate(chosen)
    ]


def ids(turns: list[Turn]) -> list[str]:
    """The services in their order."""
    return [turn.held.service for turn in turns]


@pytest.mark.parametrize("seed", range(60))
def test_each_account_has_one_turn_whatever_the_mixture(seed: int) -> None:
    """どんな組み合わせでも、どのアカウントも一度だけ出て、入力の順に左右されない。"""
    held = everything(seed)
    turns = order(held, SERVICES)
    assert sorted(turn.held.id for turn in turns) == sorted(one.id for one in held)
    assert order(list(reversed(held)), SERVICES) == turns
    assert all(turn.reason for turn in turns)


@pytest.mark.parametrize("seed", range(60))
def test_what_one_call_stops_comes_before_all(seed: int) -> None:
    """疑いのある銀行とカードは、電話で止められるので、いちばん先に来る。"""
    turns = order(everything(seed), SERVICES)
    calls = [turn.reason == "stop_by_phone" for turn in turns]
    assert calls == sorted(calls, reverse=True)


@pytest.mark.parametrize("seed", range(60))
def test_without_known_recovery_mail_is_first_and_the_suspected_before_the_rest(seed: int) -> None:
    """つながりを聞いていなければ、電話の後はメール、次に疑いのあるもの、残りは開くものの多い順。"""
    held = [Held(one.id, one.service, one.suspected) for one in everything(seed)]
    rest = [turn for turn in order(held, SERVICES) if turn.reason != "stop_by_phone"]
    keys = [
        (SERVICES[t.held.service].opens != "mail", not t.held.suspected, OPENS.index(SERVICES[t.held.service].opens))
        for t in rest
    ]
    assert keys == sorted(keys)


def test_the_order_of_what_is_opened() -> None:
    """疑いのないときは、メール、ドメイン、サーバー、サイト、機械、お金、帳簿、店、SNSの順。"""
    names = ["x", "rakuten", "freee", "bank", "windows", "wordpress", "sakura", "onamae", "google"]
    assert ids(order([Held(name, name) for name in names], SERVICES)) == list(reversed(names))


def test_the_one_that_opens_another_comes_first() -> None:
    """ほかのアカウントを開き直せるものは、疑いの有無より先に来て、その理由と相手が付く。"""
    held = [Held("shop", "x", suspected=True, recovered_by=("line",)), Held("line", "line"), Held("books", "freee")]
    turns = order(held, SERVICES)
    assert [turn.held.id for turn in turns] == ["books", "line", "shop"]
    assert turns[1].reason == "recovers"
    assert turns[1].opens == ("shop",)
    assert turns[2].reason == "suspected"


def test_a_call_does_not_wait_for_the_mail() -> None:
    """疑いのある銀行は、そのメールを守る前に電話で止める。"""
    held = [Held("mail", "google", suspected=True), Held("bank", "bank", suspected=True, recovered_by=("mail",))]
    assert ids(order(held, SERVICES)) == ["bank", "google"]


def test_two_that_open_each_other_still_have_their_turn() -> None:
    """互いに開き直せる二つのメールも、止まらずに順番が決まる。"""
    held = [Held("a", "google", False, ("b",)), Held("b", "microsoft", True, ("a",))]
    assert [turn.held.id for turn in order(held, SERVICES)] == ["b", "a"]


def test_an_unknown_service_is_not_silently_dropped() -> None:
    """手順のないサービスも、最後に必ず出る。"""
    assert ids(order([Held("z", "some-booking-site"), Held("x", "x")], SERVICES)) == ["x", "some-booking-site"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_revoked_before_each_trace_was_looked_at(name: str) -> None:
    """一歩ずつ進むと、証拠を全部見るまで、止める手順は出ない。"""
    account, answers = SERVICES[name], {}
    while step := next_step(account, Progress(answers)):
        assert (step.phase == "proof") != may_revoke(account, Progress(answers))
        answers[step.id] = "seen"
    assert list(answers) == [step.id for step in account.steps]


@pytest.mark.parametrize("name", NAMES)
def test_only_checks_with_proof_close_an_account(name: str) -> None:
    """全部できて、確かめた証拠が付いたときだけ「閉じた」になり、一つ欠けるごとに「開いたまま」になる。"""
    account = SERVICES[name]
    answers = {step.id: "seen" for step in account.steps}
    attached = {step.id: ("evidence",) for step in account.phase("verify")}
    assert outcome(account, Progress(answers, attached)).ending == "closed_with_proof"
    assert outcome(account, Progress(answers)).missing == tuple(step.id for step in account.phase("verify"))
    for step in account.steps:
        without = {key: value for key, value in answers.items() if key != step.id}
        ended = outcome(account, Progress(without, attached))
        assert ended.ending == "open"
        assert ended.missing == (step.id,)


@pytest.mark.parametrize("name", NAMES)
def test_a_lost_trace_is_told_and_an_open_door_stays_open(name: str) -> None:
    """撮れなかった跡は「失われた」と残るが閉じられ、止められなかった入り口は開いたままになる。"""
    account = SERVICES[name]
    attached = {step.id: ("evidence",) for step in account.phase("verify")}
    trace, door = account.phase("proof")[0].id, account.phase("revoke")[0].id
    answers = {step.id: "seen" for step in account.steps}
    lost = outcome(account, Progress(answers | {trace: "cannot"}, attached))
    assert (lost.ending, lost.lost) == ("closed_with_proof", (trace,))
    assert outcome(account, Progress(answers | {door: "not_there"}, attached)).ending == "closed_with_proof"
    assert outcome(account, Progress(answers | {door: "cannot"}, attached)).missing == (door,)
    check = account.phase("verify")[0].id
    assert outcome(account, Progress(answers | {check: "not_there"}, attached)).missing == (check,)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_and_ending_has_its_words(lang: str) -> None:
    """順番の理由、終わり方、答え、段、開くものは、どれも二つの言葉で言える。"""
    codes = {
        "reason": get_args(ordering.Reason),
        "ending": get_args(ordering.Ending),
        "answer": get_args(ordering.Answer),
        "phase": PHASES,
        "opens": OPENS,
    }
    for group, names in codes.items():
        texts = [said(group, name, lang) for name in names]
        assert all(texts)
        assert len(set(texts)) == len(names)
