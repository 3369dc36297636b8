"""Letters for window envelopes: one person a letter, some at a time in one PDF, so that printing can be stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.engines import paper as printing
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper.model import Window
from hikeshi.notify.delivery import acts, entries, merging, people, rules

A_PART = 100
"""Letters in one PDF: a minute or two of printing, and a paper tray."""


def whom(now: rules.Standing, listed: dict[int, people.Recipient]) -> list[int]:
    """Who gets a letter: everybody of a list by post, else those for whom somebody decided so."""
    return [
        number
        for number, person in now.people.items()
        if person.state != "broken" or person.way == "post"
        if (now.way == "post" and person.state != "left") or person.way == "post"
        if number in listed and listed[number].address
    ]


def parts(now: rules.Standing, listed: dict[int, people.Recipient]) -> list[dict[str, int]]:
    """The PDFs there are: number, from, to, how many."""
    numbers = whom(now, listed)
    some = [numbers[at : at + A_PART] for at in range(0, len(numbers), A_PART)]
    return [{"part": n, "first": one[0], "last": one[-1], "count": len(one)} for n, one in enumerate(some, 1)]


def made(case: Any, now: rules.Standing, part: int, actor: casebook.Actor) -> bytes:
    """One PDF of letters; it is kept, and the record says for whom. Problems as when it is sent."""
    listed = people.kept(case, now.recipients)
    numbers = whom(now, listed)[(part - 1) * A_PART : part * A_PART] if part > 0 else []
    if not now.begun_at or not numbers:
        raise Problem("notify.no_such_delivery")
    # By post, whichever way the list went at first: a mailbox that is suspect closes no letter box.
    found = acts.paper(case, replace(now, way="post"))
    document = merging.letters(found.document, [listed[number] for number in numbers], Window)
    data = printing.to_pdf(document, substitute=True)
    name = f"{case.reference}-letters-{now.delivery}-{part}.pdf"
    kept = casebook.evidence_entry(case, data, name, actor, purpose=f"delivery:{now.delivery}")
    sha256 = str(kept.data.sha256)
    said = entries.DeliveryPrinted(delivery=now.delivery, sha256=now.sha256, numbers=numbers, file=sha256)
    once = f"{now.delivery}-print-{sha256[:24]}"
    casebook.record(case, [kept, casebook.Entry(said, actor, step=acts.STEP)], request_id=once)
    return data
