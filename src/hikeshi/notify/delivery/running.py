"""Sending, batch by batch, in a process that may die at any moment. Nobody gets it twice by itself.

A journal begins, then the batch is in the record, by the process that took it; each message is in the journal before it
is handed over; what became of it is in the record after the batch. Whoever comes after a crash reads the journal: what
has a result has it, what was begun without one stands as open, what was not begun waits. Without the journal (another
machine, a lost disk) all of the batch stands as open.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor
from hikeshi.engines.mail import journal as journals
from hikeshi.engines.mail import message, sending
from hikeshi.engines.mail.address import Address, parse
from hikeshi.engines.mail.smtp import Connection
from hikeshi.notify import letters
from hikeshi.notify.delivery import acts, entries, keeping, merging, people, rules, setup
from hikeshi.notify.delivery.models import Delivery, DeliveryEvent

log = logging.getLogger(__name__)
ENGINE = acts.ENGINE
LOOK = 2.0
"""Seconds between two looks whether somebody stopped it."""


@dataclass(frozen=True, slots=True)
class Post:
    """What is needed to write and hand over a message of one delivery."""

    case: Any
    now: rules.Standing
    said: entries.MailSetUp
    password: str
    listed: dict[int, people.Recipient]
    text: str
    key: bytes

    @property
    def sender(self) -> Address:
        return message.address_of(self.said.sender, "from")

    @property
    def domain(self) -> str:
        return self.sender.spec.rpartition("@")[2]

    def envelope(self, number: int) -> str:
        """Where a bounce goes. With "plus" its address itself says whose it is, where no header is given back."""
        if self.said.returns == "plain":
            return self.sender.spec
        sign = message.mark(self.now.delivery, number, self.key, self.domain).partition("@")[0].lstrip("<")
        local, _, domain = self.sender.spec.rpartition("@")
        return f"{local}+{sign}@{domain}"

    def written(self, number: int, to: Address | None = None, subject: str = "") -> bytes:
        """One person's message; `to` for a trial that goes to oneself."""
        person = self.listed[number]
        at = to or parse(person.email)
        if not isinstance(at, Address):
            raise Problem("mail.bad_address", address=person.email[:120], what=at)
        letter = message.Letter(
            sender=self.sender,
            sender_name=self.said.sender_name,
            to=at,
            to_name="" if to else person.name,
            subject=subject or self.now.subject,
            text=merging.merged(self.text, self.now.slot, person, self.now.language),
            message_id=message.mark(self.now.delivery, number if not to else 0, self.key, self.domain),
            at=casebook.now(),
            reply_to=message.address_of(self.said.reply_to, "reply-to") if self.said.reply_to else None,
            lang=self.now.language,
        )
        try:
            return message.written(letter)
        except Problem:
            if not letter.to_name:
                raise
            # One name that no header can bear must not keep the others waiting; the letter itself bears it.
            return message.written(replace(letter, to_name=""))


def post(case: Any, now: rules.Standing, password: str | None = None) -> Post:
    """Problems notify.case_closed, notify.mail_not_set_up, notify.list_disposed, notify.text_disposed."""
    acts.still_open(case)
    workspace = casebook.workspace_of(case)
    said = setup.mail(workspace)
    if said is None:
        raise Problem("notify.mail_not_set_up")
    listed = people.kept(case, now.recipients)
    if len(listed) != now.count:
        raise Problem("notify.list_disposed")
    text = casebook.text(case, now.text) if now.begun_at else acts.paper(case, now).text
    if not text:
        raise Problem("notify.text_disposed")
    known = keeping.secret(workspace, "smtp") if password is None else password
    return Post(case, now, said, known, listed, text, keeping.marking_key())


# --- one delivery ---------------------------------------------------------------------------------------------------


def run(
    case: Any,
    delivery: str,
    *,
    password: str | None = None,
    stop: Callable[[], bool] = lambda: False,
    on_batch: Callable[[rules.Standing], None] | None = None,
) -> bool:
    """Send what is ready of a delivery; whether this process was the one at work. Problems end as `delivery.paused`."""
    with keeping.at_work(delivery) as mine:
        if not mine:
            return False
        _recover(case, delivery)
        throttle: sending.Throttle | None = None
        ready: Post | None = None  # the list and the text do not change once it has begun
        looked = 0
        while not stop():
            now = acts.standing(case, delivery)
            if now.stage != "running":
                break
            if rules.over(now):
                end(case, now)
                break
            numbers = rules.ready(now, casebook.now())[: rules.BATCH]
            if not numbers:
                break
            try:
                looked = _still_stands(case, now, looked)
                ready = replace(ready, now=now) if ready else post(case, now, password)
                throttle = throttle or sending.Throttle(ready.said.per_minute)
                _batch(ready, numbers, throttle, stop)
            except Problem as problem:
                _recover(case, delivery)
                acts.pause(case, delivery, True, ENGINE, problem=problem)
                break
            if on_batch:
                on_batch(acts.standing(case, delivery))
        return True


def _still_stands(case: Any, now: rules.Standing, looked: int) -> int:
    """Problem unless the text still may leave: asked before every batch, as long as more was recorded than ours."""
    head = casebook.head(case).number
    for entry in casebook.entries(case, newest_first=True):
        if entry.number <= looked and looked:
            return head
        if not looked or not entry.kind.startswith("delivery."):
            break
    acts.paper(case, now)
    return head


def _batch(ready: Post, numbers: list[int], throttle: sending.Throttle, stop: Callable[[], bool]) -> None:
    now, case = ready.now, ready.case
    batch, claim = now.batch + 1, secrets.token_hex(8)
    data = entries.DeliveryBatchBegun(
        delivery=now.delivery, batch=batch, claim=claim, sha256=now.sha256, numbers=numbers
    )
    once = f"{now.delivery}-batch-{batch}"
    # The journal first: where it cannot be written, no batch stands in the record of which nobody knows what went.
    kept = journals.Journal(keeping.journal_path(now.delivery), f"{batch} {claim}")
    try:
        (taken,) = casebook.record(case, [casebook.Entry(data, ENGINE, step=acts.STEP)], request_id=once)
    except BaseException:
        kept.close()
        raise
    if taken.data["claim"] != claim:  # another server of a hosted installation was first
        kept.close()
        return
    mails = [
        sending.Ready(number, parse(ready.listed[number].email).spec, _maker(ready, number))  # type: ignore[union-attr]
        for number in numbers
    ]
    server = setup.server(ready.said)
    watch = _Watch(case, now.delivery, stop)
    try:
        sending.send(server, ready.password, ready.envelope, mails, kept, throttle, stop=watch)
    finally:
        kept.close()
        _recover(case, now.delivery)


def _maker(ready: Post, number: int) -> Callable[[], bytes]:
    return lambda: ready.written(number)


class _Watch:
    """Whether somebody stopped it, asked of the record now and then."""

    def __init__(self, case: Any, delivery: str, stop: Callable[[], bool]) -> None:
        self._case, self._delivery, self._stop, self._looked = case, delivery, stop, time.monotonic()

    def __call__(self) -> bool:
        if self._stop():
            return True
        if time.monotonic() - self._looked < LOOK:
            return False
        self._looked = time.monotonic()
        row = Delivery.objects.filter(chain_id=self._case.chain_id, delivery=self._delivery).first()
        return row is None or row.state != "running"


def _recover(case: Any, delivery: str) -> None:
    """Bring into the record what became of a batch that is not ended there; only whoever is at work may call this."""
    now = acts.standing(case, delivery)
    batch = now.unfinished
    if batch is None:
        return
    left = journals.left(keeping.journal_path(delivery), f"{batch['batch']} {batch['claim']}")
    results: dict[str, list[int]] = {state: [] for state in journals.STATES}
    codes: dict[str, int] = {}
    for number in batch["numbers"]:
        if left is None or number in left.unknown:
            results["open"].append(number)
        elif number in left.results:
            state, code = left.results[number]
            results[state].append(number)
            if code and state != "sent":
                codes[str(number)] = code
    data = entries.DeliveryBatchEnded(
        delivery=delivery, batch=batch["batch"], sha256=now.sha256, codes=codes, **results
    )
    once = f"{delivery}-done-{batch['batch']}"
    casebook.record(case, [casebook.Entry(data, ENGINE, step=acts.STEP)], request_id=once)


def end(case: Any, now: rules.Standing) -> None:
    """Nobody waits any more: the delivery ends, and the document counts as sent if it still is that text."""
    counts = now.counts()
    got = counts["sent"] + counts["told"]
    data = entries.DeliveryEnded(
        delivery=now.delivery, sha256=now.sha256, sent=got, failed=counts["failed"], open=counts["open"]
    )
    again = DeliveryEvent.objects.filter(chain_id=case.chain_id, delivery=now.delivery, kind="delivery.ended").count()
    once = f"{now.delivery}-ended-{again}"
    casebook.record(case, [casebook.Entry(data, ENGINE, step=acts.STEP)], request_id=once)
    if got and not again:
        _count_as_sent(case, now, got)


def _count_as_sent(case: Any, now: rules.Standing, sent: int) -> None:
    begun = DeliveryEvent.objects.filter(chain_id=case.chain_id, delivery=now.delivery, kind="delivery.begun").first()
    if begun is None:
        return
    actor = Actor(begun.by_id, begun.by_name)
    try:
        found = acts.paper(case, now)
        # The duty to tell people is met when all of them were told; before that a person says so (acts.met).
        begun_ = [one for one in acts.of_case(case) if one.begun_at and one.document == now.document]
        targets = acts.targets(case, now) if all(map(rules.everybody, begun_)) else []
        how: Any = {"mail": "mail", "post": "post", "phone": "phone"}[now.way]
        to = f"{sent} / {now.count}"
        once = f"{now.delivery}-sent"
        letters.send(case, found, actor, how=how, to=to, targets=targets, request_id=once)
    except Problem as problem:  # the facts have moved on: the page of the document says what to do
        log.warning("a delivery ended, its document was not marked as sent: %s", problem.code)


# --- a mail to oneself ----------------------------------------------------------------------------------------------


def try_out(case: Any, delivery: str, test: str, *, password: str | None = None) -> None:
    """Send the mail to oneself that was asked for, once; what became of it is recorded."""
    now = acts.standing(case, delivery)
    asked = now.tests.get(test)
    if asked is None or "state" in asked:
        return
    state, code, problem = "failed", 0, None
    try:
        ready = post(case, now, password)
        if not now.begun_at:
            found = acts.paper(case, now)
            ready.now.subject, ready.now.slot = found.document.title, merging.slot_of(found.document, found.text)
        to = message.address_of(casebook.text(case, asked["to"]), "to")
        first = next((n for n, one in sorted(ready.listed.items()) if not one.wrong), 1)
        data = ready.written(first, to, f"[TEST] {ready.now.subject}")
        link = Connection(setup.server(ready.said), ready.password)
        try:
            outcome = link.send(ready.sender.spec, to.spec, data)
        finally:
            link.close()
        state, code = outcome.state, outcome.code
    except Problem as wrong:
        problem = wrong
    entry = entries.DeliveryTested(
        delivery=delivery,
        test=test,
        state=state,  # type: ignore[arg-type]
        code=code,
        problem=problem.code if problem else "",
        params=acts.plain_params(problem),
    )
    casebook.record(case, [casebook.Entry(entry, ENGINE, step=acts.STEP)], request_id=f"{delivery}-test-{test}")


# --- the background worker ------------------------------------------------------------------------------------------

_thread: threading.Thread | None = None


def do_owed() -> int:
    """Begin to send what is owed, in a thread of its own: scans and reminders need not wait for a long list."""
    global _thread
    if _thread is not None and _thread.is_alive():
        return 0
    if not owed():
        return 0
    _thread = threading.Thread(target=_work, name="hikeshi-mail", daemon=True)
    _thread.start()
    return 0


def owed() -> list[tuple[Any, str, bool]]:
    """(case, delivery, whether it is a mail to oneself) of everything that somebody asked for."""
    rows = list(Delivery.objects.filter(state="running")) + list(Delivery.objects.filter(asked=True))
    cases = {case.chain_id: case for case in casebook.Case.objects.filter(chain_id__in={row.chain_id for row in rows})}
    now = casebook.now()
    found = []
    for row in rows:
        case = cases.get(row.chain_id)
        if case is None or case.drill:
            continue
        if row.asked:
            found.append((case, row.delivery, True))
        elif row.state == "running":
            standing = acts.standing(case, row.delivery)
            if (standing.way, standing.stage) == ("mail", "running") and (
                rules.ready(standing, now) or rules.over(standing) or standing.unfinished
            ):
                found.append((case, row.delivery, False))
    return found


def _work() -> None:
    try:
        for case, delivery, trial in owed():
            if trial:
                for test, asked in acts.standing(case, delivery).tests.items():
                    if "state" not in asked:
                        try_out(case, delivery, test)
            else:
                run(case, delivery)
    except Exception:
        log.exception("sending failed")
    finally:
        connection.close()
