"""Unpacks JSON lines, lists, envelopes and documents one after another, in bounded memory whatever their length."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

import orjson

from ...brackets import Brackets
from ...objects import Objects, Source
from ..windows.heads import Heads
from .wrappers import base_of, may_be_envelope, unwrap

BLOCK, LONGEST = 1 << 20, 32 << 20
_BATCH_OBJECTS, _BATCH_BYTES = 4096, 8 << 20
_OPENINGS = (b"{", b"[", b"[{")
_BETWEEN = b" \t\r\n,\x1e\0"
# evtx_dump says above each record which it is.
_TITLE = re.compile(rb"Record \d{1,12}\r?\n")
_LONGEST_TITLE = 24


class Framing:
    """One file. `_buffer` holds what is not yet done, which begins at byte `_at` of the unpacked file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._at = source.encoding.mark
        self._wide = source.encoding.name if source.encoding.wide else ""
        decoder = codecs.getincrementaldecoder(source.encoding.name)("replace") if self._wide else None
        self._decoder = decoder
        self._buffer = b""
        self._ended = False
        self._offsets: list[int] = []
        self._batch = Objects([], [], 1, self._offsets)
        self._size = 0
        self._heads = Heads()
        if source.encoding.mark:
            source.read(source.encoding.mark)

    def objects(self) -> Iterator[Objects]:
        while self._skip_between():
            ways = self._lines() if self._by_lines() else self._document()
            for _ in ways:
                if self._size > _BATCH_BYTES or len(self._batch.raw) + len(self._batch.broken) >= _BATCH_OBJECTS:
                    yield self._flush()
        if self._batch.raw or self._batch.broken:
            yield self._flush()

    def _flush(self) -> Objects:
        batch = self._batch
        self._offsets, self._size = [], 0
        self._batch = Objects([], [], batch.first + len(batch.raw) + len(batch.broken), self._offsets)
        return batch

    def _more(self) -> bytes:
        """The next block as UTF-8; b"" at the end."""
        while not self._ended:
            raw = self._source.read(BLOCK)
            self._ended = not raw
            block = self._decoder.decode(raw, final=not raw).encode("utf-8") if self._decoder else raw
            if block:
                return block
        return b""

    def _width(self, piece: bytes) -> int:
        """How many bytes of the file a piece of the buffer is."""
        if not self._wide:
            return len(piece)
        return len(piece.decode("utf-8", "replace").encode(self._wide, "replace"))

    def _drop(self, size: int) -> None:
        self._at += self._width(self._buffer[:size])
        self._buffer = self._buffer[size:]

    def _skip_between(self) -> bool:
        """Goes on to the next record; False at the end."""
        while True:
            rest = self._buffer.lstrip(_BETWEEN)
            self._drop(len(self._buffer) - len(rest))
            if self._buffer[:1] == b"R":
                while len(self._buffer) < _LONGEST_TITLE and (block := self._more()):
                    self._buffer += block
                if title := _TITLE.match(self._buffer):
                    self._drop(title.end())
                    continue
            if self._buffer:
                return True
            self._buffer = self._more()
            if not self._buffer:
                return False

    def _by_lines(self) -> bool:
        """Whether the next line is a whole record: then so are, most likely, all that follow."""
        while b"\n" not in self._buffer and len(self._buffer) < BLOCK and (block := self._more()):
            self._buffer += block
        line, found, _ = self._buffer.partition(b"\n")
        if not found and not (self._ended and len(line) < BLOCK):
            return False
        return self._parse(line.strip(_BETWEEN)) is not None

    def _lines(self) -> Iterator[None]:
        """Lines as long as they are records; a broken one costs itself."""
        while self._buffer:
            cut = self._buffer.rfind(b"\n") + 1
            if not cut and not self._ended:
                if len(self._buffer) > BLOCK:
                    return  # a line of many megabytes: looked at by its brackets
                self._buffer += self._more()
                continue
            block = self._buffer[: cut or len(self._buffer)]
            self._buffer = self._buffer[len(block) :]
            place = 0
            if self._all_records(block):
                yield
                self._buffer += self._more()
                continue
            for line in _split(block):
                text = line.strip(_BETWEEN)
                if text:
                    parsed = self._parse(text)
                    if parsed is not None:
                        self._take(parsed, text, self._at + self._width(line[: line.find(text[:1])]))
                    elif text in _OPENINGS:  # records over several lines follow
                        self._buffer = block[place:] + self._buffer
                        return
                    else:
                        self._fail(text)
                    yield
                place += len(line)
                self._at += self._width(line)
            self._buffer += self._more()

    def _all_records(self, block: bytes) -> bool:
        """Takes a block of lines that are records, each of them; where one is not, none is taken."""
        if self._wide:
            return False
        lines = block.split(b"\n")
        texts = [line.strip(_BETWEEN) for line in lines]
        found = [*filter(None, texts)]
        if len(found) > _BATCH_OBJECTS:
            return False
        batch = self._batch
        if found and len(batch.cut) == len(batch.raw) and (parts := self._heads.cut(found)):
            batch.cut += parts
        elif (parsed := _records(found)) is None:
            return False
        else:
            batch.objects.extend(parsed)
        at = self._at
        for line, text in zip(lines, texts, strict=True):
            if text:
                self._offsets.append(at if line is text else at + line.find(text[:1]))
            at += len(line) + 1
        batch.raw += found
        self._size += sum(map(len, found))
        self._at += len(block)
        return True

    def _document(self) -> Iterator[None]:
        """One document by its brackets: itself when it is short, else the records in its list."""
        if self._buffer[:1] not in (b"{", b"["):
            # Neither record nor list: given up to the end of the line.
            cut = self._buffer.find(b"\n")
            size = cut + 1 if cut >= 0 else len(self._buffer)
            self._fail(self._buffer[:size])
            self._drop(size)
            yield
            return
        while len(self._buffer) < BLOCK and (block := self._more()):
            self._buffer += block
        base = base_of(self._buffer)
        if base > 1 and Brackets(1).feed(self._buffer).closed is not None:
            base = 0  # short enough to be read whole: then it shows whether it is an envelope
        yield from self._records(base)

    def _records(self, base: int) -> Iterator[None]:
        brackets, start, seen, too_long = Brackets(base), -1, 0, False
        while True:
            block = self._buffer[seen:]
            if not block:
                block = self._more()
                self._buffer += block
                if not block:
                    break
            marks = brackets.feed(block)
            edges = sorted([(at, 0) for at in marks.starts] + [(at, 1) for at in marks.ends])
            done = 0
            for at, ends in edges:
                place = seen + at
                if not ends:
                    start = place
                elif start >= 0 or too_long:
                    if too_long:
                        self._fail(b"")
                    else:
                        text = self._buffer[start : place + 1]
                        if not base and (between := _between(self._buffer[done:start])):
                            self._fail(between)
                        self._one(text, self._at + self._width(self._buffer[done:start]))
                        self._at += self._width(self._buffer[done : place + 1])
                        done = place + 1
                    start, too_long = -1, False
                    yield
            if marks.closed is not None:
                end = seen + marks.closed + 1
                if not base:
                    self._fail(self._buffer[done:end])
                self._at += self._width(self._buffer[done:end])
                self._buffer = self._buffer[end:]
                return
            keep = start if start >= 0 else seen + len(block)
            keep = max(keep, done)
            if start < 0 and self._buffer[done:keep].lstrip(_BETWEEN)[:1] == b"R" and keep - done < _LONGEST_TITLE:
                keep = done  # a title that goes on in the next block
            if not base and (between := _between(self._buffer[done:keep])):
                self._fail(between)
            self._at += self._width(self._buffer[done:keep])
            self._buffer = self._buffer[keep:]
            start = 0 if start >= 0 else -1
            seen = len(self._buffer)
            if seen > LONGEST:
                self._at += self._width(self._buffer)
                self._buffer, seen, start, too_long = b"", 0, -1, True
        if start >= 0 or too_long:
            self._fail(self._buffer)
            self._drop(len(self._buffer))
            yield

    def _one(self, text: bytes, at: int) -> None:
        parsed = self._parse(text)
        if parsed is None:
            self._fail(text)
        else:
            self._take(parsed, text, at)

    def _parse(self, text: bytes) -> Any:
        """The record or list; None when it is neither."""
        try:
            found = orjson.loads(text)
        except orjson.JSONDecodeError:
            try:
                # Programs of this country write JSON in its code page, too.
                found = orjson.loads(text.decode(self._source.encoding.name if not self._wide else "utf-8"))
            except (orjson.JSONDecodeError, UnicodeDecodeError, LookupError):
                return None
        return found if type(found) in (dict, list) else None

    def _take(self, parsed: Any, text: bytes, at: int) -> None:
        batch = self._batch
        if type(parsed) is dict:
            inner = unwrap(parsed)
            if inner is None:
                batch.objects.append(parsed)
                batch.raw.append(text)
                self._offsets.append(at)
                self._size += len(text)
                return
        else:
            inner = parsed
        for one in inner:
            if type(one) is dict:
                raw = dumps(one)
                batch.objects.append(one)
                batch.raw.append(raw)
                self._offsets.append(at)
                self._size += len(raw)
            else:
                self._fail(dumps(one), at)

    def _fail(self, text: bytes, at: int | None = None) -> None:
        batch = self._batch
        number = batch.first + len(batch.raw) + len(batch.broken)
        batch.broken.append((number, self._at if at is None else at, text[:400]))


def _records(texts: list[bytes]) -> list[dict[str, Any]] | None:
    """These, read; None where one of them is no record or an envelope."""
    try:
        parsed = [*map(orjson.loads, texts)]
    except orjson.JSONDecodeError:
        return None
    if set(map(type, parsed)) != {dict} or any(map(may_be_envelope, set(map(tuple, parsed)))):
        return None
    return parsed


def _between(text: bytes) -> bytes:
    """What stands between two records and is nothing that belongs there."""
    text = text.strip(_BETWEEN)
    return b"" if text[:1] == b"R" and _TITLE.fullmatch(text + b"\n") else text


def dumps(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return b""


def _split(block: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in block.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines
