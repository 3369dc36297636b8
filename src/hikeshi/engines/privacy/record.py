"""What one row or one block of text says about one person, as keyed hashes: no copy of the data arises.

The key of BLAKE2 is drawn anew in each process and kept nowhere else. Names are kept as a sketch, too: ten bits of a
keyed hash for each of six characters, enough to see that two differ in one character, not enough to read them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

import numpy as np

_KEYED = blake2b(digest_size=8, key=secrets.token_bytes(32))
"""Begun with the key once; each value goes on from a copy, which costs a quarter of beginning anew."""
FIELDS = ("name", "kana", "email", "phone", "postal", "address", "birth", "identity")
ALONE = ("card", "bank", "member", "secret")
"""What somebody has who is not named: nobody is linked by these, but people without a name are counted by them."""
SKETCHED = 6


@lru_cache(100_000)
def hashed(value: str) -> int:
    """63 bits, never 0; equal in this process only."""
    return (int.from_bytes(_digest(value), "little") >> 1) | 1


def _digest(value: str) -> bytes:
    begun = _KEYED.copy()
    begun.update(value.encode("utf-8", "surrogatepass"))
    return begun.digest()


def hashes(values: Iterable[str]) -> np.ndarray:
    """`hashed` of many values, most of them new."""
    digests = np.frombuffer(b"".join(map(_digest, values)), dtype="<u8")
    return (digests >> np.uint64(1)) | np.uint64(1)


@lru_cache(50_000)
def sketch(name: str) -> int:
    """Ten bits a character of the first six, the first character lowest; never 0 for a name."""
    bits = 0
    for n, character in enumerate(name[:SKETCHED]):
        bits |= ((hashed(f"character {character}") >> 3) % 1023 + 1) << (10 * n)
    return bits


def sketches(names: Sequence[str]) -> np.ndarray:
    """`sketch` of many names."""
    wide = np.array(names, dtype=f"<U{SKETCHED}").view("<u4").reshape(len(names), SKETCHED)
    codes, places = np.unique(wide, return_inverse=True)
    bits = [((hashed(f"character {chr(code)}") >> 3) % 1023 + 1) if code else 0 for code in codes.tolist()]
    each = np.array(bits, np.uint64)[places].reshape(wide.shape)
    shifts = np.arange(0, 10 * SKETCHED, 10, dtype=np.uint64)
    return np.asarray(np.bitwise_or.reduce(each << shifts, axis=1))


@dataclass(slots=True)
class Record:
    """Normal forms by field, several for e-mail and phone; `kinds` are the kinds of data that the row held."""

    values: dict[str, list[str]] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)

    def add(self, field_name: str, value: str) -> None:
        there = self.values.setdefault(field_name, [])
        if value not in there:
            there.append(value)
