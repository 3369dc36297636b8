"""Finds the cards in `cards/<situation>/`: `card.toml` (order, conditions, exits), `ja.toml` and `en.toml` (words).

A folder whose name begins with `_` lends cards to others and is no situation. See docs/kinds/card.md.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hikeshi.contain.rules import GROUPS, Branch, Card, Chip, Deck, Exit, FactSaid, Situation

ROOT = Path(__file__).parent / "cards"
LANGUAGES = ("ja", "en")


class CardError(ValueError):
    """A card's file says something that cannot be right. The message names the file and the place in it."""


@dataclass(frozen=True)
class Source:
    """Where an advice comes from. `read`: the text itself was read; else it is second-hand or practice."""

    id: str
    title: Mapping[str, str]
    url: str
    read: bool


@dataclass(frozen=True)
class Words:
    """The words of one card in one language."""

    title: str
    lines: tuple[str, ...]
    dont: tuple[str, ...]
    why: str
    primary: str
    unknown: str
    cannot: str
    chips: Mapping[str, str]
    ask: str
    done: str


@dataclass(frozen=True)
class SituationWords:
    """The words of one situation: the chip (`seen`, one thing), its short name; `also`: what else brings one here."""

    name: str
    seen: str
    also: str = ""


@dataclass(frozen=True)
class Shelf:
    """Everything found: the deck for the rules, the words and sources for the page; `marks`: a condition in words."""

    deck: Deck
    words: Mapping[str, Mapping[str, Words]]
    situations: Mapping[str, Mapping[str, SituationWords]]
    sources: Mapping[str, Source]
    marks: Mapping[str, Mapping[str, str]]


@cache
def shelf(root: Path = ROOT) -> Shelf:
    """All cards, read once."""
    cards: dict[str, Card] = {}
    found: dict[str, Situation] = {}
    words: dict[str, dict[str, Words]] = {}
    names: dict[str, dict[str, SituationWords]] = {}
    sources: dict[str, Source] = {}
    marks: dict[str, Mapping[str, str]] = {}
    for folder in sorted(path.parent for path in root.glob("*/card.toml")):
        data = _read(folder / "card.toml")
        texts = {lang: _read(folder / f"{lang}.toml") for lang in LANGUAGES}
        for name, item in data.get("sources", {}).items():
            sources[f"{folder.name}/{name}"] = _source(f"{folder.name}/{name}", item)
        marks |= data.get("marks", {})
        for item in data.get("card", []):
            card = _card(folder, item)
            if card.id in cards:
                raise CardError(f"{folder}/card.toml: card {card.id} is also in {cards[card.id].folder}")
            cards[card.id] = card
            words[card.id] = {lang: _words(folder / f"{lang}.toml", card, texts[lang]) for lang in LANGUAGES}
        if not folder.name.startswith("_"):
            found[folder.name] = _situation(folder, data)
            names[folder.name] = {lang: _situation_words(folder / f"{lang}.toml", texts[lang]) for lang in LANGUAGES}
    deck = Deck(cards, dict(sorted(found.items(), key=lambda one: one[1].order)))
    _check(deck, sources)
    return Shelf(deck, words, names, sources, marks)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CardError(f"{path}: {error}") from error


def _take(path: Path, item: Mapping[str, Any], allowed: Mapping[str, type]) -> dict[str, Any]:
    """Only known keys of the right type; a misspelt key in a card must not pass in silence."""
    for key, value in item.items():
        if key not in allowed or not isinstance(value, allowed[key]):
            raise CardError(
                f"{path}: {item.get('id', '')} {key}: not known, or not {allowed.get(key, object).__name__}"
            )
    return {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}


def _facts(path: Path, items: list[dict[str, Any]]) -> tuple[FactSaid, ...]:
    facts = []
    for item in items:
        taken = _take(path, item, {"key": str, "value": object, "status": str, "time": str, "text": str})
        facts.append(FactSaid(**({"value": None} | taken)))
    return tuple(facts)


def _exit(path: Path, item: Mapping[str, Any]) -> Exit:
    taken = _take(path, item, {"to": str, "marks": list, "facts": list})
    return Exit(taken.get("to"), taken.get("marks", ()), _facts(path, list(taken.get("facts", ()))))


def _chip(path: Path, item: Mapping[str, Any]) -> Chip:
    allowed = {"id": str, "marks": list, "facts": list, "instead": bool, "not_with": list, "to": str}
    taken = _take(path, item, allowed)
    taken["facts"] = _facts(path, list(taken.get("facts", ())))
    return Chip(**taken)


def _card(folder: Path, item: Mapping[str, Any]) -> Card:
    path = folder / "card.toml"
    lists, flags = (
        ("when", "when_all", "unless", "marks", "contacts"),
        ("question", "detour", "live", "photo", "text", "time", "none_is_an_answer", "band"),
    )
    allowed: dict[str, type] = dict.fromkeys(("id", "stage", "danger", "plan", "hat", "pick", "must"), str)
    allowed |= dict.fromkeys(flags, bool) | dict.fromkeys(lists, list)
    allowed |= {"checked": dt.date, "sources": list, "chips": list, "facts": list, "unknown": dict, "cannot": dict}
    taken = _take(path, item, allowed)
    taken["folder"] = folder.name
    taken["checked"] = taken["checked"].isoformat()
    taken["sources"] = tuple(f"{folder.name}/{name}" for name in taken["sources"])
    taken["chips"] = tuple(_chip(path, chip) for chip in taken.get("chips", ()))
    taken["facts"] = _facts(path, list(taken.get("facts", ())))
    taken["unknown"] = _exit(path, taken.get("unknown", {}))
    taken["cannot"] = _exit(path, taken.get("cannot", {}))
    return Card(**taken)


def _situation(folder: Path, data: Mapping[str, Any]) -> Situation:
    path = folder / "card.toml"
    allowed: dict[str, type] = {"order": int, "group": str, "deck": list, "marks": list, "then": list, "facts": list}
    allowed |= dict.fromkeys(("patient", "soon", "live", "common"), bool)
    taken = _take(path, data.get("situation", {}), allowed)
    taken["facts"] = _facts(path, list(taken.get("facts", ())))
    keys = {"when": list, "unless": list, "deck": list}
    branches = tuple(Branch(**_take(path, branch, keys)) for branch in taken.pop("then", ()))
    return Situation(folder.name, branches=branches, **taken)


def _source(name: str, item: Mapping[str, Any]) -> Source:
    return Source(name, {lang: item[lang] for lang in LANGUAGES}, item.get("url", ""), item["read"])


def _words(path: Path, card: Card, texts: Mapping[str, Any]) -> Words:
    try:
        item = texts[card.id]
    except KeyError:
        raise CardError(f"{path}: no words for card {card.id}") from None
    chips = item.get("chips", {})
    if set(chips) != {chip.id for chip in card.chips}:
        raise CardError(f"{path}: {card.id}: chips {sorted(chips)} are not those of card.toml")
    stated = [*card.facts, *(fact for chip in card.chips for fact in chip.facts)]
    tells = any(fact.text == "done" for fact in stated)
    if ("done" in item) != tells:
        raise CardError(f"{path}: {card.id}: `done` goes with a fact whose text = done")
    if ("ask" in item) != card.text or ("primary" in item) == (card.pick == "one"):
        raise CardError(f"{path}: {card.id}: `ask` goes with text = true, `primary` with every card but pick = one")
    return Words(
        title=item["title"],
        lines=tuple(item["lines"]),
        dont=tuple(item["dont"]),
        why=item["why"],
        primary=item.get("primary", ""),
        unknown=item["unknown"],
        cannot=item["cannot"],
        chips=chips,
        ask=item.get("ask", ""),
        done=item.get("done", ""),
    )


def _situation_words(path: Path, texts: Mapping[str, Any]) -> SituationWords:
    try:
        return SituationWords(**texts["situation"])
    except (KeyError, TypeError) as error:
        raise CardError(f"{path}: [situation] needs name and seen") from error


def _check(deck: Deck, sources: Mapping[str, Source]) -> None:
    for one in deck.situations.values():
        if one.group not in GROUPS:
            raise CardError(f"cards/{one.id}/card.toml: there is no group {one.group}")
        for name in [*one.deck, *(name for branch in one.branches for name in branch.deck)]:
            if name not in deck.cards:
                raise CardError(f"cards/{one.id}/card.toml: there is no card {name}")
    for card in deck.cards.values():
        exits = [card.unknown.to, card.cannot.to, *(chip.to for chip in card.chips)]
        lost = [to for to in exits if to and to not in deck.cards]
        lost += [name for chip in card.chips for name in chip.not_with if name not in {one.id for one in card.chips}]
        lost += [name for name in card.sources if name not in sources]
        if lost or not card.sources:
            raise CardError(f"cards/{card.folder}/card.toml: {card.id}: leads to {lost}, or names no source")
