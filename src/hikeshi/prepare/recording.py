"""The verbs that change the preparation: each an entry on the workspace's chain; an edit corrects the one before."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.casebook.services import Actor, Blob, Entry, Recorded
from hikeshi.engines.common.problem import Problem
from hikeshi.prepare import catalog, entries, models

KINDS: dict[str, Any] = {
    "role": entries.RoleGiven,
    "contact": entries.ContactStated,
    "insurance": entries.InsuranceStated,
    "device": entries.DeviceStated,
    "holding": entries.HoldingStated,
    "backup": entries.BackupStated,
}
LONGEST = 2000
TRIES = 20


def state(
    workspace: Any,
    actor: Actor,
    subject: str,
    fields: Mapping[str, Any],
    *,
    key: str | None = None,
    seen: int | None = None,
    request_id: str | None = None,
) -> str:
    """Write down a role, contact, insurance, device, holding or backup as it is now; gives its key.

    Without `key` it is a new line. `fields` are those of its entry, `remarks` as plain text. `seen` is the number of
    the entry the writer had before the eyes (0: none): raises Problem("prepare.changed") when somebody wrote since.
    """
    data = _fields(workspace, subject, key, fields)

    def entry(number: int) -> Entry | None:
        row = find(workspace, subject, key) if key else None
        if row is not None and _same(row.data, data):
            return None  # the same form sent twice
        if row is not None and seen is not None and row.number != seen:
            raise Problem("prepare.changed", who=row.actor_name, name=row.data.get("name", ""))
        if row is None and seen:
            raise Problem("prepare.gone", name=data.get("name", ""))
        made = KINDS[subject](**{**data, "key": key or _new_key(subject, data, number)})
        return Entry(made, actor, corrects=row.number if row else None)

    recorded = _record(workspace, actor, entry, request_id=request_id)
    return str(recorded.data["key"]) if recorded else str(key)


def answer(workspace: Any, actor: Actor, cell: str, said: Any, *, request_id: str | None = None) -> None:
    """Answer a blank cell without filling it in: "none" 該当なし, "unknown" わからない, "open" take that back."""
    _record(
        workspace,
        actor,
        lambda _: Entry(entries.BlankAnswered(slot=cell[:120], answer=said), actor),
        request_id=request_id,
    )


def remove(workspace: Any, actor: Actor, subject: Any, key: str, *, seen: int | None = None) -> None:
    """Take something out of use; its entries stay."""

    def entry(_: int) -> Entry:
        row = _found(workspace, subject, key)
        if seen is not None and row.number != seen:
            raise Problem("prepare.changed", who=row.actor_name, name=row.data.get("name", ""))
        return Entry(entries.PreparationRemoved(subject=subject, key=key), actor, corrects=row.number)

    _record(workspace, actor, entry)


def verify(workspace: Any, actor: Actor, subject: Any, key: str, on: date) -> None:
    """Somebody checked on this day that a contact or insurer is reached this way, or that a backup restores."""

    def entry(_: int) -> Entry:
        _found(workspace, subject, key)
        return Entry(entries.PreparationVerified(subject=subject, key=key, on=on.isoformat()), actor)

    _record(workspace, actor, entry)


def find(workspace: Any, subject: str, key: str) -> models.Item | None:
    return models.Item.objects.filter(chain_id=workspace.pk, subject=subject, key=key).first()


def _found(workspace: Any, subject: str, key: str) -> models.Item:
    row = find(workspace, subject, key)
    if row is None:
        raise Problem("prepare.gone", name=key)
    return row


def _record(
    workspace: Any, actor: Actor, entry: Callable[[int], Entry | None], *, request_id: str | None = None
) -> Recorded | None:
    """Judge and append as one: what `entry` decides on was true at the head that the entry follows."""
    casebook.begin_workspace(workspace, actor)
    for _ in range(TRIES):
        number = casebook.head(workspace).number
        made = entry(number)
        if made is None:
            return None
        try:
            return casebook.record_for_workspace(workspace, [made], expected_head=number, request_id=request_id)[0]
        except Problem as problem:
            if problem.code != "casebook.stale":
                raise
    raise Problem("prepare.busy")


def _fields(workspace: Any, subject: str, key: str | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    data = dict(fields)
    for name, value in data.items():
        if name != "remarks" and isinstance(value, str) and len(value) > LONGEST:
            raise Problem("prepare.too_long", field=name, limit=LONGEST)
    known: Mapping[str, Any] | None = None
    if subject in ("contact", "device"):
        known = catalog.contact_kinds() if subject == "contact" else catalog.names("device")
    if known is not None and data.get("kind") not in known:
        raise Problem("prepare.unknown_kind", kind=str(data.get("kind", ""))[:40])
    for name in ("verified_on", "tested_on"):
        if data.get(name):
            date.fromisoformat(data[name])  # the read tables rely on it
    data["remarks"] = _remarks(workspace, subject, key, str(data.get("remarks") or "").strip())
    return data


def _remarks(workspace: Any, subject: str, key: str | None, said: str) -> Blob | None:
    if not said:
        return None
    row = find(workspace, subject, key) if key else None
    before = row.data.get("remarks") if row else None
    # The same words are kept once: a new salt would make every save look like a change.
    if before and casebook.text(workspace, before) == said:
        return Blob(before)
    return casebook.keep_text(workspace, said)


def _same(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    return all((before.get(name) or None) == (value or None) for name, value in now.items())


def _new_key(subject: str, data: Mapping[str, Any], number: int) -> str:
    # The head's number is never given twice, and keeps the lines in the order in which they were written.
    return f"{data.get('kind') or subject}-{number + 1:06d}"


def restore(workspace: Any, actor: Actor, subject: str, key: str) -> None:
    """Put back what was removed, as it last stood."""
    kind = KINDS[subject].__kind__[0]
    stated = casebook.entries(workspace, [kind], newest_first=True)
    last = next((entry for entry in stated if entry.data["key"] == key), None)
    if last is None:
        raise Problem("prepare.gone", name=key)
    remarks = last.data.get("remarks")
    data = KINDS[subject](**{**last.data, "remarks": Blob(remarks) if remarks else None})

    def entry(_: int) -> Entry | None:
        return None if find(workspace, subject, key) else Entry(data, actor, corrects=last.number)

    _record(workspace, actor, entry)
