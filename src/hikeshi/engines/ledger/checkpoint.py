"""A checkpoint: what a chain was at one moment, signed, to be kept outside the machine.

Up to its last line, a chain can then no longer be cut short, rewritten with new hashes, or given another last entry.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

import orjson

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger import sshsig
from hikeshi.engines.ledger.keys import PublicKey, SigningKey
from hikeshi.engines.ledger.line import FIRST_PREV, MAX_NUMBER, canonical

NAMESPACE = "hikeshi-checkpoint"
FORMAT = "hikeshi-checkpoint-1"
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_MAX = 4096


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """``number`` lines, together ``size`` bytes; ``head`` is the SHA-256 of the last one; ``at`` in UTC, RFC 3339."""

    chain: str
    number: int
    size: int
    head: str
    at: str

    def __post_init__(self) -> None:
        good = (
            isinstance(self.chain, str)
            and 0 < len(self.chain) <= 200
            and type(self.number) is int
            and type(self.size) is int
            and 0 <= self.number <= MAX_NUMBER
            and 0 <= self.size <= MAX_NUMBER
            and isinstance(self.head, str)
            and _HEX64.fullmatch(self.head) is not None
            and (self.number > 0) == (self.size > 0)
            and (self.number > 0 or self.head == FIRST_PREV)
            and isinstance(self.at, str)
            and _AT.fullmatch(self.at) is not None
        )
        if not good:
            raise Problem("ledger.not_a_checkpoint")

    def to_bytes(self) -> bytes:
        """The exact bytes that are signed: canonical JSON and LF."""
        return canonical({"format": FORMAT, **asdict(self)}) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Checkpoint:
        """Read it strictly: bytes that it would not itself write are no checkpoint."""
        try:
            fields = orjson.loads(data) if len(data) <= _MAX else None
            if not isinstance(fields, dict) or fields.pop("format", None) != FORMAT:
                raise Problem("ledger.not_a_checkpoint")
            made = cls(**fields)
        except (orjson.JSONDecodeError, TypeError) as error:
            raise Problem("ledger.not_a_checkpoint") from error
        if made.to_bytes() != data:
            raise Problem("ledger.not_a_checkpoint")
        return made


@dataclass(frozen=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint with both forms of its signature, made by one key."""

    checkpoint: Checkpoint
    ssh: bytes
    der: bytes

    def note(self) -> bytes:
        """One small text for mail, a stick or a QR code: the checkpoint's line, then its SSH signature."""
        return self.checkpoint.to_bytes() + self.ssh


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> SignedCheckpoint:
    data = checkpoint.to_bytes()
    return SignedCheckpoint(checkpoint=checkpoint, ssh=sshsig.sign(key, NAMESPACE, data), der=key.sign_der(data))


def read_note(data: bytes) -> tuple[Checkpoint, PublicKey | None]:
    """Read a note, or a bare checkpoint (then without a key), and give the key that signed it.

    A bad signature raises; whose key it is, the caller must ask.
    """
    if len(data) > 2 * _MAX:
        raise Problem("ledger.not_a_checkpoint")
    head, lf, rest = data.replace(b"\r\n", b"\n").partition(b"\n")  # mail and Windows editors change line ends
    checkpoint = Checkpoint.from_bytes(head + lf)
    if not rest.strip():
        return checkpoint, None
    return checkpoint, sshsig.verify(rest.strip() + b"\n", NAMESPACE, checkpoint.to_bytes())
