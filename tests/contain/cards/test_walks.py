"""どの場面も、カード0から最後まで、すべての出口で歩ける。出口はカードのデータから数える。"""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.contain import rules
from hikeshi.contain import services as contain
from hikeshi.contain.cards import LANGUAGES
from hikeshi.contain.rules import Answer
from tests.cast import Cast, assemble
from tests.contain.cards.exits import DECK, LOOK, SHELF, Press, Route, presses, routes, turning, walk

MOST = max(len(presses(card)) for card in DECK.cards.values())
DONT = {"ja": "しないこと", "en": "Do not"}
END = {"ja": "初動のカードは終わりました", "en": "The first-hour cards are done"}
PICTURE = b"\xff\xd8\xff\xe0 a photo"


@pytest.mark.parametrize("situation", DECK.situations)
def test_no_way_out_is_a_dead_end(situation: str) -> None:
    """どの場面を、どの出口の組み合わせで歩いても、いつも次があり、同じカードは二度出ず、休むカードで終わる。"""
    for number in range(MOST):
        met: list[str] = []
        for press, following in walk(situation, turning(number)):
            name = press.answer.card
            assert name not in met, f"{press}: again"
            met.append(name)
            led = leads_to(press)
            assert led is None or led in met or following == led, f"{press} leads to {following}, not {led}"
        assert DECK.cards[met[-1]].stage == "rest"


def test_every_card_is_reached_by_some_exit() -> None:
    """だれにも出ないカードは一枚もなく、どの場面も歩かれる。"""
    assert {name for names in routes().values() for name in names} == set(DECK.cards)
    assert {route.situation for route in routes()} == set(DECK.situations)


def leads_to(press: Press) -> str | None:
    """The card that a button names as its goal."""
    card, answer = DECK.cards[press.answer.card], press.answer
    way_out = {"unknown": card.unknown, "cannot": card.cannot}.get(answer.kind)
    if way_out:
        return way_out.to
    goals = [chip.to for chip in card.chips if chip.id in answer.chips and answer.kind == "seen"]
    return goals[0] if len(goals) == 1 else None


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.mark.django_db
@pytest.mark.parametrize("route", routes(), ids=lambda route: "-".join([route.situation, *dict(route.otherwise)]))
def test_every_answer_is_recorded_and_leads_on(cast: Cast, client: Client, route: Route) -> None:
    """本物の記録の上で、見た・わからない・できない・理由つきで飛ばす・写真・ひとことが、どれも記録になり、先へ進む。"""
    case = cast.open_case()
    client.force_login(cast.hanako)
    so_far = contain.walk_of(case)
    while (name := so_far.next) is not None:
        card = DECK.cards[name]
        if name in routes()[route]:
            for lang in LANGUAGES:
                look(client, case, name, lang)
            for press in presses(card):
                so_far = answered(cast, case, press, so_far)
        press = route.choose(card)
        press = Press(Answer(name, "seen", (route.situation,))) if press == LOOK else press
        so_far = answered(cast, case, press, so_far)
        assert so_far.next != name
    assert card.stage == "rest"
    for lang in LANGUAGES:
        assert END[lang] in page(client, case, "list", lang)


def answered(cast: Cast, case: Any, press: Press, before: contain.Walk) -> contain.Walk:
    """Answer as this button does; the record has it whole, and something follows or the end is stated."""
    answer, earlier = press.answer, before.rows.get(press.answer.card)
    photos = [(io.BytesIO(PICTURE), "画面.jpg")] if press.photo else []
    given = contain.Given(answer.card, answer.kind, answer.chips, press.text, photos=photos, reason=press.reason)
    entry = contain.answer(case, cast.actor, given, lang="ja")[0]
    assert entry.kind == "card.answered"
    assert entry.corrects == (earlier.number if earlier else None)
    data = entry.data
    assert (data["card"], data["answer"], tuple(data["chips"])) == (answer.card, answer.kind, answer.chips)
    assert data["title"] == SHELF.words[answer.card]["ja"].title
    assert data["said"] or answer.card == rules.FIRST_LOOK
    assert bool(data["text"]) == bool(press.text)
    assert len(data["photos"]) == int(press.photo)
    if press.text:
        assert casebook.text(case, data["text"]) == press.text
    after = contain.walk_of(case)
    assert after.rows[answer.card].number == entry.number
    assert after.next or DECK.cards[answer.card].stage == "rest", f"{press}: nothing follows"
    led = leads_to(press)
    assert led is None or led in after.rows or after.next == led, f"{press} leads to {after.next}, not {led}"
    return after


def page(client: Client, case: Any, name: str, lang: str) -> str:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = lang
    response = client.get(f"/i/{case.reference}/first-hour/{name}/")
    assert response.status_code == 200
    return response.content.decode()


def look(client: Client, case: Any, name: str, lang: str) -> None:
    """One action; both exits with their goals; every reason; what not to do, why, source and date, in this language."""
    text = page(client, case, name, lang)
    article = text[text.index("<article") : text.index("</article>")]
    card, words = DECK.cards[name], SHELF.words[name][lang]
    assert article.count("<h1>") == 1
    main = re.findall(r'<button class="button (?:primary|danger)"', article)
    choices = re.findall(r'<button class="button choice"', article)
    assert (len(main), len(choices)) == ((0, len(card.chips)) if card.pick == "one" else (1, 0))
    for kind, label in (("unknown", words.unknown), ("cannot", words.cannot)):
        button = re.search(rf'<button[^>]*value="{kind}"[^>]*><span class="button-words">([^<]*)</span>', article)
        assert button
        assert plainly(button[1]) == label
        assert re.search(r"→ ?\S", label)
    assert len(re.findall(r'value="skipped:[a-z-]+"', article)) == 4
    shown = plainly(re.sub(r"<[^>]+>", "", article))
    for said in (DONT[lang], *words.dont, words.why, card.plan, card.checked):
        assert said in shown, (name, lang, said)
    for source in card.sources:
        assert SHELF.sources[source].title[lang] in shown
    if lang == "en":
        assert not re.search(r"[ぁ-んァ-ヶ一-龠]", shown), (name, re.findall(r"[ぁ-んァ-ヶ一-龠]+", shown))


def plainly(html: str) -> str:
    return html.replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&").replace("&lt;", "<")
