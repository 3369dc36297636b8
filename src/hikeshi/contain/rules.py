"""Which card comes next in the first hour. Pure: no Django, no files, no clock.

A *situation* (「脅しの画面」「送りまちがい」) lends a *deck* of cards. An *answer* gives *marks*; marks show and hide
cards. The order follows the danger, never the order in which a file names its cards: money, the cut, proof, holding
still, calls, passwords; while the attack is live, the cut before money. The order can always be told from the latest
answer to each card, so going back, answering again and closing the browser are safe.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

STAGES = ("start", "live", "money", "cut", "proof", "hold", "account-proof", "people", "password", "end", "rest")
"""Danger first; "live" is for the cuts that a live situation needs before the bank. S1.3b wants passwords changed at
once, and S1.3a wants the cut before; proof is lost by either."""

SOON = ("account-proof", "password")
"""In an account take-over these come right behind the other proof, within minutes (S1.3b)."""

GROUPS = ("screen", "sent", "account", "told", "other")
"""Where one sees what is wrong, in the order of the first look."""

UNSURE = "unsure"
CARD_ZERO = "card-zero"
FIRST_LOOK = "first-look"
START = (CARD_ZERO, "leave-machine", FIRST_LOOK)

Kind = Literal["seen", "unknown", "cannot", "skipped"]
Danger = Literal["now", "today", "week"]


@dataclass(frozen=True)
class FactSaid:
    """What an answer states, in the shared vocabulary (docs/facts.md). `value` None: words alone, or not known.

    `time`: the value is when it happened: "now" the moment of the answer unless another was given, "given" only then.
    `text`: the fact's words: "done" the card's own sentence, "said" what the person wrote, "look" likewise, or else the
    chips that came near (then only suspected: they are our words); each is one more line.
    """

    key: str
    value: str | bool | tuple[str, ...] | None
    status: Literal["confirmed", "suspected", "unknown", "refuted"]
    time: Literal["", "now", "given"] = ""
    text: Literal["", "done", "said", "look"] = ""


@dataclass(frozen=True)
class Chip:
    """One thing that can have been seen.

    `instead`: it says otherwise than the card's main button, so it is a button of its own and the card's own facts and
    marks stay unsaid. `not_with`: chips that cannot be true beside it. `to`: the card that it leads to.
    """

    id: str
    marks: tuple[str, ...] = ()
    facts: tuple[FactSaid, ...] = ()
    instead: bool = False
    not_with: tuple[str, ...] = ()
    to: str | None = None


@dataclass(frozen=True)
class Exit:
    """「わからない」 or 「できない」. `to`: the card it leads to; None: the next one in order."""

    to: str | None = None
    marks: tuple[str, ...] = ()
    facts: tuple[FactSaid, ...] = ()


@dataclass(frozen=True)
class Card:
    """One action, or one question. `folder`: where its texts are. `live`: it stops an attack that acts this minute."""

    id: str
    folder: str
    stage: str
    danger: Danger
    plan: str
    checked: str
    sources: tuple[str, ...]
    question: bool = False
    pick: Literal["one", "many"] = "many"
    hat: str = "technical"
    when: tuple[str, ...] = ()
    when_all: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    detour: bool = False
    live: bool = False
    photo: bool = False
    text: bool = False
    time: bool = False
    none_is_an_answer: bool = False
    band: bool = True
    contacts: tuple[str, ...] = ()
    must: str | None = None
    chips: tuple[Chip, ...] = ()
    marks: tuple[str, ...] = ()
    facts: tuple[FactSaid, ...] = ()
    unknown: Exit = field(default_factory=Exit)
    cannot: Exit = field(default_factory=Exit)

    @property
    def chooses(self) -> bool:
        """A question whose button only says "as chosen": with nothing chosen it says nothing."""
        return self.question and self.pick == "many" and bool(self.chips) and not self.none_is_an_answer


@dataclass(frozen=True)
class Branch:
    """More cards, once an answer has given one of the marks `when` and none of `unless`."""

    deck: tuple[str, ...]
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Situation:
    """What somebody saw, in one chip of the first look. `patient`: a device is the patient, keep it as it is.

    `live`: the attack may be acting in a machine this minute (remote control, encryption). It may sit in the very
    session that moves the money, and the cut takes ten seconds: so that comes before the call to the bank.
    `group`: where one sees it (GROUPS). `common`: shown at once; the others stand behind 「ほかのこと」.
    """

    id: str
    order: int
    deck: tuple[str, ...]
    group: str = "other"
    common: bool = False
    branches: tuple[Branch, ...] = ()
    marks: tuple[str, ...] = ()
    facts: tuple[FactSaid, ...] = ()
    patient: bool = False
    soon: bool = False
    live: bool = False


@dataclass(frozen=True)
class Deck:
    """All cards and situations that were found."""

    cards: Mapping[str, Card]
    situations: Mapping[str, Situation]


@dataclass(frozen=True)
class Answer:
    """What was answered on a card. For the first look, the chips are situations."""

    card: str
    kind: Kind
    chips: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where a card stands: the `at`-th of `of` cards of its danger."""

    danger: Danger
    at: int
    of: int


def latest(answers: Iterable[Answer]) -> dict[str, Answer]:
    """The answer that counts for each card is the last one."""
    return {answer.card: answer for answer in answers}


def situations(deck: Deck, answers: Iterable[Answer], situation: str | None = None) -> list[Situation]:
    """The situations at hand, the first one chosen by address or, of those seen, the most dangerous."""
    look = latest(answers).get(FIRST_LOOK)
    chosen = [situation] if situation else []
    if look:
        chosen += [chip for chip in look.chips if chip in deck.situations and chip not in chosen]
        if not chosen:
            chosen = [UNSURE]
    found = [deck.situations[name] for name in chosen if name in deck.situations]
    head, tail = (found[:1], found[1:]) if situation else ([], found)
    return head + sorted(tail, key=lambda one: (_urgency(deck, one), one.order))


def marks(deck: Deck, answers: Iterable[Answer], situation: str | None = None) -> frozenset[str]:
    """Everything the answers so far say about what is going on."""
    answers = list(answers)
    said: set[str] = set()
    for one in situations(deck, answers, situation):
        said |= {one.id, *one.marks}
        if one.patient:
            said.add("patient")
    for answer in latest(answers).values():
        card = deck.cards.get(answer.card)
        if card is None:
            continue
        said.add(f"{card.id}:{answer.kind}")
        for source in _said(card, answer):
            said |= set(source.marks)
    return frozenset(said)


def facts(deck: Deck, answer: Answer) -> list[FactSaid]:
    """What this answer states, one fact a key. A chip speaks louder than its card; lists of several are joined."""
    card = deck.cards[answer.card]
    sources: list[Card | Chip | Exit | Situation] = list(_said(card, answer))
    if card.id == FIRST_LOOK:
        sources += situations(deck, [answer])
    stated: dict[str, FactSaid] = {}
    for fact in (fact for source in sources for fact in source.facts):
        if answer.kind != "seen" and fact.status == "confirmed":
            fact = replace(
                fact, status="suspected"
            )  # 「わからない」「できない」 confirm nothing that was ticked beside them
        before = stated.get(fact.key)
        if before and isinstance(before.value, tuple) and isinstance(fact.value, tuple):
            fact = replace(fact, value=tuple(dict.fromkeys(before.value + fact.value)))
        if before and fact.status == "unknown":
            continue  # what one chip states, another's "not known" does not take away
        stated[fact.key] = fact
    return list(stated.values())


def order(deck: Deck, answers: Iterable[Answer], situation: str | None = None) -> list[str]:
    """The ids of the cards to walk, answered or not, in the order of danger."""
    answers = list(answers)
    known = latest(answers)
    found = situations(deck, answers, situation)
    said = marks(deck, answers, situation)
    walk: list[str] = []

    def add(card: Card) -> None:
        if card.id in walk or not _shown(card, said):
            return
        walk.append(card.id)
        for source in _said(card, known[card.id]) if card.id in known else ():
            if isinstance(source, Chip | Exit) and source.to:
                add(deck.cards[source.to])

    for card in _sorted(deck, found, said, preset=situation is not None):
        if not card.detour:
            add(card)
    return walk


def on_paper(deck: Deck, situation: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every card of a situation in the order of danger, each with the marks under which alone it is needed.

    On paper nobody answers, so what an exit calls for stays out: the card itself says where to go.
    """
    one = deck.situations[situation]
    own = {one.id, *one.marks} | ({"patient"} if one.patient else set())
    needed: dict[str, tuple[str, ...]] = dict.fromkeys(one.deck, ())
    for branch in one.branches:
        needed |= {name: branch.when for name in branch.deck if name not in needed}
    rank = _ranks([one])
    rows = []
    for name in sorted(needed, key=lambda name: rank(deck.cards[name])):
        card = deck.cards[name]
        marks = tuple(mark for mark in (*needed[name], *card.when, *card.when_all) if ":" not in mark)
        if card.detour or own & set(card.unless):
            continue
        rows.append((name, () if own & set(marks) else tuple(dict.fromkeys(marks))))
    return rows


def next_card(deck: Deck, answers: Iterable[Answer], situation: str | None = None) -> str | None:
    """The first card in order without an answer; None: the first hour is over."""
    answers = list(answers)
    known = latest(answers)
    return next((name for name in order(deck, answers, situation) if name not in known), None)


def previous_card(deck: Deck, answers: Iterable[Answer], card: str, situation: str | None = None) -> str | None:
    """The card before this one, to go back to."""
    walk = order(deck, answers, situation)
    return walk[walk.index(card) - 1] if card in walk and walk.index(card) else None


def danger(deck: Deck, card: Card, answers: Iterable[Answer], situation: str | None = None) -> Danger:
    """今すぐ, 今日中 or 今週中. What comes sooner in a take-over is for now, too."""
    return "now" if card.stage in SOON and _soon(situations(deck, answers, situation)) else card.danger


def place(deck: Deck, answers: Iterable[Answer], card: str, situation: str | None = None) -> Place:
    """1/6 いますぐ: counted within its own danger, without the first questions, so that the number can be believed."""
    answers = list(answers)
    walk = [deck.cards[name] for name in order(deck, answers, situation)]
    mine = danger(deck, deck.cards[card], answers, situation)
    peers = [one.id for one in walk if danger(deck, one, answers, situation) == mine and one.stage != "start"]
    return Place(mine, peers.index(card) + 1 if card in peers else 1, max(len(peers), 1))


def patient(deck: Deck, answers: Iterable[Answer], situation: str | None = None) -> bool:
    """True while 「電源を切らない・再起動しない・ふたを閉じない」 holds: a device is the patient, not yet let go."""
    said = marks(deck, answers, situation)
    return "patient" in said and "power-off" not in said


def accepts(card: Card, answer: Answer) -> bool:
    """Whether the answer can be true as it stands."""
    return refusal(card, answer) is None


def refusal(card: Card, answer: Answer) -> str | None:
    """Why an answer cannot be taken: choose_one, read_first (an irreversible act), or contradicts."""
    chosen = [chip for chip in card.chips if chip.id in answer.chips]
    if answer.kind == "seen" and card.pick == "one" and len(chosen) != 1:
        return "choose_one"
    if answer.kind == "seen" and card.must and card.must not in answer.chips:
        return "read_first"
    return "contradicts" if contradiction(card, answer) else None


def contradiction(card: Card, answer: Answer) -> tuple[str, ...]:
    """The chips that cannot be true together, or beside the button that was pressed; empty when there are none."""
    chosen = [chip for chip in card.chips if chip.id in answer.chips]
    other = tuple(chip.id for chip in chosen if chip.instead)
    if len(other) > 1 or (other and answer.kind != "seen"):
        return other
    for chip in chosen:
        for rival in chosen:
            if rival.id in chip.not_with:
                return chip.id, rival.id
    return ()


def _said(card: Card, answer: Answer) -> Iterator[Card | Chip | Exit]:
    chosen = [chip for chip in card.chips if chip.id in answer.chips]
    if answer.kind == "seen" and not any(chip.instead for chip in chosen):
        yield card
    way_out = _exit(card, answer)
    if way_out:
        yield way_out
    if answer.kind == "seen" or (way_out and not card.must and answer.kind != "skipped"):
        yield from chosen


def _exit(card: Card, answer: Answer) -> Exit | None:
    if answer.kind == "skipped" and card.question:
        return card.unknown  # a question left open is not known: never "no" (truth 6)
    return {"unknown": card.unknown, "cannot": card.cannot}.get(answer.kind)


def _shown(card: Card, said: frozenset[str]) -> bool:
    some = not card.when or bool(said & set(card.when))
    return some and said >= set(card.when_all) and not said & set(card.unless)


def _soon(found: Sequence[Situation]) -> bool:
    return any(one.soon for one in found)


def _ranks(found: Sequence[Situation]) -> Callable[[Card], int]:
    """A card's place in the order of danger, in these situations."""
    stages = list(STAGES)
    if _soon(found):
        for name in SOON:
            stages.remove(name)
        at = stages.index("proof") + 1
        stages[at:at] = SOON
    live = any(one.live for one in found)
    return lambda card: stages.index("live" if live and card.live else card.stage)


def _sorted(deck: Deck, found: Sequence[Situation], said: frozenset[str], *, preset: bool) -> list[Card]:
    names = [name for name in START if not (preset and name == FIRST_LOOK)]
    for one in found:
        names += one.deck
        for branch in one.branches:
            if (not branch.when or said & set(branch.when)) and not said & set(branch.unless):
                names += branch.deck
    names = list(dict.fromkeys(names))
    cards = [deck.cards[name] for name in names if name in deck.cards]
    return sorted(cards, key=_ranks(found))


def _urgency(deck: Deck, situation: Situation) -> int:
    """The stage of its first deed: money before the cut before proof."""
    said = frozenset({situation.id, *situation.marks})
    names = [*situation.deck, *(name for branch in situation.branches for name in branch.deck)]
    cards = [deck.cards[name] for name in names if name in deck.cards]
    deeds = [STAGES.index(card.stage) for card in cards if card.stage != "start" and _shown(card, said)]
    return min(deeds, default=len(STAGES))
