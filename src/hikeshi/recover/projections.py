"""The list of recovery items. Pure."""

from collections.abc import Iterator
from typing import Any

from hikeshi.engines.ledger.entry import Recorded
from hikeshi.engines.ledger.projection import Upsert

TABLES = ["recover.Item"]


def apply(entry: Recorded) -> Iterator[Upsert]:
    """The row of the item that the entry speaks of."""
    if not entry.kind.startswith("recover.item_"):
        return
    values: dict[str, Any] = {"chain_id": entry.chain}
    data = entry.data
    match entry.kind:
        case "recover.item_added":
            values |= {
                "item": data["item"],
                "stage": data["stage"],
                "what_sha256": data["what"],
                **({"who": data["who"]} if entry.version == 1 else {"who_sha256": data["who"] or ""}),
                "suggestion": data["suggestion"],
                "number": entry.number,
                "added_at": entry.recorded_at,
            }
        case "recover.item_done":
            values |= {"state": "done", "said_sha256": data["how"] or "", "proof": data["proof"]}
            values["ended_at"] = entry.happened_at
        case "recover.item_waived":
            values |= {"state": "waived", "said_sha256": data["reason"], "ended_at": entry.recorded_at}
        case "recover.item_reopened":
            values |= {"state": "open", "said_sha256": data["reason"] or "", "ended_at": None}
    yield Upsert("recover.Item", {"id": f"{entry.chain}:{data['item']}"}, values)
