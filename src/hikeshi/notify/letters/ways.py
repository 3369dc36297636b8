"""Ways out and in that are closed while the mailbox or this machine is suspect, and those that are open instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hikeshi.casebook import services as casebook

MAIL, MACHINE = "own_mail_suspect", "own_machine_suspect"
# What goes through the mailbox; what goes through this machine as well.
SEND = {MAIL: ("mail",), MACHINE: ("mail", "web_form", "published")}
LAWYER = {MAIL: ("by_mail",), MACHINE: ("by_mail", "on_screen")}
CARD = "card.answered"


def suspect(case: Any) -> tuple[str, ...]:
    """Which of the two is suspect. 「わからない」 counts as suspect; what nobody was asked does not.

    Who answered the first card with 「いま触っているこの機械」 was asked about the machine.
    """
    known = casebook.facts(case)
    found = [key for key in (MAIL, MACHINE) if key in known and _suspect(known[key])]
    if MACHINE not in known and card_says_this_machine(case):
        found.append(MACHINE)
    return tuple(found)


def _suspect(fact: Any) -> bool:
    if fact.status == "unknown":
        return True
    if fact.status == "refuted":
        return fact.value is False
    return fact.value is not False or fact.status == "suspected"


def closed(case: Any, table: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The ways that are closed now, each with the fact that closes it."""
    return {way: key for key in suspect(case) for way in table[key]}


def unasked(case: Any, way: str = "mail") -> tuple[str, ...]:
    """Of the two those that this way goes through and of which nobody said anything yet."""
    known = casebook.facts(case)
    found = [key for key, through in SEND.items() if way in through and key not in known]
    return tuple(key for key in found if key != MACHINE or not card_says_this_machine(case))


def card_says_this_machine(case: Any) -> bool:
    """Whether the first card was answered with 「いま触っているこの機械」, or by somebody who cannot tell."""
    newest = next(
        (one for one in casebook.entries(case, [CARD], newest_first=True) if one.data["card"] == "card-zero"), None
    )
    if newest is None:
        return False
    return newest.data["answer"] in ("unknown", "cannot") or "this-one" in newest.data["chips"]
