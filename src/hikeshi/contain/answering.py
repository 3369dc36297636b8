"""Records the answer to a card: the entry, the photos, and the facts it states, in one commit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from django.utils import timezone, translation
from django.utils.translation import gettext

from hikeshi.casebook import services as casebook
from hikeshi.contain import reading, rules
from hikeshi.contain.cards import LANGUAGES
from hikeshi.contain.entries import CardAnswered
from hikeshi.contain.reading import Walk, chip_words
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger import kinds

STEP = {"S1.1", "S1.2", "S1.3a", "S1.3b", "S1.3c"}
PHOTO_LIMIT = 60 * 1024 * 1024
TEXT_LIMIT = 5000
REASONS = ("later", "not-here", "asked", "other")
"""Why a card is not done now, each one tap; the last one asks for words."""


@dataclass(frozen=True)
class Given:
    """An answer as a person gave it. `occurred_at` None: now, or not said."""

    card: str
    answer: rules.Kind
    chips: tuple[str, ...] = ()
    text: str = ""
    occurred_at: datetime | None = None
    photos: Sequence[tuple[BinaryIO, str]] = field(default=())
    from_draft: bool = False
    reason: str = ""


def reasons() -> dict[str, str]:
    """The reasons for not doing a card now, in words."""
    words = (
        gettext("あとでやる"),
        gettext("うちには当てはまらない"),
        gettext("人に頼んだ"),
        gettext("ほかの理由（上に書いた）"),
    )
    return dict(zip(REASONS, words, strict=True))


def check(walk: Walk, given: Given) -> None:
    """Raise a Problem unless this answer can be taken."""
    card = walk.shelf.deck.cards.get(given.card)
    if card is None:
        raise Problem("contain.no_such_card", card=given.card[:60])
    unknown = set(given.chips) - set(chip_words(walk, card, "ja"))
    if unknown:
        raise Problem("contain.no_such_chip", chip=sorted(unknown)[0][:60])
    plain = rules.Answer(given.card, given.answer, given.chips)
    if refused := rules.refusal(card, plain):
        labels, clash = chip_words(walk, card, reading.language()), rules.contradiction(card, plain)
        raise Problem(f"contain.{refused}", **({"chips": _listed([labels[chip] for chip in clash])} if clash else {}))
    if given.answer == "skipped" and (
        given.reason not in REASONS or (given.reason == "other" and not given.text.strip())
    ):
        raise Problem("contain.say_why")
    if card.id == rules.FIRST_LOOK and given.answer == "seen" and not (given.chips or given.text.strip()):
        raise Problem("contain.say_what_was_seen")
    if given.answer == "seen" and card.chooses and not (given.chips or given.text.strip()):
        raise Problem("contain.choose_some")
    if len(given.text) > TEXT_LIMIT:
        raise Problem("contain.text_too_long", limit=TEXT_LIMIT)


def _listed(labels: list[str]) -> str:
    return (
        "".join(f"「{label}」" for label in labels)
        if reading.language() == "ja"
        else ", ".join(f"“{label}”" for label in labels)
    )


def answer(case: Any, actor: Any, given: Given, *, lang: str, request_id: str | None = None) -> list[Any]:
    """Record one answer; answering again names the earlier entry. Returns what was recorded."""
    walk = reading.walk_of(case)
    check(walk, given)
    once: dict[str, Any] = {"purpose": "photo", "form": request_id}
    kept = [
        casebook.keep_file(case, stream, name, actor, max_bytes=PHOTO_LIMIT, **once) for stream, name in given.photos
    ]
    photos = [one.data["sha256"] for one in kept]
    return casebook.record(case, _entries(case, walk, actor, given, photos, lang), request_id=request_id)


def _entries(case: Any, walk: Walk, actor: Any, given: Given, photos: list[str], lang: str) -> list[Any]:
    card = walk.card(given.card)
    earlier = walk.rows.get(card.id)
    text = given.text.strip()
    data = CardAnswered(
        card=card.id,
        title=walk.words(card.id, lang).title,
        answer=given.answer,
        said=said(walk, given, lang),
        chips=list(given.chips),
        situation=",".join(one.id for one in rules.situations(walk.shelf.deck, walk.answers)),
        text=casebook.keep_text(case, text) if text else None,
        photos=photos,
        checked=card.checked,
        from_draft=given.from_draft,
    )
    step = card.plan if card.plan in STEP else "S1.2"
    named: dict[str, Any] = {"occurred_at": given.occurred_at, "step": step}
    found = [casebook.Entry(data, actor, corrects=earlier.number if earlier else None, **named)]
    if card.id == rules.FIRST_LOOK and not case.title and given.chips:
        names = [one.name for one in (walk.shelf.situations[chip][lang] for chip in given.chips)]
        title = ("、" if lang == "ja" else "; ").join(names)[:200]
        # The casebook's own kind, made by its name: a room may add any known entry to its commit.
        renamed = kinds.from_data("case.renamed", 1, {"title": title, "situation": given.chips[0]})
        found.append(casebook.Entry(renamed, actor, step=step))
    return found + _facts(case, walk, actor, given, earlier, lang, named)


def said(walk: Walk, given: Given, lang: str) -> list[str]:
    """The words of the buttons and chips that were pressed."""
    card, words = walk.card(given.card), walk.words(given.card, lang)
    labels = chip_words(walk, card, lang)
    chosen = [labels[chip] for chip in given.chips if chip in labels]
    if given.answer == "skipped":
        with translation.override(lang):
            return [gettext("今はやらない"), *(reasons()[name] for name in (given.reason,) if name in REASONS)]
    # What says otherwise than the main button is a button itself: then the main one was not pressed.
    own = "" if any(chip.instead for chip in card.chips if chip.id in given.chips) else words.primary
    button = {"seen": own, "unknown": words.unknown, "cannot": words.cannot}.get(given.answer, "")
    # Of 「わからない → 念のため、スマホか紙に移る」 the answer is the first half; the second is where it leads.
    return [part for part in (button.split("→")[0].strip(), *chosen) if part]


def _facts(case: Any, walk: Walk, actor: Any, given: Given, earlier: Any, lang: str, named: Any) -> list[Any]:
    known = casebook.facts(case)
    deck, sources = walk.shelf.deck, _sources(walk, given.card)
    mine = {key for key, fact in known.items() if fact.source in sources.values()}
    now = rules.facts(deck, rules.Answer(given.card, given.answer, given.chips))
    before = rules.facts(deck, reading.as_answer(earlier)) if earlier else []
    gone = _again(case, earlier) if earlier else None
    entries = []

    def state(key: str, value: Any, status: str, text: str) -> None:
        told = {"source": sources[lang], "text": text, **named}
        entries.append(casebook.fact_entry(case, key, value, status, actor, **told))

    for fact in now:
        lines = casebook.text(case, known[fact.key].text_sha256) if fact.text and fact.key in known else ""
        if gone:
            lines = _without(lines, _line(walk, fact, gone, lang))
        stated = _stated(walk, given, fact, known.get(fact.key), lines, lang, mine=fact.key in mine)
        if stated is not None:
            guessed = fact.text == "look" and not given.text.strip()
            state(fact.key, stated[0], "suspected" if guessed else fact.status, stated[1])
    for fact in before:
        if gone and fact.key in mine and fact.key not in {one.key for one in now}:
            # What the earlier answer had stated is taken back: not known any more. Never "no" (truth 6).
            lines = _without(casebook.text(case, known[fact.key].text_sha256), _line(walk, fact, gone, lang))
            state(fact.key, None, known[fact.key].status if lines else "unknown", lines)
    return entries


def _sources(walk: Walk, card: str) -> dict[str, str]:
    """What a fact names as its source, in each language."""
    named = {}
    for lang in LANGUAGES:
        with translation.override(lang):
            named[lang] = gettext("初動のカード「%(title)s」") % {"title": walk.words(card, lang).title}
    return named


def _stated(
    walk: Walk, given: Given, fact: rules.FactSaid, known: Any, lines: str, lang: str, *, mine: bool
) -> tuple[Any, str] | None:
    """Value and words of a fact, or None when there is nothing to state. `lines`: what others had said of it."""
    if fact.time:
        if fact.time == "given" and given.occurred_at is None:
            return None
        if fact.time == "now" and known is not None and known.status == "confirmed" and not mine:
            return None  # the first cut counts; a later one does not move the moment
        return timezone.localtime(given.occurred_at or timezone.now()).isoformat(timespec="seconds"), ""
    if fact.text:
        line = _line(walk, fact, given, lang)
        return (None, "\n".join(part for part in (_without(lines, line), line) if part)) if line else None
    return list(fact.value) if isinstance(fact.value, tuple) else fact.value, ""


def _line(walk: Walk, fact: rules.FactSaid, given: Given, lang: str) -> str:
    """The line that this answer adds to a fact of words."""
    text = " ".join(given.text.split())
    if fact.text == "look" and not text:
        labels = chip_words(walk, walk.card(given.card), lang)
        return ("、" if lang == "ja" else "; ").join(labels[chip] for chip in given.chips)
    if fact.text in ("said", "look"):
        return text
    if fact.text == "done":
        done = walk.words(given.card, lang).done
        return f"{done} ({text})" if text else done
    return ""


def _without(lines: str, line: str) -> str:
    return "\n".join(one for one in lines.splitlines() if one and one != line)


def _again(case: Any, row: Any) -> Given:
    """The earlier answer as it was given, to know which line it had added."""
    return Given(row.card, row.answer, tuple(row.chips), casebook.text(case, row.text_sha256))


def adopt(case: Any, actor: Any, drafted: Iterable[Given], *, lang: str) -> int:
    """Take a draft's answers into the record, one commit each; how many were taken.

    A card that was answered in the record meanwhile keeps that answer, and what a card cannot take is not lost either:
    both join as notes.
    """
    count = 0
    for given in drafted:
        walk = reading.walk_of(case)
        if given.card not in walk.shelf.deck.cards:
            continue
        if given.card in walk.rows or not _can_take(walk, given):
            parts = [walk.words(given.card, lang).title, *said(walk, given, lang), given.text[:TEXT_LIMIT]]
            told = " / ".join(part for part in parts if part)
            casebook.add_note(case, told, actor, occurred_at=given.occurred_at, step="S1.2")
        else:
            answer(case, actor, given, lang=lang)
        count += 1
    return count


def _can_take(walk: Walk, given: Given) -> bool:
    try:
        check(walk, given)
    except Problem:
        return False
    return True
