"""What the entries of a delivery write onto its read tables. Pure."""

from collections.abc import Iterator

from hikeshi.engines.ledger.entry import Recorded
from hikeshi.engines.ledger.projection import Upsert

TABLES = ["notify.Delivery", "notify.DeliveryEvent", "notify.MailSetting"]
SETTINGS = ("mail.set_up", "reminders.set_up")


def apply(entry: Recorded) -> Iterator[Upsert]:
    """The rows that one entry writes."""
    if entry.kind in SETTINGS:
        values = {"chain_id": entry.chain, "what": entry.kind, "data": dict(entry.data), "number": entry.number}
        yield Upsert("notify.MailSetting", {"id": f"{entry.chain}:{entry.kind}"}, values)
    elif entry.kind.startswith("delivery."):
        yield from _delivery(entry)


def _delivery(entry: Recorded) -> Iterator[Upsert]:
    data = entry.data
    common = {"chain_id": entry.chain, "delivery": data["delivery"], "number": entry.number}
    values = {**common, "kind": entry.kind, "data": dict(data), "at": entry.happened_at}
    actor = {"by_id": entry.actor.id, "by_name": entry.actor.name[:80]}
    yield Upsert("notify.DeliveryEvent", {"id": f"{entry.chain}:{entry.number}"}, {**values, **actor})
    state = _DELIVERY.get(entry.kind)
    if entry.kind == "delivery.paused":
        state = "paused" if data["on"] else "running"
    elif entry.kind == "delivery.settled":
        state = "running" if data["what"] == "again" else None
    if state:
        made = {"made_at": entry.happened_at} if state == "drafted" else {}
        trial = {"delivery.test_asked": True, "delivery.tested": False}
        asked = {"asked": trial[entry.kind]} if entry.kind in trial else {}
        row = {"chain_id": entry.chain, "delivery": data["delivery"], "number": entry.number, **made, **asked}
        kept = {} if state == "same" else {"state": state}
        yield Upsert("notify.Delivery", {"id": f"{entry.chain}:{data['delivery']}"}, {**row, **kept})


_DELIVERY = {
    "delivery.drafted": "drafted",
    "delivery.listed": "listed",
    "delivery.begun": "running",
    "delivery.ended": "ended",
    "delivery.test_asked": "same",
    "delivery.tested": "same",
}
