"""カードが事実に書いた文は、読む人の言葉で出る。人が書いた言葉は、書いたまま。"""

from typing import Any

import pytest

from hikeshi.board import services as board
from hikeshi.casebook import services as casebook
from hikeshi.contain import services as contain
from hikeshi.contain.speech import said_in
from hikeshi.notify import letters
from tests.cast import Cast, assemble


@pytest.fixture
def cast() -> Cast:
    return assemble()


def answer(cast: Cast, case: Any, card: str, *chips: str, text: str = "", lang: str = "ja") -> None:
    contain.answer(case, cast.actor, contain.Given(card, "seen", chips, text), lang=lang)


@pytest.mark.django_db
def test_a_letter_in_english_holds_no_sentence_of_a_card_in_japanese(cast: Cast) -> None:
    """日本語で答えたカードの「したこと」「見たもの」は、英語の書類では英語になり、日本語の書類ではそのまま。"""
    case = cast.open_case()
    answer(cast, case, "first-look", "ransomware", "unsure")
    answer(cast, case, "cut-network")
    answer(cast, case, "call-police", text="A-12")
    facts = letters.facts_of(case, "en")
    assert facts["containment_done"].text == "Cut the machine off the network"
    assert facts["police_report"].text == "Consulted the police advice line (A-12)"
    assert facts["what_was_seen"].text == "Files won’t open any more; Something else is wrong"
    japanese = letters.facts_of(case, "ja")
    assert japanese["containment_done"].text == "ネットワークから切り離した"
    assert japanese["what_was_seen"].text == "ファイルが開けなくなった、どれでもないが、おかしい"
    sheet = letters.paper_of(case, "ppc-copy-sheet", "en", "preliminary").text
    assert "Cut the machine off the network" in sheet
    assert "切り離した" not in sheet
    shown = board.shown_fact(case, casebook.facts(case)["police_report"], "en")
    assert shown["value"] == "Consulted the police advice line (A-12)"


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_sentence_of_the_cards_is_said_in_both(lang: str) -> None:
    """どのカードの「したこと」も、どの状況の「見たもの」も、もう一方の言葉になり、戻しても同じ。"""
    other = {"ja": "en", "en": "ja"}[lang]
    shelf = contain.shelf()
    pairs = [(words[lang].done, words[other].done) for words in shelf.words.values() if words[lang].done]
    pairs += [(words[lang].seen, words[other].seen) for words in shelf.situations.values()]
    for own, foreign in pairs:
        assert said_in(foreign, lang) == own
        assert said_in(own, lang) == own
    everything = {"ja": "、", "en": "; "}
    seen = [(words[lang].seen, words[other].seen) for words in shelf.situations.values()]
    assert said_in(everything[other].join(b for _, b in seen), lang) == everything[lang].join(a for a, _ in seen)


@pytest.mark.parametrize(
    "own", ["", "切り離した", "ネットワークから切り離したと聞いた", "共有が、だれでも見られる", "a\n\nb"]
)
def test_what_a_person_wrote_stays(own: str) -> None:
    """人が自分で書いた言葉は、似ていても変わらない。"""
    assert said_in(own, "en") == own
