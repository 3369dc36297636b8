"""CrowdSec: its alerts and decisions (cscli … -o json), and the lines of its own log.

Its decisions are what it took for attacks: the address, the scenario, and for how long it is kept out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...flatten import Record
from ...mapped import as_text, text_at
from ...moments import moment
from ...objects import Object
from ...table import Columns, Context, LogSource, Table
from ..meanings import Meanings
from ..speech import Frame, Speech

FIELDS = (
    ("time", "start_at, else created_at; in its log the line's own time"),
    ("action", "ids.alert: somebody did what a scenario describes; ids.banned: an address is kept out"),
    ("outcome", "unknown: an alert does not say whether it worked; of a ban success"),
    ("address", "whom the alert is about"),
    ("detail", "the scenario: crowdsecurity/ssh-bf …"),
    ("host", "the machine that saw it"),
)
PROGRAMS = (b"crowdsec",)
_SOURCES = (LogSource("crowdsec", "", "alerts"), LogSource("", "ids", ""))
_LINE = re.compile(rb'time="([^"]{10,40})" level=([a-z]{1,8}) msg="((?:[^"\\]++|\\.)*+)"(.*)', re.DOTALL)
_OLD_DATE = re.compile(r"^(\d\d)-(\d\d)-(\d{4})(?= )")  # 20-11-2026 09:00:03, before 1.3
_RULES = (
    (
        "ids.alert",
        "unknown",
        rb"Ip (?P<address>[0-9A-Fa-f.:]++) performed '(?P<detail>[^']++)'"
        rb"(?: \((?P<events>\d++) events? over (?P<over>[^)]++)\))?",
    ),
    (
        "ids.banned",
        "success",
        rb"(?:\((?P<origin>[^)]*+)\) )?(?:alert : )?(?P<detail>[^ ]++) by ip (?P<address>[0-9A-Fa-f.:]++)"
        rb"(?: \([^)]*+\))? ?: (?P<duration>[^ ]++) (?:ban|captcha|throttle) on Ip ",
    ),
    ("ids.banned", "success", rb"Adding (?P<address>[0-9A-Fa-f.:]++) to (?:the )?(?:ban|blocklist|decision)"),
)
_SPEECH = Speech("crowdsec", _RULES, source="crowdsec", otherwise="crowdsec.message", sources=_SOURCES)


def understands(line: bytes) -> bool:
    return line.startswith(b'time="') and (match := _LINE.match(line)) is not None and _SPEECH.knows(match[3])


def claims(sample: Sequence[bytes]) -> float:
    """Between its verdicts it says much else, in lines of the same form."""
    if not any(map(understands, sample)):
        return 0.0
    return sum(1 for line in sample if _LINE.match(line)) / len(sample)


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    """A line of crowdsec.log. Others write such lines, too: theirs are left until a sentence of CrowdSec's was seen."""
    match = _LINE.match(line) if line.startswith(b'time="') else None
    if match is None:
        return None
    ours = context.memory.get("crowdsec.seen")
    if not ours and _SPEECH.knows(match[3]):
        ours = context.memory["crowdsec.seen"] = True
    if not ours and b"crowdsec" not in line.lower():
        return None
    time = moment(_OLD_DATE.sub(r"\3-\2-\1", match[1].decode("ascii", "replace")), context.zone)
    return None if time is None else (Frame(time, b"", b"crowdsec", b"", context.zone_name), match[3])


read = _SPEECH.lines(_cut)
read_messages = _SPEECH.read


def recognises(obj: Object, name: str) -> float:
    if "scenario" not in obj:
        return 0.0
    if isinstance(obj.get("source"), dict) and ("start_at" in obj or "created_at" in obj or "StartAt" in obj):
        return 0.95
    return 0.9 if "duration" in obj and "origin" in obj and "value" in obj else 0.0


def _operation(record: Record) -> str:
    by_hand = text_at(record, "scenario").startswith("manual ")
    return "decision" if by_hand or ("duration" in record and "origin" in record) else "alert"


def _rename(columns: Columns, records: Sequence[Record]) -> Columns:
    scopes = [text_at(one, "source.scope", "scope").lower() for one in records]
    came = [text_at(one, "source.ip", "source.value", "value") for one in records]
    # What is kept out may also be a country or a network: these are no address.
    columns["source.ip"] = [
        one if scope in ("ip", "") and one else None for scope, one in zip(scopes, came, strict=True)
    ]
    columns["message"] = [as_text(one.get("message")) or None for one in records]
    return columns


_READ = Meanings(__file__, _SOURCES, rename=_rename, operation=_operation)


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    return _READ.read(objects, rows, context)
