"""Files that old mail programs put into a text between `begin 644 name` and `end`."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

_BLOCK = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n((?:[ -`]{1,90}(?:\r?\n|\Z))++)(end\b[ \t]*\r?$)?")


def taken_out(data: bytes) -> tuple[bytes, list[tuple[bytes, bytes, bool]]]:
    """The text without such blocks, and of each its name, its bytes and whether it is whole."""
    if b"begin " not in data:
        return data, []
    found: list[tuple[bytes, bytes, bool]] = []

    def take(block: re.Match[bytes]) -> bytes:
        said = list(_decoded(block[2].splitlines()))
        found.append((block[1], b"".join(line for line in said if line), bool(block[3]) and None not in said))
        return b""

    return _BLOCK.sub(take, data), found


def _decoded(lines: list[bytes]) -> Iterator[bytes | None]:
    """Each line's bytes; None for one that is damaged."""
    for line in lines:
        try:
            yield binascii.a2b_uu(line)
        except binascii.Error:
            length = ((line[0] - 32 & 63) * 4 + 5) // 3  # some programs put a check sum or blanks behind
            try:
                yield binascii.a2b_uu(line[:length])
            except binascii.Error:
                yield None
