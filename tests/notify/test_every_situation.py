"""初動のどの場面も、最初のカードから、証拠、届出の判断、手紙、終了まで通る。

カードに見えたとおりに答え、そのあとの質問には、よくある小さな店として答える。届出が要らない場面には、その理由がある。
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from typing import Any

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.contain import rules as cards
from hikeshi.contain import services as contain
from hikeshi.notify import services as notify
from hikeshi.notify.letters import shelf
from tests.cast import Cast, assemble
from tests.notify.law.facts_for_rules import LEAK

pytestmark = pytest.mark.django_db

PHOTO = b"\xff\xd8\xff\xe0 a photograph of the screen"
REPORT = {"ppc", "appi.notice", "appi.internal"}
# どの場面でも同じ、よくある小さな店の答え。事故そのものに関わることは、場面ごとに下で答える。
SHOP = {key: value for key, value in LEAK.items() if key not in ("known_at", "incident_kind", "persons", "insured")}
SUSPECTED = {"event", "malicious", "sensitive", "card_data", "financial_harm"}


@dataclass(frozen=True)
class Story:
    """カードのあとにわかったことと、その結果。`without`：届出が要らない理由と、その決め手になる事実。"""

    later: dict[str, Any] = field(default_factory=dict)
    tell: frozenset[str] = frozenset()
    without: tuple[str, str] = ("", "")
    first: str = ""
    outcome: str = "incident"


def told(*more: str) -> frozenset[str]:
    return frozenset({*REPORT, "insurance.notice", *more})


WRONG: dict[str, Any] = {"event": ["leak"], "malicious": True}
STORIES = {
    "account-takeover": Story(WRONG, told(), first="log-demand"),
    "card-data": Story({**WRONG, "card_data": True, "financial_harm": True}, told("card.acquirer", "card.pfi")),
    "extortion": Story({**WRONG, "ransom": True}, told(), first="insurer-notice"),
    "insider": Story(WRONG, told()),
    "leak-told": Story({**WRONG, "role": ["entrustee"]}, told("appi.entrustee")),
    "lost-device": Story(
        {"event": ["leak"], "cipher_sound": True, "key_kept": True, "strong_protection": True},
        frozenset({"appi.internal", "insurance.notice"}),
        ("強い暗号で守られ、鍵も別にあったので、報告も通知も要らない（規則第7条のかっこ書）", "strong_protection"),
    ),
    "money": Story(
        {"event": [], "certainty": "ruled_out", "money_moved": True},
        frozenset({"insurance.notice"}),
        ("お金だけが動き、個人データは漏れていない。銀行と警察へ知らせる", "event"),
        first="bank-notice",
    ),
    "open-share": Story({"event": ["leak"], "persons": {"at_least": 0, "at_most": 1500}}, told()),
    "ransomware": Story({"event": ["leak", "damage"], "malicious": True, "ransom": True}, told(), first="log-demand"),
    "remote-control": Story(WRONG, told(), first="log-demand"),
    "service-outage": Story(
        {"event": [], "certainty": "ruled_out", "incident_kind": ["outage"]},
        frozenset({"insurance.notice"}),
        ("サービスが止まっただけで、個人データは漏れも失われもしていない", "event"),
    ),
    "social-account": Story(
        {**WRONG, "personal_data": False},
        frozenset({"appi.internal", "insurance.notice"}),
        ("SNSでのやりとりは、検索できる名簿（個人データ）ではない", "personal_data"),
    ),
    "supplier-leak": Story({**WRONG, "role": ["entrustor"]}, told()),
    "unsure": Story(
        {"event": [], "certainty": "ruled_out", "money_moved": False},
        frozenset({"insurance.notice"}),
        ("調べたところ、事故ではなかった", "event"),
        outcome="not_an_incident",
    ),
    "virus-warning": Story(
        {"event": [], "certainty": "ruled_out", "insured": False},
        frozenset(),
        ("画面に出ただけの偽の警告で、何も起きていない", "event"),
        outcome="not_an_incident",
    ),
    "web-site": Story({**WRONG, "card_data": True}, told("card.acquirer", "card.pfi"), first="acquirer-notice"),
    "wrong-mail": Story(
        {"event": ["leak"], "malicious": False},
        frozenset({"appi.internal", "insurance.notice"}),
        ("30人までの連絡先だけで、要配慮個人情報も不正の目的もない。任意の報告はできる", "malicious"),
    ),
    "wrong-paper": Story({"event": ["leak"], "sensitive": True}, told()),
}


@pytest.fixture
def cast() -> Cast:
    return assemble()


def walk(cast: Cast, name: str) -> Any:
    """最初のカードから最後まで、見えたとおりに答える。証拠のカードには写真を添える。"""
    case = casebook.open_case(cast.workspace, cast.actor)
    for _ in range(60):
        now = contain.walk_of(case)
        if now.next is None:
            return case
        card = now.card(now.next)
        photos = [(io.BytesIO(PHOTO), "screen.jpg")] if card.photo and card.id == "photo-and-time" else []
        given = contain.Given(card.id, "seen", _chips(card, name), text=f"{card.id}で見たもの", photos=photos)
        contain.answer(case, cast.actor, given, lang="ja")
    raise AssertionError(f"{name}: the cards never end")


def _chips(card: cards.Card, name: str) -> tuple[str, ...]:
    if card.id == cards.FIRST_LOOK:
        return (name,)
    if card.pick == "one":
        return (next((chip.id for chip in card.chips if chip.id == "another"), card.chips[0].id),)
    if card.must:
        return (card.must,)
    return (card.chips[0].id,) if card.question and not card.none_is_an_answer else ()


def settle(case: Any, cast: Cast, story: Story) -> None:
    """届出を決める質問に答える：知った時刻、店のふだんのこと、この事故でわかったこと。"""
    said = {
        **SHOP,
        "certainty": "suspected",
        "known_at": case.opened_at.isoformat(),
        "persons": {"at_least": 0, "at_most": 30},
        **story.later,
    }
    kept = casebook.facts(case)
    entries = []
    for key, value in said.items():
        if key in kept and kept[key].status == "suspected" and key not in story.later and key not in SUSPECTED:
            continue  # カードが言ったことは、ここで取り消さない
        status = (
            "suspected" if key in story.later and key in SUSPECTED and value is not False and value else "confirmed"
        )
        entries.append(casebook.fact_entry(case, key, value, status, cast.actor))
    casebook.record(case, entries)


def demanded(case: Any) -> dict[str, Any]:
    return {row.target: row for row in notify.groups(case)["required"] if row.duty.kind in ("duty", "contract")}


def send(case: Any, cast: Cast, kind: str, stage: str = "preliminary") -> None:
    """一つの文書を、確認、承認、送付、証拠まで進める。"""
    found = notify.check_paper(case, notify.paper(case, kind, "ja", stage), cast.actor)
    found = notify.approve_paper(case, found, cast.actor)
    found = notify.send_paper(case, found, cast.actor, how="post", to="届け先", receipt="R8-100")
    assert found.reached["sent"] and found.reached["proved"]
    assert found.letter is not None
    for sha256 in found.letter.files:
        with casebook.open_evidence(case, sha256) as kept:
            assert hashlib.sha256(kept.read()).hexdigest() == sha256


def meet(case: Any, cast: Cast) -> None:
    """残りの報告・連絡を、期限の段階ごとに、行ったと記録する。"""
    for row in demanded(case).values():
        for stage in [due.deadline.stage for due in row.dues if due.open] or ([] if row.told else ["first"]):
            notify.mark_told(case, row.target, stage, cast.actor, how="phone", receipt="山田様 10時")


def test_each_situation_has_its_story() -> None:
    """場面を増やしたら、その場面の届出の結果（要らないなら理由）も書かれている。"""
    assert set(STORIES) == set(contain.shelf().deck.situations)
    for name, story in STORIES.items():
        assert bool(story.without[0]) == ("ppc" not in story.tell), name


@pytest.mark.parametrize("name", STORIES)
def test_a_situation_runs_from_its_first_card_to_the_end(cast: Cast, name: str) -> None:
    """カード、証拠、届出の判断、次の文書、手紙、届出済み、終了までが、つながって動く。"""
    story = STORIES[name]
    case = walk(cast, name)
    proof = {"sha256": hashlib.sha256(PHOTO).hexdigest()}
    if any(entry.data["photos"] for entry in casebook.entries(case, ["card.answered"])):
        with casebook.open_evidence(case, proof["sha256"]) as kept:
            assert kept.read() == PHOTO
    settle(case, cast, story)

    rows = demanded(case)
    assert set(rows) == story.tell
    unsettled = [row for row in notify.groups(case)["review"] if not row.duty.rare and row.duty.kind != "voluntary"]
    assert [row.target for row in unsettled] == []
    if story.without[0]:
        judged = [result for result in notify.judged(case).duties if result.id.startswith("appi.report.7_")]
        assert {result.status for result in judged} == {"does_not_apply"}
        assert story.without[1] in {decided.fact for result in judged for decided in result.deciding}
    first = shelf.of(case).next
    assert (first is not None) == bool(story.tell), "the shelf says what is next"
    if first is not None:
        assert first.why
        if story.first:
            assert first.kind.id == story.first

    if "appi.entrustee" in story.tell:
        send(case, cast, "entrusting-notice")
        assert set(demanded(case)) == story.tell - {"ppc", "appi.notice"}, "the notice releases"
    elif "ppc" in story.tell:
        send(case, cast, "ppc-copy-sheet")
        assert [clock["stage"] for clock in notify.clocks(case) if clock["target"] == "ppc"] == ["final"]
    elif first is not None:
        send(case, cast, first.kind.id)
    meet(case, cast)
    assert notify.summary(case)["waiting"] == []
    casebook.close_case(case, cast.actor, outcome=story.outcome, reason=story.without[0])
    case.refresh_from_db()
    assert notify.clocks(case) == []
