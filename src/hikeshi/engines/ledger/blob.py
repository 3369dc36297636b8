"""A disposable text: ``64 hex digits of salt LF text``. The SHA-256 of exactly these bytes is what the chain holds.

``sha256sum`` checks it. Once the file is gone, the salt (32 random bytes) keeps anybody from finding a short text, a
name or a number again by trying all of them against the hash.
"""

from __future__ import annotations

import hashlib
import re
import secrets

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.kinds import Blob
from hikeshi.engines.ledger.line import storable

_SALT_LF = re.compile(rb"[0-9a-f]{64}\n")


def new_text_blob(text: str, salt: bytes | None = None) -> bytes:
    """The exact bytes of the file. Lone surrogates and NUL are replaced visibly, as in a line."""
    salt = secrets.token_bytes(32) if salt is None else salt
    if len(salt) != 32:
        raise ValueError("a salt is 32 bytes")
    clean, _ = storable(text)
    return salt.hex().encode("ascii") + b"\n" + str(clean).encode("utf-8")


def blob_of(data: bytes) -> Blob:
    """The reference that stands in the chain."""
    return Blob(hashlib.sha256(data).hexdigest())


def read_text_blob(data: bytes, expected: str | None = None) -> str:
    """The text again; raises ``ledger.blob_changed`` when its bytes are not the ones that the chain names."""
    found = hashlib.sha256(data).hexdigest()
    if expected is not None and found != expected:
        raise Problem("ledger.blob_changed", expected=expected, found=found)
    if not _SALT_LF.match(data):
        raise Problem("ledger.not_a_blob", sha256=found)
    try:
        return data[65:].decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("ledger.not_a_blob", sha256=found) from error
