"""Cuts a stream into chunks of whole lines in bounded memory, whatever comes: a 2 GB file, a line of 100 MB, UTF-16."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Protocol

from ..common.encodings import Encoding

CHUNK = 1 << 17
LONGEST = 1 << 20
_KEPT = 400


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass
class Chunk:
    """Some whole lines. `first` is the number of the first (from 1), `at` its byte offset in the unpacked stream."""

    lines: list[bytes]
    first: int
    at: int
    encoding: Encoding
    block: bytes = field(default=b"", repr=False)
    too_long: bool = False
    offsets: Sequence[int] | None = field(default=None, repr=False)

    def offset(self, index: int) -> int:
        """Where a line (or a record that is no line) begins, in bytes of the unpacked file."""
        if self.offsets is not None:
            return self.offsets[index]
        return self.at + self._starts[index]

    def every_offset(self) -> Sequence[int]:
        """Where each of them begins."""
        return self.offsets if self.offsets is not None else [self.at + start for start in self._starts]

    @cached_property
    def _starts(self) -> list[int]:
        pieces = self.block.split(b"\n")
        if self.encoding.wide:
            name = self.encoding.name
            sizes = [len(p.decode("utf-8", "surrogatepass").encode(name, "surrogatepass")) for p in pieces]
            width = len("\n".encode(name))
        else:
            sizes, width = [len(p) for p in pieces], 1
        return [0, *accumulate(size + width for size in sizes)]


def chunks(stream: Readable, encoding: Encoding, head: bytes = b"", skipped: int = 0) -> Iterator[Chunk]:
    """All lines of the stream; `head` is what was already read of it. A line over a mebibyte comes cut, `too_long`.

    `skipped` is how many bytes before `head` were left out.
    """
    number, at = 1, skipped + encoding.mark
    carry = b""
    skipping = 0
    old = None
    for block in _utf8(stream, encoding, head[encoding.mark :]):
        old = carriages(block) if old is None else old
        if old:
            block = block.replace(b"\r", b"\n")
        if skipping:
            end = block.find(b"\n")
            if end < 0:
                skipping += len(block)
                continue
            at += skipping + end + 1
            number += 1
            skipping = 0
            block = block[end + 1 :]
        block = carry + block
        cut = block.rfind(b"\n") + 1
        carry = block[cut:]
        if cut:
            made = _chunk(block[:cut], number, at, encoding)
            yield made
            number += len(made.lines)
            at = made.offset(len(made.lines))
        if len(carry) > LONGEST:
            yield Chunk([carry[:_KEPT]], number, at, encoding, carry[:_KEPT] + b"\n", too_long=True)
            skipping, carry = len(carry), b""
    if carry:
        yield _chunk(carry, number, at, encoding)


def carriages(block: bytes) -> bool:
    """Whether a file that begins so ends its lines with carriage returns alone, as old Macs and some devices do."""
    body = block.rstrip(b"\r\n")
    return b"\r" in body and b"\n" not in body


def _chunk(block: bytes, number: int, at: int, encoding: Encoding) -> Chunk:
    text = block.replace(b"\r\n", b"\n") if b"\r\n" in block else block
    lines = text.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return Chunk(lines, number, at, encoding, block)


def _utf8(stream: Readable, encoding: Encoding, head: bytes) -> Iterator[bytes]:
    if not encoding.wide:
        if head:
            yield head
        while block := stream.read(CHUNK):
            yield block
        return
    decoder = codecs.getincrementaldecoder(encoding.name)("surrogatepass")
    block = head or stream.read(CHUNK)
    while block:
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError:
            # Damage in the middle: take the rest as it is, a character at a time, rather than lose it.
            decoder = codecs.getincrementaldecoder(encoding.name)("replace")
            text = decoder.decode(block)
        yield text.encode("utf-8", "surrogatepass")
        block = stream.read(CHUNK)
