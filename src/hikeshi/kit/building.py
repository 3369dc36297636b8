"""Makes the kit: one HTML file that needs nothing else, to be read on a phone, from a USB stick, or printed on A4."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from hikeshi.contain import services as contain
from hikeshi.kit import rules
from hikeshi.kit import tools as carried

HERE = Path(__file__).parent / "pocket"
LANGUAGES = ("ja", "en")
SIZE_LIMIT = 520_000
"""Bytes: small enough for a mail to oneself and any phone."""
KINDS = ("it", "insurer", "bank", "acquirer", "provider", "carrier", "police", "ipa", "lawyer")
BLANKS = 3
"""Empty lines to write on, behind the contacts."""


def build(
    contacts: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    name: str = "",
    today: date | None = None,
    drill: bool = False,
) -> bytes:
    """The file. `contacts`: by language what `prepare.services.contacts(workspace, lang)` gives; may be empty lists.

    `drill`: marked 訓練 in its title, above and below, since its contacts are made up.
    """
    style, script = _part("pocket.css"), _part("pocket.js")
    shelf = contain.shelf()
    context = {
        "style": mark_safe(style),  # noqa: S308 our own file
        "script": mark_safe(script),  # noqa: S308 our own file
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "name": name,
        "drill": drill,
        "today": today or timezone.localdate(),
        "header": rules.HEADER,
        "tools": carried.tools(),
        "sides": [_side(shelf, contacts.get(lang, ()), lang, name, today) for lang in LANGUAGES],
    }
    page = _squeeze(render_to_string("kit/pocket.html", context))
    for tool in carried.tools():  # after the squeeze: a script stays as it is, to the byte
        page = page.replace(f"@@{tool.name}@@", tool.text.replace("&", "&amp;").replace("<", "&lt;"))
    return page.encode()


def _side(shelf: Any, contacts: Sequence[Mapping[str, Any]], lang: str, name: str, today: date | None) -> SafeString:
    """Everything in one language."""
    numbers = {card: number for number, card in enumerate(card_numbers(shelf), start=1)}
    cards = [_card(shelf, card, numbers, lang) for card in numbers]
    situations = [
        {
            "id": one.id,
            "letter": chr(ord("A") + place),
            "seen": shelf.situations[one.id][lang].seen,
            "name": shelf.situations[one.id][lang].name,
            "rows": [
                {
                    "card": card,
                    "number": numbers[card],
                    "title": shelf.words[card][lang].title,
                    "when": rules.conditions(when, shelf.marks, lang),
                }
                for card, when in contain.on_paper(shelf.deck, one.id)
            ],
        }
        for place, one in enumerate(shelf.deck.situations.values())
    ]
    with translation.override(lang):
        return render_to_string(
            "kit/side.html",
            {
                "lang": lang,
                "name": name,
                "today": today or timezone.localdate(),
                "people": _people(contacts, lang),
                "blanks": range(BLANKS),
                "situations": situations,
                "cards": cards,
                "zero": shelf.words["card-zero"][lang],
                "leave": shelf.words["leave-machine"][lang],
                "tools": carried.tools(),
                "zip": carried.ZIP_NAME,
            },
        )


def _people(contacts: Sequence[Mapping[str, Any]], lang: str) -> list[Any]:
    """Every prepared contact first, then a line for each kind that has none: a public number, or room to write."""
    known = [contact for contact in contacts if contact.get("phone") or contact.get("name")]
    kinds = contain.numbers_by_kind(KINDS, known, lang)
    rest = [c for c in known if not any(c["kind"] in contain.prepared_kinds(kind) for kind in KINDS)]
    return [person for kind in kinds.values() for person in kind] + [
        contain.Number(
            kind=str(c["kind"]),
            name=c.get("name", ""),
            phone=c.get("phone", ""),
            role=c.get("kind_name", ""),
            hours=c.get("hours", ""),
            verified=c.get("verified"),
        )
        for c in rest
    ]


def _card(shelf: Any, name: str, numbers: Mapping[str, int], lang: str) -> dict[str, Any]:
    card, words = shelf.deck.cards[name], shelf.words[name][lang]
    return {
        "id": name,
        "number": numbers[name],
        "words": words,
        "danger": card.danger,
        "chips": list(words.chips.values()),
        "exits": [
            {"label": label, "to": to, "number": numbers.get(to or "")}
            for label, to in ((words.unknown, card.unknown.to), (words.cannot, card.cannot.to))
        ],
        "sources": [shelf.sources[source].title[lang] for source in card.sources],
        "checked": card.checked,
        "plan": card.plan,
    }


def card_numbers(shelf: Any) -> list[str]:
    """Every card once, in the order of danger: its place is its number on paper."""
    stages = {stage: place for place, stage in enumerate(contain.STAGES)}
    hidden = {"first-look"}
    return sorted(
        (name for name in shelf.deck.cards if name not in hidden), key=lambda n: stages[shelf.deck.cards[n].stage]
    )


def _part(name: str) -> str:
    # Squeezed before it is hashed: the file's own policy names the hash of exactly these bytes.
    return _squeeze((HERE / name).read_text(encoding="utf-8"))


def _squeeze(text: str) -> str:
    """Without the white space at both ends of lines, which is much of what a template makes."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
