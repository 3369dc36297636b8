"""Mails that came back, fetched from the owner's mailbox and put beside the people whom they did not reach."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail import bounces, imap, message
from hikeshi.engines.mail.address import key as plain_key
from hikeshi.notify.delivery import acts, entries, keeping, people, rules, setup
from hikeshi.notify.delivery.models import Delivery

MOST_AT_ONCE = 25
WATCHED = timedelta(days=30)
"""How long after its beginning bounces of a delivery are looked for."""


def look(workspace: Any, *, password: str | None = None) -> int:
    """Fetch what came back since the oldest delivery still watched; how many people it concerns.

    Problems: those of engines.mail.imap, "notify.imap_not_set_up".
    """
    said = setup.mail(workspace)
    box = setup.mailbox(said) if said else None
    if said is None or box is None:
        raise Problem("notify.imap_not_set_up")
    known = _watched(workspace)
    if not known:
        return 0
    since = min(now.begun_at for _case, now in known.values() if now.begun_at) - timedelta(days=1)
    secret = keeping.secret(workspace, "imap") if password is None else password
    seen_at = _seen_path(workspace)
    fetched, seen = imap.fetch(box, secret, since.date(), _seen(seen_at))
    found = sum(take(known, [one.raw for one in some]) for some in _some(fetched))
    seen_at.write_text(json.dumps({"validity": seen.validity, "uid": seen.uid}), encoding="ascii")
    return found


def _some(fetched: list[imap.Fetched]) -> Iterable[list[imap.Fetched]]:
    for at in range(0, len(fetched), MOST_AT_ONCE):
        yield fetched[at : at + MOST_AT_ONCE]


def _watched(workspace: Any) -> dict[str, tuple[Any, rules.Standing]]:
    cases = {case.chain_id: case for case in casebook.cases(workspace)}
    rows = Delivery.objects.filter(chain_id__in=cases, state__in=("running", "paused", "ended"))
    standings = {row.delivery: (cases[row.chain_id], acts.standing(cases[row.chain_id], row.delivery)) for row in rows}
    oldest = casebook.now() - WATCHED
    return {key: both for key, both in standings.items() if both[1].begun_at and both[1].begun_at > oldest}


def take(known: dict[str, tuple[Any, rules.Standing]], raws: list[bytes]) -> int:
    """Record what these mails say of people of these deliveries; each mail once, however often it is fetched."""
    key, count = keeping.marking_key(), 0
    for raw, told in zip(raws, bounces.read(raws), strict=True):
        for one in told:
            if one.kind == "other":
                continue
            for delivery, number, certain in _whom(known, one, key):
                count += _record(known[delivery][0], delivery, number, certain, one, raw)
    return count


def _whom(
    known: dict[str, tuple[Any, rules.Standing]], one: bounces.Returned, key: bytes
) -> list[tuple[str, int, bool]]:
    """(delivery, number, whether it is certain): by the name of our message, else by the one address that fits."""
    ours = [(d, n) for d, n in message.marked("\n".join(one.ids), key) if d in known and n in known[d][1].people]
    if ours:
        return [(delivery, number, True) for delivery, number in ours[:1]]
    wanted = {plain_key(address) for address in (one.original, one.address) if address}
    found = [
        (delivery, person.number, False)
        for delivery, (case, now) in known.items()
        for person in people.kept(case, now.recipients).values()
        if not person.wrong
        and plain_key(person.email) in wanted
        and now.people[person.number].state in ("sent", "open")
    ]
    return found if len(found) == 1 else []  # several could be meant: then nobody is named


def _record(case: Any, delivery: str, number: int, certain: bool, one: bounces.Returned, raw: bytes) -> int:
    kept = casebook.evidence_entry(case, raw, f"returned-{delivery}-{number}.eml", acts.ENGINE, purpose="returned-mail")
    data = entries.DeliveryReturned(
        delivery=delivery,
        recipient=number,
        what="failed" if one.kind == "failed" else "delayed",
        status=one.status,
        certain=certain,
        mail=str(kept.data.sha256),
    )
    before = casebook.head(case).number
    once = f"{delivery}-{number}-{str(kept.data.sha256)[:24]}"
    casebook.record(case, [kept, casebook.Entry(data, acts.ENGINE, step=acts.STEP)], request_id=once)
    return int(casebook.head(case).number > before)


def _seen_path(workspace: Any) -> Path:
    folder = Path(settings.HIKESHI_DATA) / "deliveries"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{workspace.pk}.seen"


def _seen(path: Path) -> imap.Seen:
    try:
        found = json.loads(path.read_text(encoding="ascii"))
        return imap.Seen(int(found["validity"]), int(found["uid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return imap.Seen()
