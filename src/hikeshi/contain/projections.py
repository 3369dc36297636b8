"""The first hour's read tables, made from its entries. Pure."""

from collections.abc import Iterator

from hikeshi.engines.ledger.entry import Recorded
from hikeshi.engines.ledger.projection import Upsert

TABLES = ["contain.CardAnswer", "contain.HostStep"]


def apply(entry: Recorded) -> Iterator[Upsert]:
    """The row that an answer writes, or a step of isolating a host."""
    if entry.kind.startswith("isolation."):
        yield _host_step(entry)
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


def _host_step(entry: Recorded) -> Upsert:
    data = entry.data
    # An intent whose result never came stays "owed": the program may have died, the host must be looked at.
    state = {"isolation.intended": "owed", "isolation.failed": "failed"}.get(entry.kind) or data["state"]
    return Upsert(
        "contain.HostStep",
        {"id": f"{entry.chain}:{entry.number}"},
        {
            "chain_id": entry.chain,
            "number": entry.number,
            "host": data["host"][:300],
            "state": state,
            "allow": list(data["allow"]) if entry.kind == "isolation.done" else None,
        },
    )
