"""The preparation's read tables, made from the workspace's entries. Pure."""

from collections.abc import Iterator
from typing import Any

from hikeshi.engines.ledger.entry import Recorded
from hikeshi.engines.ledger.projection import Delete, Upsert

TABLES = ["prepare.Item", "prepare.PlanVersion"]

_SUBJECTS = {
    "role.given": "role",
    "contact.stated": "contact",
    "insurance.stated": "insurance",
    "device.stated": "device",
    "holding.stated": "holding",
    "backup.stated": "backup",
}


def apply(entry: Recorded) -> Iterator[Upsert | Delete]:
    """The rows that one entry writes."""
    data = entry.data
    subject = _SUBJECTS.get(entry.kind)
    if subject is not None:
        yield _item(
            entry,
            subject,
            data["key"],
            kind=data.get("kind", ""),
            data=dict(data),
            verified_on=data.get("verified_on") or data.get("tested_on") or "",
        )
    elif entry.kind == "preparation.verified":
        yield _item(entry, data["subject"], data["key"], verified_on=data["on"])
    elif entry.kind == "blank.answered":
        yield _item(entry, "answer", data["slot"], kind=data["answer"], data=dict(data))
    elif entry.kind == "preparation.removed":
        yield Delete("prepare.Item", {"id": _id(entry, data["subject"], data["key"])})
    elif entry.kind == "plan.versioned":
        yield _version(entry, data)


def _id(entry: Recorded, subject: str, key: str) -> str:
    return f"{entry.chain}:{subject}:{key}"


def _item(entry: Recorded, subject: str, key: str, **values: Any) -> Upsert:
    return Upsert(
        "prepare.Item",
        {"id": _id(entry, subject, key)},
        {
            "chain_id": entry.chain,
            "subject": subject,
            "key": key,
            "number": entry.number,
            "recorded_at": entry.recorded_at,
            "actor_name": entry.actor.name[:80],
            **values,
        },
    )


def _version(entry: Recorded, data: Any) -> Upsert:
    return Upsert(
        "prepare.PlanVersion",
        {"id": f"{entry.chain}:{data['version']}"},
        {
            "chain_id": entry.chain,
            "version": data["version"],
            "effective_on": data["effective_on"],
            "source_sha256": data["source_sha256"],
            "data": dict(data),
            "number": entry.number,
            "recorded_at": entry.recorded_at,
            "actor_name": entry.actor.name[:80],
        },
    )
