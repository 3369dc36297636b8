"""Every way out of every card, read from the cards themselves, and how each card is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from hikeshi.contain import answering, rules
from hikeshi.contain.cards import shelf
from hikeshi.contain.rules import Answer, Card

SHELF = shelf()
DECK = SHELF.deck
WORDS = "見たまま <b>書いた</b>"


@dataclass(frozen=True)
class Press:
    """One way out: the answer, the reason of a skip, and what is sent along."""

    answer: Answer
    reason: str = ""
    photo: bool = False
    text: str = ""

    def __str__(self) -> str:
        more = [self.reason, "photo" if self.photo else "", "text" if self.text else ""]
        return " ".join(filter(None, [self.answer.card, self.answer.kind, *self.answer.chips, *more]))


LOOK = Press(Answer(rules.FIRST_LOOK, "seen", ("the situation",)))
Chooser = Callable[[Card], Press]


@cache
def presses(card: Card) -> tuple[Press, ...]:
    """All of them: the main button alone, with photo and words, with every chip; each other button; a reason.

    The chips of the first look are the situations: each of them is a walk of its own.
    """
    found: list[Press] = []
    if card.id == rules.FIRST_LOOK:
        found.append(Press(Answer(card.id, "seen"), photo=True, text=WORDS))
    elif card.pick == "one":
        found += [Press(Answer(card.id, "seen", (chip.id,))) for chip in card.chips]
    else:
        least = (card.must,) if card.must else tuple(chip.id for chip in card.chips)[: int(card.chooses)]
        found += [Press(Answer(card.id, "seen", least)), Press(Answer(card.id, "seen", least), photo=True, text=WORDS)]
        found.append(Press(Answer(card.id, "seen", together(card))))
        telling = [chip for chip in card.chips if chip.to or chip.marks or chip.instead]
        found += [Press(Answer(card.id, "seen", (*(() if one.instead else least), one.id))) for one in telling]
    found += [Press(Answer(card.id, "unknown")), Press(Answer(card.id, "cannot"), text=WORDS)]
    # The reasons differ in words alone: each card is left for one of them, all of them in turn.
    reason = answering.REASONS[sorted(DECK.cards).index(card.id) % len(answering.REASONS)]
    found.append(Press(Answer(card.id, "skipped"), reason, text=WORDS if reason == "other" else ""))
    return tuple(one for one in dict.fromkeys(found) if rules.accepts(card, one.answer))


def together(card: Card) -> tuple[str, ...]:
    """As many chips as can be true at once."""
    chosen: tuple[str, ...] = (card.must,) if card.must else ()
    for chip in card.chips:
        more = tuple(dict.fromkeys((*chosen, chip.id)))
        if not chip.instead and rules.accepts(card, Answer(card.id, "seen", more)):
            chosen = more
    return chosen


def plain(card: Card) -> Press:
    """The first way out that a card has; on the first look, the situation."""
    return LOOK if card.id == rules.FIRST_LOOK else presses(card)[0]


def turning(number: int) -> Chooser:
    """The `number`-th way out of each card, counted round."""
    return lambda card: LOOK if card.id == rules.FIRST_LOOK else presses(card)[number % len(presses(card))]


def walk(situation: str, choose: Chooser) -> Iterator[tuple[Press, str | None]]:
    """From card 0 to the end: each press with the card that follows it (None: the end)."""
    answers: list[Answer] = []
    name: str | None = rules.CARD_ZERO
    while name is not None:
        press = choose(DECK.cards[name])
        if press == LOOK:
            press = Press(Answer(name, "seen", (situation,)))
        answers.append(press.answer)
        name = rules.next_card(DECK, answers)
        yield press, name
        assert len(answers) <= len(DECK.cards), f"{situation} does not end"


@dataclass(frozen=True)
class Route:
    """A walk on which cards are met: a situation, and what is pressed otherwise than plainly on the way."""

    situation: str
    otherwise: tuple[tuple[str, Press], ...] = ()

    def choose(self, card: Card) -> Press:
        return dict(self.otherwise).get(card.id) or plain(card)


@cache
def routes() -> dict[Route, list[str]]:
    """Every card once, on the shortest route to it; every situation has a route."""
    found: dict[Route, list[str]] = {Route(situation): [] for situation in DECK.situations}
    waiting, met = list(found), set()
    while waiting:
        route = waiting.pop(0)
        answers: list[Answer] = []
        for press, _ in walk(route.situation, route.choose):
            card = DECK.cards[press.answer.card]
            if card.id not in met:
                met.add(card.id)
                found.setdefault(route, []).append(card.id)
                for one in presses(card):
                    if set(rules.order(DECK, [*answers, one.answer])) - met:
                        waiting.append(Route(route.situation, (*route.otherwise, (card.id, one))))
            answers.append(press.answer)
    return found
