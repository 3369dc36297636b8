"""Kinds of entry of step 3: what is removed, hardened and restored, each with its proof."""

from dataclasses import field
from typing import Literal

from hikeshi.engines.ledger.kinds import Blob, kind


@kind("recover.item_added", version=1)
class ItemAdded1:
    """Something has to be removed (S3.1), hardened (S3.2) or restored (S3.3). Read, no longer written."""

    item: str
    stage: Literal["eradicate", "harden", "restore"]
    what: Blob
    who: str = ""
    suggestion: str = ""


@kind("recover.item_added", version=2)
class ItemAdded:
    """Something has to be removed (S3.1), hardened (S3.2) or restored (S3.3)."""

    item: str
    stage: Literal["eradicate", "harden", "restore"]
    what: Blob
    who: Blob | None = None
    suggestion: str = ""


@kind("recover.item_done", version=1)
class ItemDone:
    """An item was done; the proof is in the evidence store."""

    item: str
    how: Blob | None = None
    proof: list[str] = field(default_factory=list)


@kind("recover.item_waived", version=1)
class ItemWaived:
    """An item is not needed, or cannot be done; why."""

    item: str
    reason: Blob


@kind("recover.item_reopened", version=1)
class ItemReopened:
    """An item that was done or waived is open again; why."""

    item: str
    reason: Blob | None = None


@kind("recover.service_restored", version=1)
class ServiceRestored:
    """Business goes on as before: the moment of recovery."""

    remarks: Blob | None = None
