"""What people decide about a delivery: each is an entry. Nothing here touches a network."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail import sheet
from hikeshi.engines.mail.address import Address, parse
from hikeshi.notify import letters, services
from hikeshi.notify.delivery import entries, merging, own, people, rules, setup
from hikeshi.notify.delivery.models import Delivery, DeliveryEvent
from hikeshi.notify.documents import marks
from hikeshi.notify.models import Letter

STEP = "S4.1a"
ENGINE = casebook.Actor("hikeshi", "火消し Hikeshi")
_PLAIN = frozenset({"host", "port", "user", "code", "document", "reference"})


def standing(case: Any, delivery: str) -> rules.Standing:
    """Where a delivery stands. Problem("notify.no_such_delivery")."""
    rows = DeliveryEvent.objects.filter(chain_id=case.chain_id, delivery=delivery).order_by("number")
    events = [rules.Event(row.kind, row.data, row.at, row.number) for row in rows]
    if not events or events[0].kind != "delivery.drafted":
        raise Problem("notify.no_such_delivery")
    return rules.fold(events)


def of_case(case: Any) -> list[rules.Standing]:
    """Every delivery of a case, newest first."""
    found = Delivery.objects.filter(chain_id=case.chain_id).order_by("-made_at", "-number")
    return [standing(case, row.delivery) for row in found]


def stage_of(document: str) -> tuple[str, Any]:
    """(kind, stage) of what entries call a document."""
    kind, _, stage = document.partition(".")
    return kind, stage or "preliminary"


def approved(case: Any) -> list[letters.Paper]:
    """The papers that may leave now: approved, still the same text, and nothing against the facts."""
    named = Letter.objects.filter(chain_id=case.chain_id).exclude(checked_at=None)
    found = []
    for document, language in sorted(set(named.values_list("document", "language"))):
        kind, stage = stage_of(document)
        try:
            paper = letters.paper_of(case, kind, language, stage)
        except Problem:  # a kind that a later version no longer has
            continue
        if paper.approved:
            found.append(paper)
    return found


def still_open(case: Any) -> None:
    """Problem for a closed incident, from which nothing leaves: who opens it again presses to go on."""
    fresh = casebook.find_case(casebook.workspace_of(case), case.reference)
    if fresh is None or fresh.closed_at is not None:
        raise Problem("notify.case_closed", reference=case.reference)


def paper(case: Any, now: rules.Standing, actor: casebook.Actor | None = None) -> letters.Paper:
    """The paper of a delivery, if exactly its text may leave this way now (and `actor` may send it); else a Problem."""
    still_open(case)
    kind, stage = stage_of(now.document)
    found = letters.paper_of(case, kind, now.language, stage)
    if found.sha256 != now.sha256 or not found.approved:
        raise Problem("notify.text_not_approved", document=found.kind.name(found.lang))
    letters.may_leave(case, found, now.way, actor)
    return found


# --- before it begins -----------------------------------------------------------------------------------------------


def draft(
    case: Any, found: letters.Paper, way: Any, rows: Sequence[Sequence[str]], actor: casebook.Actor, **named: Any
) -> str:
    """A list of people for this paper; the id of the delivery. Keywords: source (upload | typed), request_id."""
    if not found.approved:
        raise Problem("notify.text_not_approved", document=found.kind.name(found.lang))
    heading = sheet.has_heading(rows[0])
    guessed = sheet.guess(rows[0]) if heading else sheet.guess_by_cells(rows)
    data = entries.DeliveryDrafted(
        delivery=secrets.token_hex(8),
        way=way,
        document=found.key,
        language=found.lang,
        sha256=found.sha256,
        source=named.get("source", "upload"),
        rows=len(rows),
        heading=heading,
        guessed=guessed,
        table=people.keep(case, rows),
    )
    return str(_record(case, data, actor, **named).data["delivery"])


def settle(
    case: Any, delivery: str, columns: Sequence[str], heading: bool, actor: casebook.Actor, **named: Any
) -> None:
    """Say which column is which. Until sending begins this can be said anew."""
    now = standing(case, delivery)
    if now.begun_at:
        raise Problem("notify.delivery_begun")
    fields = [column if column in sheet.FIELDS else "" for column in columns]
    if len([column for column in fields if column]) != len({column for column in fields if column}):
        raise Problem("notify.columns_doubled")
    needed = {"mail": "email", "post": "address", "phone": "phone"}[now.way]
    if needed not in fields:
        raise Problem("notify.column_missing", column=needed)
    rows = people.table(case, now.table)
    found = people.read(rows[1:] if heading else rows, fields, now.way)
    found = own.judged(found, letters.facts_of(case, now.language), now.language)
    data = entries.DeliveryListed(
        delivery=delivery,
        columns=fields,
        heading=heading,
        count=len(found),
        broken=sum(bool(one.wrong) for one in found),
        recipients=people.keep(case, found),
    )
    _record(case, data, actor, **named)


def ask_test(case: Any, delivery: str, to: str, actor: casebook.Actor, **named: Any) -> None:
    """Ask for one mail to oneself; the worker sends it."""
    now = standing(case, delivery)
    _can_mail(case, now)
    paper(case, now, actor)
    address = parse(to)
    if not isinstance(address, Address):
        raise Problem("mail.bad_address", address=to[:120], what=address)
    data = entries.DeliveryTestAsked(
        delivery=delivery, test=secrets.token_hex(4), to=casebook.keep_text(case, address.plain)
    )
    _record(case, data, actor, **named)
    casebook.wake()


def begin(case: Any, delivery: str, sha256: str, actor: casebook.Actor, **named: Any) -> None:
    """Let exactly this text go out to the list, one message each; the worker sends it."""
    now = standing(case, delivery)
    if now.begun_at:
        raise Problem("notify.delivery_begun")
    if not now.recipients:
        raise Problem("notify.columns_first")
    if now.way == "mail":
        _can_mail(case, now)
    if sha256 != now.sha256:
        raise Problem("notify.text_changed")
    found = paper(case, now, actor)
    listed = people.kept(case, now.recipients)
    if len(listed) != now.count:
        raise Problem("notify.list_disposed")
    if odd := own.changed(listed.values(), letters.facts_of(case, now.language), now.language):
        raise Problem("notify.list_against_facts", count=len(odd), first=odd[0])
    theirs = [item for one in listed.values() for item in one.items.splitlines()]
    if unsaid := marks.unsaid(found.text, theirs, found.lang):
        raise Problem("notify.list_unsaid", items=" / ".join(unsaid))
    text = casebook.keep_text(case, found.text)
    data = entries.DeliveryBegun(
        delivery=delivery,
        document=now.document,
        language=now.language,  # type: ignore[arg-type]
        sha256=sha256,
        subject=found.document.title,
        slot=merging.slot_of(found.document, found.text),
        count=now.count,
        held=[one.number for one in listed.values() if one.wrong],
        text=text,
        recipients=[casebook.Blob(blob) for blob in now.recipients],
    )
    _record(case, data, actor, **named)
    casebook.wake()


def _can_mail(case: Any, now: rules.Standing) -> None:
    if now.way != "mail":
        raise Problem("notify.not_by_mail")
    if case.drill:
        raise Problem("notify.drill_sends_nothing")
    if setup.mail(casebook.workspace_of(case)) is None:
        raise Problem("notify.mail_not_set_up")


def plain_params(problem: Problem | None) -> dict[str, str]:
    """Of a problem's parameters those that a record may hold for ever: numbers, and names out of our own settings.

    What a letter says, an address of the list, a server's own words may be somebody's data: they are left out.
    """
    params = problem.params if problem else {}
    return {key: str(value)[:300] for key, value in params.items() if isinstance(value, int) or key in _PLAIN}


# --- while it runs, and after ---------------------------------------------------------------------------------------


def pause(case: Any, delivery: str, on: bool, actor: casebook.Actor, **named: Any) -> None:
    """Stop sending after the message at hand, or go on. Keyword: problem (why it stopped by itself)."""
    problem: Problem | None = named.pop("problem", None)
    now = standing(case, delivery)
    if now.stage not in ("running", "paused") or now.paused == on:
        return
    data = entries.DeliveryPaused(
        delivery=delivery, on=on, problem=problem.code if problem else "", params=plain_params(problem)
    )
    _record(case, data, actor, **named)
    casebook.wake()


def new_text(case: Any, now: rules.Standing) -> letters.Paper | None:
    """The text that took the place of the one of this delivery, once it is approved."""
    kind, stage = stage_of(now.document)
    found = letters.paper_of(case, kind, now.language, stage)
    return found if found.approved and found.sha256 != now.sha256 else None


def rest(case: Any, delivery: str, actor: casebook.Actor, **named: Any) -> str:
    """Those who still wait get the text as it is approved now: a new delivery of them alone, which somebody begins.

    In the old one they are left, with the reason; all of it in one step, so that nobody stands in both. The id of the
    new one. Problems notify.nobody_waits, notify.text_not_approved, notify.list_disposed. Keyword: request_id.
    """
    now = standing(case, delivery)
    found = new_text(case, now)
    waiting = [n for n, person in now.people.items() if person.state in ("waiting", "later")]
    if now.stage != "paused" or now.unfinished or not waiting:
        raise Problem("notify.nobody_waits")
    if found is None:
        raise Problem("notify.text_not_approved", document=services.document_name(now.document, now.language))
    table = people.table(case, now.table)
    heading, rows = (table[:1], table[1:]) if now.heading else ([], table)
    if len(rows) != now.count:
        raise Problem("notify.list_disposed")
    kept = [*heading, *(rows[number - 1] for number in waiting)]
    drafted = entries.DeliveryDrafted(
        delivery=secrets.token_hex(8),
        way=now.way,  # type: ignore[arg-type]
        document=found.key,
        language=found.lang,
        sha256=found.sha256,
        source="upload",
        rows=len(kept),
        heading=now.heading,
        guessed=now.columns,
        table=people.keep(case, kept),
    )
    why = casebook.keep_text(case, gettext("新しい文で送ります（別の送信に移しました）。"))
    left = [entries.DeliverySettled(delivery=delivery, recipient=n, what="leave", remarks=why) for n in waiting]
    said = [drafted, *left, entries.DeliveryPaused(delivery=delivery, on=False)]
    made = [casebook.Entry(data, actor, step=STEP) for data in said]
    recorded = casebook.record(case, made, request_id=named.get("request_id"))
    casebook.wake()
    return str(recorded[0].data["delivery"])


def decide(case: Any, delivery: str, number: int, what: Any, actor: casebook.Actor, **named: Any) -> None:
    """What is to become of one person: went, again, post, phone, leave. Keywords: remarks, request_id.

    "again" is the one way in which somebody may get a message twice; so only a person says it, never the program.
    """
    once = named.get("request_id")
    if what == "again" and once and casebook.recorded_before(case, once):
        return  # the same press twice: once more would be a second mail
    now = standing(case, delivery)
    person = _person(now, number)
    listed = people.kept(case, now.recipients).get(number)
    if what == "again" and (
        now.way != "mail" or person.state in ("waiting", "later") or listed is None or listed.wrong
    ):
        raise Problem("notify.not_again")
    remarks = named.pop("remarks", "")
    kept = casebook.keep_text(case, remarks) if remarks else None
    _record(case, entries.DeliverySettled(delivery=delivery, recipient=number, what=what, remarks=kept), actor, **named)
    _end_if_over(case, delivery)
    casebook.wake()


def posted(case: Any, delivery: str, numbers: Sequence[int], actor: casebook.Actor, **named: Any) -> None:
    """The letters of these people were handed to the post. Only a printed one can have been. Keyword: request_id."""
    now = standing(case, delivery)
    gone = [n for n in numbers if _person(now, n).printed and now.people[n].state not in ("sent", "told", "left")]
    if gone:
        made = [entries.DeliverySettled(delivery=delivery, recipient=number, what="went") for number in gone]
        said = [casebook.Entry(data, actor, step=STEP) for data in made]
        casebook.record(case, said, request_id=named.get("request_id"))
        _end_if_over(case, delivery)


def called(case: Any, delivery: str, number: int, outcome: Any, said: str, actor: casebook.Actor, **named: Any) -> None:
    """A call: what came of it and what was said. Keywords: at, request_id."""
    _person(standing(case, delivery), number)
    kept = casebook.keep_text(case, said)
    data = entries.DeliveryCalled(delivery=delivery, recipient=number, outcome=outcome, said=kept)
    _record(case, data, actor, **named)
    _end_if_over(case, delivery)


def _end_if_over(case: Any, delivery: str) -> None:
    """A list by post or telephone ends once nobody of it waits for either; one by mail ends where it is sent."""
    from hikeshi.notify.delivery import running

    now = standing(case, delivery)
    if now.way != "mail" and not now.ended_at and rules.over(now) and not now.counts()["elsewhere"]:
        running.end(case, now)


def targets(case: Any, now: rules.Standing) -> list[str]:
    """The duties and filings still open that telling these people meets."""
    kind, stage = stage_of(now.document)
    found = letters.paper_of(case, kind, now.language, stage)
    return [row.target for row in letters.open_targets(found, services.groups(case)["required"])]


def met(case: Any, delivery: str, actor: casebook.Actor, remarks: str, **named: Any) -> list[str]:
    """A person says that the duty to tell is met, with the numbers as they stand; the duties. Keyword: request_id."""
    now = standing(case, delivery)
    if not now.begun_at or not rules.over(now):
        raise Problem("notify.delivery_not_over")
    found = targets(case, now)
    for target in found:
        stage = letters.DUTY_STAGE[stage_of(now.document)[1]]
        once = named.get("request_id")
        services.mark_told(case, target, stage, actor, how=now.way, remarks=remarks, request_id=once)
    return found


def _person(now: rules.Standing, number: int) -> rules.Person:
    if not now.begun_at or number not in now.people:
        raise Problem("notify.no_such_person")
    return now.people[number]


def _record(case: Any, data: Any, actor: casebook.Actor, **named: Any) -> casebook.Recorded:
    entry = casebook.Entry(data, actor, named.get("at"), step=STEP)
    return casebook.record(case, [entry], request_id=named.get("request_id"))[0]
