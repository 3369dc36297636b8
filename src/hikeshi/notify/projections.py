"""What the entries of step 4 write onto its read tables. Pure."""

from collections.abc import Iterator
from typing import Any

from hikeshi.engines.ledger.entry import Recorded
from hikeshi.engines.ledger.projection import Upsert
from hikeshi.notify.delivery import projections as delivery

TABLES = [
    *("notify.Statement", "notify.Told", "notify.Missed", "notify.Reminded", "notify.Letter", "notify.Sender"),
    *("notify.Edited", "notify.Overridden", "notify.LawyerRule"),
    *delivery.TABLES,
]


def apply(entry: Recorded) -> Iterator[Upsert]:
    """The rows that one entry writes."""
    if entry.kind == "fact.stated":
        yield _statement(entry)
    elif entry.kind in _TOLD:
        yield _told(entry)
    elif entry.kind == "duty.missed":
        yield _missed(entry)
    elif entry.kind == "duty.reminded":
        values = {"chain_id": entry.chain, "key": entry.data["key"], "at": entry.happened_at, "number": entry.number}
        yield Upsert("notify.Reminded", {"id": f"{entry.chain}:{entry.data['key']}"}, values)
    elif entry.kind in _LETTER:
        yield _letter(entry, _LETTER[entry.kind](entry, entry.data))
    elif entry.kind == "document.edited":
        yield _edited(entry)
    elif entry.kind == "document.overridden":
        yield _overridden(entry)
    elif entry.kind == "lawyer.rule_stated":
        values = {"documents": list(entry.data["documents"]), "number": entry.number}
        yield Upsert("notify.LawyerRule", {"chain_id": entry.chain}, values)
    elif entry.kind == "sender.stated":
        yield Upsert("notify.Sender", {"chain_id": entry.chain}, {"data": dict(entry.data), "number": entry.number})
    else:
        yield from delivery.apply(entry)


def _statement(entry: Recorded) -> Upsert:
    values = {name: entry.data[name] for name in ("key", "value", "status")}
    return Upsert(
        "notify.Statement",
        {"id": f"{entry.chain}:{entry.number}"},
        {**values, "chain_id": entry.chain, "number": entry.number, "stated_at": entry.happened_at},
    )


_TOLD = {"duty.met": "met", "duty.waived": "waived", "duty.opened_again": "open"}


def _told(entry: Recorded) -> Upsert:
    data = entry.data
    return Upsert(
        "notify.Told",
        {"id": f"{entry.chain}:{data['target']}:{data['stage']}"},
        {
            "chain_id": entry.chain,
            "target": data["target"],
            "stage": data["stage"],
            "state": _TOLD[entry.kind],
            "at": entry.happened_at,
            "how": data.get("how", ""),
            "receipt": data.get("receipt", "")[:200],
            "words_sha256": data.get("remarks") or data.get("reason") or "",
            "evidence": list(data.get("evidence", ())),
            "number": entry.number,
        },
    )


def _missed(entry: Recorded) -> Upsert:
    data = entry.data
    return Upsert(
        "notify.Missed",
        {"id": f"{entry.chain}:{data['target']}:{data['stage']}:{data['due']}"},
        {
            "chain_id": entry.chain,
            **{name: data[name] for name in ("target", "stage", "due")},
            "noted_at": entry.happened_at,
            "reason_sha256": data.get("reason") or "",
            "number": entry.number,
        },
    )


def _letter(entry: Recorded, values: dict[str, Any]) -> Upsert:
    data = entry.data
    about = {name: data[name] for name in ("document", "language", "sha256")}
    return Upsert(
        "notify.Letter",
        {"id": f"{entry.chain}:{data['document']}:{data['language']}:{data['sha256']}"},
        {**about, "chain_id": entry.chain, "number": entry.number, **values},
    )


def _edited(entry: Recorded) -> Upsert:
    data = entry.data
    about = {name: data[name] for name in ("document", "language")}
    values = {"edits_sha256": data["edits"] or "", "at": entry.happened_at, "by": entry.actor.name[:80]}
    return Upsert(
        "notify.Edited",
        {"id": f"{entry.chain}:{data['document']}:{data['language']}"},
        {**about, **values, "chain_id": entry.chain, "number": entry.number},
    )


def _overridden(entry: Recorded) -> Upsert:
    data = entry.data
    about = {name: data[name] for name in ("document", "language", "sha256", "finding")}
    return Upsert(
        "notify.Overridden",
        {"id": f"{entry.chain}:{data['document']}:{data['language']}:{data['sha256']}:{data['finding']}"},
        {
            **about,
            "chain_id": entry.chain,
            "reason_sha256": data["reason"],
            "by": entry.actor.name[:80],
            "number": entry.number,
        },
    )


def _lawyer(entry: Recorded, data: Any) -> dict[str, Any]:
    return {"lawyer_how": data["how"], "lawyer_proof": list(data["evidence"]), "lawyer_note_sha256": data["note"] or ""}


def _checked(entry: Recorded, data: Any) -> dict[str, Any]:
    return {"checked_at": entry.happened_at, "checked_by": entry.actor.name[:80], "text_sha256": data["text"]}


def _sent(entry: Recorded, data: Any) -> dict[str, Any]:
    return {"sent_at": entry.happened_at, "how": data["how"], "files": data["files"], "to_sha256": data["to"] or ""}


def _proved(entry: Recorded, data: Any) -> dict[str, Any]:
    return {"proved_at": entry.happened_at, "proof": data["evidence"], "receipt": data["receipt"][:200]}


_LETTER = {
    "document.checked": _checked,
    "document.lawyer_answered": _lawyer,
    "document.no_lawyer": lambda entry, data: {"no_lawyer_sha256": data["reason"]},
    "document.sent": _sent,
    "document.proved": _proved,
}
