"""What the page of one card shows, for a case and for a visitor who has not signed in alike."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext, ngettext

from hikeshi.contain import phonebook, rules
from hikeshi.contain.answering import Given, reasons, said
from hikeshi.contain.forms import AGO
from hikeshi.contain.reading import Walk, chip_words


def card_page(
    walk: Walk, name: str, lang: str, *, prepared: Sequence[Any], given: Given | None = None, text: str = ""
) -> dict[str, Any]:
    """Template variables of contain/card.html. `given`: what was sent and could not be taken. `text`: kept words."""
    card, words = walk.card(name), walk.words(name, lang)
    row = walk.rows.get(name)
    labels = chip_words(walk, card, lang)
    chosen = given.chips if given else tuple(row.chips) if row else ()
    place = walk.place(name)
    return {
        "card": card,
        "words": words,
        "chips": [(chip.id, labels[chip.id]) for chip in card.chips if not chip.instead],
        "instead": [(chip.id, labels[chip.id]) for chip in card.chips if chip.instead],
        "look": look_groups(walk, lang, chosen) if name == rules.FIRST_LOOK else None,
        "reasons": list(reasons().items()),
        "chosen": chosen,
        "text": given.text if given else text,
        "row": row,
        "place": place,
        "counted": card.stage != "start",
        "danger": danger_words(place.danger),
        "situations": walk.situation_names(lang),
        "patient": walk.patient,
        "previous": walk.previous(name),
        "sources": [
            {"title": found.title[lang], "url": found.url, "read": found.read}
            for found in (walk.shelf.sources[source] for source in card.sources)
        ],
        "numbers": phonebook.numbers(card.contacts, prepared, lang),
        "ago": [("0", gettext("いま")), *((str(minutes), ago_words(minutes)) for minutes in AGO)],
        # A card that asks when something was noticed shows the time; where a deed is recorded, now is mostly right.
        "noticing": any(fact.time == "given" for fact in card.facts),
        "photo": card.photo and card.pick != "one",
        "this_machine": name == "leave-machine",
    }


def look_groups(walk: Walk, lang: str, chosen: Sequence[str]) -> dict[str, Any]:
    """The first look: the commonest things grouped by where one sees them; the rest behind 「ほかのこと」."""
    names = {
        "screen": gettext("画面・機械に"),
        "sent": gettext("送ったもの・持ち物に"),
        "account": gettext("お金・アカウント・サイトに"),
        "told": gettext("人から聞いた"),
        "other": gettext("そのほか"),
    }

    def grouped(*, common: bool) -> list[dict[str, Any]]:
        found = [one for one in walk.shelf.deck.situations.values() if one.common == common]
        rows = [
            {
                "name": names[group],
                "chips": [
                    {"id": one.id, "words": walk.shelf.situations[one.id][lang], "on": one.id in chosen}
                    for one in found
                    if one.group == group
                ],
            }
            for group in rules.GROUPS
        ]
        return [row for row in rows if row["chips"]]

    rest = grouped(common=False)
    return {
        "common": grouped(common=True),
        "rest": rest,
        "count": sum(len(row["chips"]) for row in rest),
        "open": any(chip["on"] for row in rest for chip in row["chips"]),
    }


def ago_words(minutes: int) -> str:
    """30分前, 3時間前"""
    if minutes < 60:
        return ngettext("%(n)d分前", "%(n)d分前", minutes) % {"n": minutes}
    return ngettext("%(n)d時間前", "%(n)d時間前", minutes // 60) % {"n": minutes // 60}


def danger_words(danger: str) -> str:
    """How soon: a word, never a colour alone."""
    return {"now": gettext("いますぐ"), "today": gettext("今日中"), "week": gettext("今週中")}[danger]


def list_page(walk: Walk, lang: str) -> dict[str, Any]:
    """Template variables of contain/list.html: the cards in order, each with its answer."""
    rows = []
    for name in walk.order:
        row = walk.rows.get(name)
        rows.append(
            {
                "card": name,
                "title": walk.words(name, lang).title,
                "danger": danger_words(walk.place(name).danger),
                "row": row,
                "said": _said(walk, row, lang) if row else "",
                "next": name == walk.next,
            }
        )
    return {
        "rows": rows,
        "next": walk.next,
        "done": len(walk.order) - sum(1 for row in rows if not row["row"]),
        "total": len(walk.order),
        "situations": walk.situation_names(lang),
        "patient": walk.patient,
    }


def _said(walk: Walk, row: Any, lang: str) -> str:
    if row.said:
        return "、".join(row.said) if lang == "ja" else "; ".join(row.said)
    # A draft keeps codes only: its words are made when it is shown.
    given = Given(row.card, row.answer, tuple(row.chips), reason=getattr(row, "reason", ""))
    return ("、" if lang == "ja" else "; ").join(said(walk, given, lang))


def situation_links(walk: Walk, lang: str) -> list[dict[str, str]]:
    """Every situation, commonest first, to be opened by its address."""
    words = {name: walk.shelf.situations[name][lang] for name in walk.shelf.deck.situations}
    return [{"id": name, "name": one.name, "seen": one.seen, "also": one.also} for name, one in words.items()]
