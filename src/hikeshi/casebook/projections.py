"""The casebook's own read tables, made from its entries. Pure."""

from collections.abc import Iterator
from typing import Any

from hikeshi.engines.ledger.entry import Recorded
from hikeshi.engines.ledger.projection import Upsert

TABLES = ["casebook.Case", "casebook.Fact", "casebook.Evidence", "casebook.Approval", "casebook.CaseHead"]


def apply(entry: Recorded) -> Iterator[Upsert]:
    """The rows that one entry writes."""
    make = _MAKERS.get(entry.kind)
    if make is not None:
        yield from make(entry, entry.data)


def _opened(entry: Recorded, data: Any) -> Iterator[Upsert]:
    yield _case(
        entry,
        workspace_id=data["workspace"],
        reference=data["reference"],
        title=data["title"],
        situation=data["situation"],
        drill=entry.drill,
        opened_at=entry.recorded_at,
        occurred_at=entry.occurred.start if entry.occurred else None,
        outcome="",
        closed_at=None,
    )


def _renamed(entry: Recorded, data: Any) -> Iterator[Upsert]:
    values = {"title": data["title"]}
    if data["situation"]:
        values["situation"] = data["situation"]
    yield _case(entry, **values)


def _closed(entry: Recorded, data: Any) -> Iterator[Upsert]:
    yield _case(entry, outcome=data["outcome"], closed_at=entry.recorded_at)


def _reopened(entry: Recorded, data: Any) -> Iterator[Upsert]:
    yield _case(entry, outcome="", closed_at=None)


def _case(entry: Recorded, **values: Any) -> Upsert:
    return Upsert("casebook.Case", {"chain_id": entry.chain}, values)


def _fact(entry: Recorded, data: Any) -> Iterator[Upsert]:
    yield Upsert(
        "casebook.Fact",
        {"id": f"{entry.chain}:{data['key']}"},
        {
            "chain_id": entry.chain,
            "key": data["key"],
            "value": data["value"],
            "status": data["status"],
            "source": data["source"],
            "others_sha256": data.get("others") or "",
            "text_sha256": data["text"] or "",
            "actor_name": entry.actor.name,
            "number": entry.number,
            "recorded_at": entry.recorded_at,
            "occurred_at": entry.occurred.start if entry.occurred else None,
        },
    )


def _evidence(entry: Recorded, data: Any) -> Iterator[Upsert]:
    yield Upsert(
        "casebook.Evidence",
        {"id": f"{entry.chain}:{data['sha256']}"},
        {
            "chain_id": entry.chain,
            "sha256": data["sha256"],
            "size": data["size"],
            "name": data["name"][:300],
            "purpose": data["purpose"],
            "number": entry.number,
            "recorded_at": entry.recorded_at,
        },
    )


def _approval(entry: Recorded, data: Any) -> Iterator[Upsert]:
    yield Upsert(
        "casebook.Approval",
        {"id": f"{entry.chain}:{entry.number}"},
        {
            "chain_id": entry.chain,
            "subject": data["subject"],
            "sha256": data["sha256"],
            "by": data["by"],
            "how": data["how"],
            "actor_name": data["name"] or entry.actor.name,
            "number": entry.number,
            "recorded_at": entry.recorded_at,
            "withdrawn": False,
        },
    )


def _withdrawn(entry: Recorded, data: Any) -> Iterator[Upsert]:
    # A withdrawal names an approval that stands in the same chain; services.withdraw sees to that.
    yield Upsert(
        "casebook.Approval",
        {"id": f"{entry.chain}:{data['number']}"},
        {"chain_id": entry.chain, "withdrawn": True},
    )


def _head(entry: Recorded, data: Any) -> Iterator[Upsert]:
    yield Upsert(
        "casebook.CaseHead",
        {"id": f"{entry.chain}:{entry.number}"},
        {
            "chain_id": entry.chain,
            "case_chain_id": data["case"],
            "reference": data["reference"],
            "reason": data["reason"],
            "head_number": data["number"],
            "head_sha256": data["sha256"],
            "recorded_at": entry.recorded_at,
        },
    )


_MAKERS = {
    "case.opened": _opened,
    "case.renamed": _renamed,
    "case.closed": _closed,
    "case.reopened": _reopened,
    "case.head": _head,
    "fact.stated": _fact,
    "evidence.kept": _evidence,
    "approval.given": _approval,
    "approval.withdrawn": _withdrawn,
}
