"""Measures and review as tables. Pure."""

from collections.abc import Iterator

from hikeshi.engines.ledger.entry import Recorded
from hikeshi.engines.ledger.projection import Upsert

TABLES = ["improve.Measure", "improve.Review"]


def apply(entry: Recorded) -> Iterator[Upsert]:
    """The row that one entry writes."""
    data = entry.data
    match entry.kind:
        case "improve.measure_added":
            values = {"measure": data["measure"], "nature": data["nature"], "what_sha256": data["what"]}
            values |= {"owner": data["owner"]} if entry.version == 1 else {"owner_sha256": data["owner"] or ""}
            values |= {"due": data["due"], "number": entry.number}
            yield _measure(entry, **values)
        case "improve.measure_done":
            yield _measure(entry, state="done", said_sha256=data["how"] or "", ended_at=entry.happened_at)
        case "improve.measure_dropped":
            yield _measure(entry, state="dropped", said_sha256=data["reason"], ended_at=entry.recorded_at)
        case "improve.plan_revised":
            yield Upsert("improve.Review", {"chain_id": entry.chain}, {"plan_version": data["version"]})
        case "improve.reviewed":
            said = {f"{name}_sha256": data[name] or "" for name in ("worked", "to_improve", "to_prepare")}
            yield Upsert("improve.Review", {"chain_id": entry.chain}, {**said, "reviewed_at": entry.recorded_at})


def _measure(entry: Recorded, **values: object) -> Upsert:
    key = {"id": f"{entry.chain}:{entry.data['measure']}"}
    return Upsert("improve.Measure", key, {"chain_id": entry.chain, **values})
