"""The list of sealed archives. Pure."""

from collections.abc import Iterator

from hikeshi.engines.ledger.entry import Recorded
from hikeshi.engines.ledger.projection import Upsert

TABLES = ["archive.Archive"]


def apply(entry: Recorded) -> Iterator[Upsert]:
    """A row for each archive that was written."""
    if entry.kind == "archive.sealed":
        yield Upsert(
            "archive.Archive",
            {"id": f"{entry.chain}:{entry.number}"},
            {"chain_id": entry.chain, "changed": [], **entry.data, "recorded_at": entry.recorded_at},
        )
