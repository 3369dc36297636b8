"""One file as extractors see it: its beginning, its bytes in blocks, its text, or the whole of it to seek in."""

from __future__ import annotations

import codecs
import io
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Protocol

from ..common.encodings import Encoding, detect
from ..common.problem import Problem

HEAD = 1 << 16
BLOCK = 1 << 18
SPOOLED = 1 << 30
LONGEST = 1 << 20
"""A line longer than this is cut."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Source:
    """`shown` is for people; `path` is given when the bytes lie there as they are (not packed, not in an archive)."""

    def __init__(self, shown: str, stream: Readable, path: Path | None = None) -> None:
        self.shown = shown
        self.name = shown.rsplit("!", 1)[-1].rsplit("/", 1)[-1].lower()
        self.path = path
        self._stream = stream
        self._spooled: BinaryIO | None = None
        self.head = self._first(HEAD)

    def _first(self, size: int) -> bytes:
        data = b""
        while len(data) < size and (piece := self._stream.read(size - len(data))):
            data += piece
        return data

    def blocks(self) -> Iterator[bytes]:
        """All bytes, once."""
        if self._spooled is not None:
            self._spooled.seek(0)
            while block := self._spooled.read(BLOCK):
                yield block
            return
        yield self.head
        while block := self._stream.read(BLOCK):
            yield block

    def file(self) -> BinaryIO:
        """The whole file, to seek in: where it lies, or a nameless temporary copy. Raises Problem when too large."""
        if self._spooled is None:
            if self.path is not None:
                self._spooled = self.path.open("rb")
            else:
                copy = tempfile.TemporaryFile()  # noqa: SIM115
                size = 0
                for block in self.blocks():
                    size += len(block)
                    if size > SPOOLED:
                        copy.close()
                        raise Problem("common.archive_too_large", path=self.shown, size=size)
                    copy.write(block)
                self._spooled = copy
        self._spooled.seek(0)
        return self._spooled

    def whole(self, most: int) -> bytes:
        """All bytes at once. Raises Problem("privacy.too_large")."""
        data = io.BytesIO()
        for block in self.blocks():
            data.write(block)
            if data.tell() > most:
                raise Problem("privacy.too_large", path=self.shown, limit=most)
        return data.getvalue()

    def close(self) -> None:
        if self._spooled is not None:
            self._spooled.close()

    @cached_property
    def encoding(self) -> Encoding:
        return detect(self.head)

    @cached_property
    def beginning(self) -> str:
        """The text of the first bytes, its last line left out where it is cut."""
        text = self.head[self.encoding.mark :].decode(self.encoding.name, "replace")
        return text[: text.rfind("\n") + 1] or text if len(self.head) == HEAD else text

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The names in a zip; () when this is none, or a broken one."""
        if self.head[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
            return ()
        try:
            with zipfile.ZipFile(self.file()) as archive:
                return tuple(info.filename for info in archive.infolist()[:10_000])
        except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
            return ()

    def texts(self) -> Iterator[str]:
        """The text in blocks of whole lines, whatever the encoding."""
        decoder = codecs.getincrementaldecoder(self.encoding.name)("replace")
        carry, mark = "", self.encoding.mark
        for block in self.blocks():
            text = carry + decoder.decode(block[mark:])
            mark = 0
            cut = text.rfind("\n") + 1
            if not cut and len(text) > LONGEST:
                cut = len(text)
            if cut:
                yield text[:cut]
            carry = text[cut:]
        carry += decoder.decode(b"", True)
        if carry:
            yield carry

    def lines(self) -> Iterator[str]:
        """Each line without its end."""
        for text in self.texts():
            yield from text.splitlines()

    def utf8(self) -> Iterator[bytes]:
        """The text in UTF-8 in blocks of whole lines; UTF-8 and ASCII pass as they are, which is the fast way."""
        if self.encoding.name != "utf-8":
            for text in self.texts():
                yield text.encode("utf-8", "replace")
            return
        carry, mark = b"", self.encoding.mark
        for block in self.blocks():
            data = carry + block[mark:] if carry or mark else block
            mark = 0
            cut = data.rfind(b"\n") + 1
            if not cut and len(data) > LONGEST:
                cut = len(data)
            if cut:
                yield data[:cut]
            carry = data[cut:]
        if carry:
            yield carry
