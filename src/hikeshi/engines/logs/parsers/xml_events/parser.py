"""Windows events as XML: exports of the Event Viewer and of wevtutil, with or without a root element.

A framing: events come out as EVTX files hold them. Entities are refused; a broken event costs itself.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from ...batching import batched
from ...objects import Object, Objects, Source

FIELDS = (("objects", "{'Event': {'System': …, 'EventData': …}}, one an event"),)
_OPEN = re.compile(r"<(?:\w{1,20}:)?Event(?=[\s>])")
_CLOSE = re.compile(r"</(?:\w{1,20}:)?Event\s*>")
_HEAD = re.compile(rb"<(?:\w{1,20}:)?Events?[\s>]")
_BEGINS = re.compile(rb"(?:Record \d{1,12}\s++)?+<")  # evtx_dump says above each record which it is
_BLOCK, _LONGEST, _DEEPEST, _MOST = 1 << 18, 4 << 20, 30, 20_000


def frames(head: bytes, name: str) -> float:
    """Begins with an event, in UTF-8 or UTF-16."""
    start = head[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not _BEGINS.match(start):
        return 0.0
    return 0.95 if _HEAD.search(start) and b"<System" in head[: 1 << 16].replace(b"\0", b"") else 0.0


def objects(source: Source) -> Iterator[Objects]:
    return batched((_parse(text), text.encode("utf-8", "replace"), at) for text, at in _events(source))


def _events(source: Source) -> Iterator[tuple[str, int]]:
    """The text of each event and its place; what never ends is given as it is, to be counted."""
    name, at = source.encoding.name, source.encoding.mark
    if at:
        source.read(at)
    decoder = codecs.getincrementaldecoder(name)("replace")

    def width(text: str) -> int:
        return len(text.encode(name, "replace"))

    buffer, ended = "", False
    while not ended:
        raw = source.read(_BLOCK)
        ended = not raw
        buffer += decoder.decode(raw, final=ended)
        done = 0
        while opened := _OPEN.search(buffer, done):
            closed = _CLOSE.search(buffer, opened.end())
            following = _OPEN.search(buffer, opened.end(), closed.start() if closed else len(buffer))
            if closed is None and following is None:
                at += width(buffer[done : opened.start()])
                buffer, done = buffer[opened.start() :], 0
                if ended or len(buffer) > _LONGEST:
                    yield buffer[:_LONGEST], at
                    at += width(buffer)
                    buffer = ""
                break
            end = following.start() if following else closed.end() if closed else 0
            at += width(buffer[done : opened.start()])
            yield buffer[opened.start() : end], at
            at += width(buffer[opened.start() : end])
            done = end
        else:
            keep = max(done, len(buffer) - 30)  # the beginning of a tag may lie at the end
            at += width(buffer[done:keep])
            done = keep
        if done:
            buffer = buffer[done:]


def _parse(text: str) -> Object | None:
    """One event as a dict; None when it is no well-formed XML, or more than an event may be."""
    if "<!" in text.replace("<![CDATA[", ""):
        return None
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=None)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.EntityDeclHandler = builder.refuse
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except (expat.ExpatError, _TooMuchError):
        return None
    return {"Event": builder.root} if isinstance(builder.root, dict) else None


class _TooMuchError(ValueError):
    """More, or deeper, than an event is."""


class _Builder:
    """Elements as dicts, the way EVTX files are given: attributes under "#attributes", <Data Name="a"> as "a"."""

    def __init__(self) -> None:
        self.root: Any = None
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self._count = 0

    def refuse(self, *_: object) -> None:
        raise _TooMuchError

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= _DEEPEST or self._count > _MOST:
            raise _TooMuchError
        self._open.append((name.rpartition(":")[2], {"#attributes": attributes} if attributes else {}, []))

    def text(self, data: str) -> None:
        if self._open:
            self._open[-1][2].append(data)

    def end(self, _: str) -> None:
        name, inner, texts = self._open.pop()
        text = "".join(texts)
        value: Any = inner
        if not inner:
            value = text if text.strip() else None
        elif text.strip():
            inner["#text"] = text
        if not self._open:
            self.root = value
            return
        parent = self._open[-1][1]
        if name in ("Data", "ComplexData") and inner.get("#attributes", {}).get("Name"):
            name, value = inner["#attributes"]["Name"], inner.get("#text")
        elif name == "Data":
            value = inner.get("#text") if inner else value
        if name in parent:
            before = parent[name]
            parent[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            parent[name] = value
