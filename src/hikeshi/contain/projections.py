"""The first hour's read table, made from its entries. Pure."""

from collections.abc import Iterator

from hikeshi.engines.ledger.entry import Recorded
from hikeshi.engines.ledger.projection import Upsert

TABLES = ["contain.CardAnswer"]


def apply(entry: Recorded) -> Iterator[Upsert]:
    """The row that an answer writes."""
    if entry.kind != "card.answered":
        return
    data = entry.data
    yield Upsert(
        "contain.CardAnswer",
        {"id": f"{entry.chain}:{entry.number}"},
        {
            "chain_id": entry.chain,
            "number": entry.number,
            "card": data["card"][:60],
            "answer": data["answer"],
            "chips": list(data["chips"]),
            "said": list(data["said"]),
            "text_sha256": data["text"] or "",
            "photos": list(data["photos"]),
            "actor_name": entry.actor.name[:80],
            "recorded_at": entry.recorded_at,
            "occurred_at": entry.occurred.start if entry.occurred else None,
        },
    )
