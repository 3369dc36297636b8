"""apt's term.log: what dpkg showed in the terminal, between `Log started:` and `Log ended:` with their times.

Each line is a record at its block's start. Most have no mark of their own: such a log is a file that begins with a
start, and in which a good part of the lines are dpkg's.
"""

# words: data throughout, what dpkg writes in Japanese

from __future__ import annotations

import re
from collections.abc import Iterator

from ....common.encodings import detect
from ...batching import batched
from ...lines import CHUNK, chunks
from ...objects import Object, Objects, Source

_EDGE = re.compile(rb"Log (started|ended): (\d{4}-\d\d-\d\d)  (\d\d:\d\d:\d\d)$")
_DPKG = re.compile(
    r"(?:Selecting previously |Preparing to |Unpacking |Setting up |Processing triggers |Removing |Purging |Replacing |"
    r"\(Reading database |\(データベースを読み込んでいます|以前に未選択の|"
    r"[^ ]{1,80} (?:\([^)]{1,80}\) )?(?:を|で |のトリガを)[^。]{0,200}しています)".encode()
)
_DRAWN = re.compile(rb"\x1b(?:\[[\d;?]*[A-Za-z]|[78])")


def frames(head: bytes) -> float:
    """How surely a file that begins so is a term.log."""
    mark = detect(head[: 1 << 16]).mark
    lines = [line for raw in head[mark : 1 << 16].split(b"\n") if (line := shown(raw))][:300]
    if not lines or not (first := _EDGE.match(lines[0])) or first[1] != b"started":
        return 0.0
    said = [line for line in lines if not _EDGE.match(line)]
    return 0.95 if 4 * sum(_DPKG.match(line) is not None for line in said) > len(said) else 0.0


def objects(source: Source) -> Iterator[Objects]:
    return batched(_records(source))


def _records(source: Source) -> Iterator[tuple[Object | None, bytes, int]]:
    time = b""
    for chunk in chunks(source, source.encoding, source.read(CHUNK)):
        for i, raw in enumerate(chunk.lines):
            line = shown(raw)
            if edge := _EDGE.match(line):
                time = edge[2] + b" " + edge[3]
            if line:
                yield {"term_time": time, "term_line": line} if time else None, raw, chunk.offset(i)


def shown(raw: bytes) -> bytes:
    """What stood in the line in the end: a terminal draws progress over itself, with carriage returns."""
    line = _DRAWN.sub(b"", raw).rstrip()
    return line.rpartition(b"\r")[2].rstrip()
