"""Windows events as text: `wevtutil qe … /f:text`, and PowerShell's `Get-WinEvent … | Format-List`.

A framing: each event is a record under the names that stand before its values; what it means is for `windows` to say,
which reads the data out of the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....common.encodings import decode, detect
from ...batching import batched
from ...lines import CHUNK, chunks
from ...objects import Object, Objects, Source

FIELDS = (("objects", "one an event: {'Log Name': …, 'Event ID': …, 'message': …}; its lines are the original"),)
_EVENT = re.compile(r"Event\s?\[\d{1,12}\]:?\s*$")
_PAIR = re.compile(r"\s{0,4}([A-Za-z][A-Za-z ]{1,30}?)\s*:(?: (.*))?$")
_LISTED = {"TimeCreated", "ProviderName", "Id", "Message", "LogName", "MachineName", "LevelDisplayName", "EventID"}
_LISTED |= {"Index", "EntryType", "InstanceId", "Category", "Source", "TimeGenerated", "RecordId", "TimeWritten"}
# What wevtutil calls things, and what the columns of the Event Viewer are called.
_AS = {"Date": "Date and Time", "Description": "message", "Message": "message", "Keyword": "Keywords"}
_LONGEST, _MOST_LINES, _SAMPLE = 1 << 20, 5_000, 60


def frames(head: bytes, name: str) -> float:
    """Begins with an event of wevtutil, or with a list of what PowerShell says of events."""
    if not head or head[:1] in b"{[<":
        return 0.0
    encoding = detect(head[: 1 << 16])
    text = head[encoding.mark : 1 << 16].decode(encoding.name, "replace")
    lines = [line for line in text.splitlines() if line.strip()][:_SAMPLE]
    if len(lines) < 3:
        return 0.0
    if _EVENT.match(lines[0]):
        return 0.95 if any(line.lstrip().startswith("Event ID:") for line in lines[1:12]) else 0.0
    names = {match[1] for line in lines if (match := _PAIR.match(line))}
    first = _PAIR.match(lines[0])
    numbered, timed = names & {"Id", "EventID", "InstanceId"}, names & {"TimeCreated", "TimeGenerated"}
    return 0.9 if first and first[1] in _LISTED and numbered and timed and "Message" in names else 0.0


def objects(source: Source) -> Iterator[Objects]:
    return batched(
        (_object(lines), "\n".join(lines).encode("utf-8", "surrogatepass"), at) for lines, at in _events(source)
    )


def _events(source: Source) -> Iterator[tuple[list[str], int]]:
    """The lines of each event and where it begins; what never ends is cut, to be counted."""
    name = source.encoding.name if not source.encoding.wide else "utf-8"
    begins = ""
    lines: list[str] = []
    start = size = 0
    for chunk in chunks(source, source.encoding, source.read(CHUNK)):
        for i, raw in enumerate(chunk.lines):
            line = decode(raw, name)
            begins = begins or _begins(line)
            if lines and (_starts(line, begins) or size > _LONGEST or len(lines) > _MOST_LINES):
                yield lines, start
                lines, size = [], 0
            if not lines:
                if not line.strip():
                    continue
                start = chunk.offset(i)
            lines.append(line)
            size += len(line)
    if lines:
        yield lines, start


def _begins(line: str) -> str:
    """What every event of this file begins with: "Event" or the first name of a list."""
    if _EVENT.match(line):
        return "Event"
    match = _PAIR.match(line)
    return match[1] if match and line[:1].strip() else ""


def _starts(line: str, begins: str) -> bool:
    if begins == "Event":
        return _EVENT.match(line) is not None
    match = _PAIR.match(line) if line[:1].strip() else None
    return match is not None and match[1] == begins


def _object(lines: list[str]) -> Object | None:
    """The names and values of one event; what has neither a number nor a source is none."""
    found: Object = {}
    last = ""
    listed = _EVENT.match(lines[0]) is None  # wevtutil's message is the last; in a list its lines are set in
    for line in lines if listed else lines[1:]:
        match = _PAIR.match(line) if last != "message" or (listed and line[:1].strip()) else None
        if match and (last != "message" or match[1] in _LISTED):
            last = _AS.get(match[1], match[1])
            if last not in found:
                found[last] = (match[2] or "").strip()
                continue
        if last:
            found[last] += "\n" + (line[15:] if line[:15].isspace() else line)
    found = {name: value.strip("\n") for name, value in found.items() if value.strip()}
    return found if found.keys() & {"Event ID", "Id", "EventID"} and len(found) >= 3 else None
