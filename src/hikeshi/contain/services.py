"""What other rooms may ask of the first hour: the cards, the answers so far, what comes next, whom to call."""

from typing import Any

from django.utils.translation import gettext, ngettext

from hikeshi.contain import accounts_pages, standing
from hikeshi.contain.accounts_reading import standings as accounts
from hikeshi.contain.accounts_recording import Done as AccountStepDone
from hikeshi.contain.accounts_recording import Said as SaidOfAccount
from hikeshi.contain.accounts_recording import do_step as do_account_step
from hikeshi.contain.accounts_recording import name_accounts
from hikeshi.contain.answering import Given, adopt, answer
from hikeshi.contain.cards import Shelf, Words, shelf
from hikeshi.contain.pages import danger_words
from hikeshi.contain.phonebook import Number, numbers, prepared_kinds, public
from hikeshi.contain.phonebook import by_kind as numbers_by_kind
from hikeshi.contain.reading import Walk, answered, language, walk_of
from hikeshi.contain.rules import STAGES, Answer, on_paper

__all__ = [
    "STAGES",
    "AccountStepDone",
    "Answer",
    "Given",
    "Number",
    "SaidOfAccount",
    "Shelf",
    "Walk",
    "Words",
    "accounts",
    "adopt",
    "answer",
    "answered",
    "danger_words",
    "do_account_step",
    "name_accounts",
    "numbers",
    "numbers_by_kind",
    "on_paper",
    "prepared_kinds",
    "public",
    "shelf",
    "summary",
    "walk_of",
]


def summary(case: Any) -> dict[str, Any]:
    """For the board: the next card, how far step 1 is, and what matters about the machine that is the patient."""
    walk, lang = walk_of(case), language()
    base = f"/i/{case.reference}/first-hour/"
    found: dict[str, Any] = {"next": [], "steps": {1: "todo" if not walk.rows else "done"}, "lines": []}
    if walk.next:
        card, words, place = walk.card(walk.next), walk.words(walk.next, lang), walk.place(walk.next)
        found["steps"] = {1: "open" if walk.rows else "todo"}
        found["next"] = [
            {
                "title": words.title,
                "why": words.why,
                "hat": card.hat,
                "href": f"{base}{card.id}/",
                "action": gettext("続ける") if walk.rows else gettext("はじめる"),
                "urgency": 100 if place.danger == "now" else 60,
            }
        ]
    if walk.rows:
        left = sum(1 for name in walk.order if name not in walk.rows)
        text = (
            ngettext("あと%(n)d枚", "あと%(n)d枚", left) % {"n": left} if left else gettext("全部のカードに答えました")
        )
        found["lines"].append({"label": gettext("初動のカード"), "text": text, "href": f"{base}list/"})
    held = accounts_pages.summary(case, lang)
    found["next"] += held["next"]
    found["lines"] += held["lines"]
    if held["open"] and found["steps"][1] == "done":
        found["steps"] = {1: "open"}
    found["lines"] += standing.lines(case, walk)
    if walk.patient:
        found["lines"].append(
            {"label": gettext("おかしい機械"), "text": gettext("電源を切らない・再起動しない・ふたを閉じない")}
        )
    return found
