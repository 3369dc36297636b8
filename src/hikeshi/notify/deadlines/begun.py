"""What a card of the first hour says was begun: a talk by telephone is shown with the duty, and never closes it.

Which cards begin a duty stands in its file (`begun_by`): the first hour is a room beside this one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.notify.law import lawfiles

SHAPE = "card.answered"


def begun(case: Any) -> dict[str, datetime]:
    """When each duty was first spoken about, by the newest answer to its cards."""
    newest = {entry.data["card"]: entry for entry in casebook.entries(case, [SHAPE])}
    found: dict[str, datetime] = {}
    for duty in lawfiles.shipped().duties:
        answers = [(newest[call.card], call) for call in duty.begun_by if call.card in newest]
        talks = [
            entry.occurred.start if entry.occurred else entry.recorded_at
            for entry, call in answers
            if entry.data["answer"] == "seen" and not call.unless & set(entry.data["chips"])
        ]
        if talks:
            found[duty.id] = min(talks)
    return found
