"""Checkpoints of a chain: signed with the installation's key, kept as small files, noted on the workspace's chain."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from hikeshi.casebook import evidence
from hikeshi.casebook.entries import CaseHeadNoted
from hikeshi.casebook.models import Case, Chain
from hikeshi.casebook.record import append, appending, chain_of, prepare
from hikeshi.engines.ledger.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from hikeshi.engines.ledger.entry import Actor, Entry, timestamp
from hikeshi.engines.ledger.keys import SigningKey, load_or_make_key


def signing_key() -> SigningKey:
    """The installation's one key, made on first use and kept in `keys/checkpoint.pem` (mode 0600)."""
    return _key(Path(settings.HIKESHI_DATA) / "keys" / "checkpoint.pem")


@lru_cache(maxsize=2)
def _key(path: Path) -> SigningKey:
    return load_or_make_key(path)


def checkpoint(owner: Any, actor: Actor) -> SignedCheckpoint:
    """Sign what the chain is now. A case's checkpoint is noted on the chain of its workspace as well."""
    with appending():
        chain = Chain.objects.select_related("workspace").select_for_update().get(pk=chain_of(owner))
        made = Checkpoint(
            chain=str(chain.pk),
            number=chain.number,
            size=chain.size,
            head=chain.sha256,
            at=timestamp(datetime.now(UTC)),
        )
        signed = sign_checkpoint(made, signing_key())
        _keep(signed)
        if isinstance(owner, Case):
            noted = CaseHeadNoted(
                case=str(chain.pk),
                reference=owner.reference,
                reason="checkpoint",
                number=chain.number,
                sha256=chain.sha256,
            )
            append(chain.workspace_id, [prepare(chain.workspace, Entry(noted, actor))])
    return signed


def _keep(signed: SignedCheckpoint) -> None:
    made = signed.checkpoint
    folder = Path(settings.HIKESHI_DATA) / "checkpoints" / made.chain
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for ending, content in (
        ("json", made.to_bytes()),
        ("sig", signed.ssh),
        ("der", signed.der),
        ("txt", signed.note()),
    ):
        evidence.write_durably(folder / f"{made.number:012d}.{ending}", content)
