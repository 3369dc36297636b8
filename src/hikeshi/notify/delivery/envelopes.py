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
        if person.state != "left" and "post" in (now.way, person.way)
        if number in listed and listed[number].address
    ]


def part_of(number: int) -> int:
    """The PDF in which somebody's letter is: always the same one, whoever else of the list gets none any more."""
    return (number - 1) // A_PART + 1


def parts(now: rules.Standing, listed: dict[int, people.Recipient]) -> list[dict[str, Any]]:
    """The PDFs there are: number, how many letters, how many of them were printed, and who was not."""
    some: dict[int, list[int]] = {}
    for number in whom(now, listed):
        some.setdefault(part_of(number), []).append(number)
    found = []
    for part, numbers in sorted(some.items()):
        missing = [number for number in numbers if not now.people[number].printed]
        to_post = [n for n in numbers if now.people[n].printed and now.people[n].state not in ("sent", "told")]
        counted = {"count": len(numbers), "printed": len(numbers) - len(missing), "to_post": len(to_post)}
        found.append({"part": part, "missing": missing, **counted})
    return found


def posted(case: Any, delivery: str, part: int, actor: casebook.Actor, **named: Any) -> None:
    """The letters of one PDF were handed to the post: those that were printed. Keyword: request_id."""
    now = acts.standing(case, delivery)
    numbers = [number for number in whom(now, people.kept(case, now.recipients)) if part_of(number) == part]
    acts.posted(case, delivery, numbers, actor, **named)


def made(case: Any, now: rules.Standing, part: int, actor: casebook.Actor) -> bytes:
    """One PDF of letters; it is kept, and the record says for whom. Problems as when it is sent."""
    listed = people.kept(case, now.recipients)
    numbers = [number for number in whom(now, listed) if part_of(number) == part]
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
