"""初動のカードを、電話の幅の画面で、人がするように最後まで：身代金、サイト、サポート詐欺、メールの送りまちがい。"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from hikeshi.casebook import services as casebook
from hikeshi.contain import services as contain
from tests.browser import journey, samples
from tests.browser.looking import assert_fits, keep_picture
from tests.browser.person import Person
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., Page]
SHELF = contain.shelf()
PHOTO = "写真（何枚でも。記録にそのまま残ります）"


class Thumb(Person):
    """A person whose taps are counted: each button, link, chip, fold and file field is one."""

    taps = 0

    def _push(self, target: Locator) -> None:
        self.taps += 1
        super()._push(target)

    def choose(self, words: str, **where: Any) -> None:
        self.taps += 1
        super().choose(words, **where)

    def attach_at(self, field: Locator, file: Path) -> None:
        self.taps += 1
        super().attach_at(field, file)

    def skip(self) -> None:
        """Not now, with a reason."""
        self.unfold("今はやらない（理由）")
        self.press("あとでやる")


@pytest.fixture
def cast() -> Cast:
    return assemble()


def begin(browser_page: Open, cast: Cast, situation: str, **how: Any) -> tuple[Thumb, Any]:
    """From the home page to the card that follows the first look."""
    lang = how.get("lang", "ja")
    one = Thumb(browser_page("/", person=cast.hanako, width=375, **how), lang=lang, each=assert_fits)
    one.press("事故かもしれない")
    case = casebook.cases(cast.workspace).get()
    one.press(SHELF.words["card-zero"][lang].chips["another"])
    one.choose(SHELF.situations[situation][lang].seen)
    one.press(SHELF.words["first-look"][lang].primary)
    return one, case


def to_the_end(one: Thumb, *, answers: dict[str, str] | None = None) -> list[str]:
    """Each card by another way out, to the page that says it is over; on each what a card must have."""
    walked: list[str] = []
    while name := journey.card(one):
        assert name not in walked, f"{name} came twice"
        walked.append(name)
        words = SHELF.words[name][one.lang]
        turn = len(walked) % 4
        if name in (answers or {}):
            one.press((answers or {})[name])
        elif turn == 1 and words.primary and not SHELF.deck.cards[name].must and not SHELF.deck.cards[name].chooses:
            one.press(words.primary)
        elif turn == 2:
            one.press(words.unknown)
        elif turn == 3:
            one.press(words.cannot)
        else:
            one.skip()
    assert one.path.endswith("/first-hour/list/")
    assert one.says("初動のカードは終わりました") in one.text()
    one.press("事故のページへ")
    return walked


def recorded(case: Any) -> list[str]:
    return [entry.data["card"] for entry in casebook.entries(case, ["card.answered"])]


def test_ransomware_in_eight_taps(browser_page: Open, cast: Cast, tmp_path: Path) -> None:
    """身代金ウイルス：カード0から8回までの操作で、線を抜き、写真を撮り、気づいた時刻を書ける。あとも行き止まりがない。"""
    one, case = begin(browser_page, cast, "ransomware")
    words = SHELF.words
    assert "cut-network" in one.path
    one.press(words["cut-network"]["ja"].primary)
    one.press(words["cut-storage"]["ja"].primary)
    keep_picture(one.page, "eight-taps")
    one.attach(PHOTO, samples.photo(tmp_path))
    one.choose("10分前")
    one.press(words["photo-and-time"]["ja"].primary)
    facts = casebook.facts(case)
    assert [facts[key].status for key in ("contained_at", "noticed_at")] == ["confirmed", "confirmed"]
    answered = list(casebook.entries(case, ["card.answered"]))
    assert answered[-1].data["card"] == "photo-and-time"
    assert len(answered[-1].data["photos"]) == 1
    assert one.taps - 1 <= 8, "the first tap, at home, opened card 0"
    walked = to_the_end(one)
    assert recorded(case)[-len(walked) :] == walked


@pytest.mark.parametrize(
    ("situation", "lang", "script", "chosen", "met"),
    [
        ("web-site", "ja", False, {"ask-about-cards": "no-cards"}, {"site-stop", "save-site-records", "call-police"}),
        ("remote-control", "en", True, {"hang-up": ""}, {"hang-up", "bank-first", "cut-network", "call-police"}),
        ("wrong-mail", "ja", True, {}, {"stop-sending", "keep-sent", "ask-to-delete"}),
    ],
)
def test_by_other_ways_out_to_the_last_card(
    browser_page: Open, cast: Cast, situation: str, lang: str, script: bool, chosen: dict[str, str], met: set[str]
) -> None:
    """サイト、サポート詐欺、送りまちがいを、わからない・できない・理由つきで飛ばす、で最後まで歩け、全部が記録になる。"""
    one, case = begin(browser_page, cast, situation, lang=lang, script=script)
    words = {card: SHELF.words[card][lang] for card in chosen}
    buttons = {card: words[card].chips.get(chip, words[card].unknown) for card, chip in chosen.items()}
    walked = to_the_end(one, answers=buttons)
    assert met <= set(walked)
    assert SHELF.deck.cards[walked[-1]].stage == "rest"
    assert recorded(case) == ["card-zero", "first-look", *walked]
    kinds = {entry.data["answer"] for entry in casebook.entries(case, ["card.answered"])}
    assert kinds == {"seen", "unknown", "cannot", "skipped"}
