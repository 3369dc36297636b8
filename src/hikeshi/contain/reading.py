"""What was answered so far, from the read table; and what a card shows of it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language

from hikeshi.contain import rules
from hikeshi.contain.cards import Shelf, Words, shelf
from hikeshi.contain.models import CardAnswer

__all__ = ["answered", "as_answer", "language", "walk_of"]


def language() -> str:
    """The language of the page: ja or en."""
    return "en" if (get_language() or "ja").startswith("en") else "ja"


def answered(case: Any) -> list[CardAnswer]:
    """Every answer of a case, oldest first; a card that was answered again has several."""
    return list(CardAnswer.objects.filter(chain_id=case.chain_id).order_by("number"))


def as_answer(row: Any) -> rules.Answer:
    """An answer as the rules know it. `row`: a CardAnswer or a draft's answer."""
    return rules.Answer(row.card, row.answer, tuple(row.chips))


class Walk:
    """The cards of one incident (or draft) in the order of danger, with the answers so far."""

    def __init__(self, rows: Sequence[Any], situation: str | None = None, cards: Shelf | None = None) -> None:
        self.shelf = cards or shelf()
        self.rows = {row.card: row for row in rows}
        self.answers = [as_answer(row) for row in rows]
        self.situation = situation
        self.order = rules.order(self.shelf.deck, self.answers, situation)

    @property
    def next(self) -> str | None:
        """The next card without an answer."""
        return next((name for name in self.order if name not in self.rows), None)

    @property
    def patient(self) -> bool:
        """Whether 「電源を切らない」 stays on the page."""
        return rules.patient(self.shelf.deck, self.answers, self.situation)

    def previous(self, card: str) -> str | None:
        return rules.previous_card(self.shelf.deck, self.answers, card, self.situation)

    def place(self, card: str) -> rules.Place:
        return rules.place(self.shelf.deck, self.answers, card, self.situation)

    def card(self, name: str) -> rules.Card:
        return self.shelf.deck.cards[name]

    def words(self, name: str, lang: str) -> Words:
        return self.shelf.words[name][lang]

    def situation_names(self, lang: str) -> list[str]:
        """The situations at hand, in words."""
        found = rules.situations(self.shelf.deck, self.answers, self.situation)
        return [self.shelf.situations[one.id][lang].name for one in found]

    def undone(self, danger: str) -> int:
        """How many cards of this danger have no answer yet."""
        names = [name for name in self.order if name not in self.rows]
        return sum(self.place(name).danger == danger for name in names)


def walk_of(case: Any) -> Walk:
    """The walk of a case."""
    return Walk(answered(case))


def chip_words(walk: Walk, card: rules.Card, lang: str) -> dict[str, str]:
    """What can be chosen on a card, in words. On the first look these are the situations."""
    if card.id == rules.FIRST_LOOK:
        return {name: walk.shelf.situations[name][lang].seen for name in walk.shelf.deck.situations}
    return dict(walk.words(card.id, lang).chips)
