"""Microsoft Defender's support log (MPLog-….log): what it found and did, beside much of its own housekeeping.

It stays where the event log was cleared: C:\\ProgramData\\Microsoft\\Windows Defender\\Support.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...table import Context, LogSource
from ...times import iso_time
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time", "UTC"),
    ("action", "win.malware_found, win.malware_acted, win.program_seen, defender.message"),
    ("target, path", "the name of what was found (Sigma: Signature), and the file"),
    ("process", "the program whose files were looked at: that it ran on this machine"),
)
_LINE = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z) ++(.+)", re.DOTALL)
_ITS = re.compile(
    rb"DETECTION(?:EVENT|_ADD|_CLEANEVENT)|ProcessImageName: |SDN:|MPSOURCE_|\[RTP\]|\[Mini-filter\]|Engine:|"
    rb"(?:Begin|End) Resource Scan|Threat Name:|Dynamic signature|Signature updated|Service launched|Product Version"
)
# A host and a program with its number: syslog's, in whose lines anybody may have written one of those words.
_FRAMED = re.compile(rb"[0-9T:.-]++Z [^ ]++ [^ :\[]++\[\d++\]: ")
_FILE = rb"(?:[a-z]++:)?(?:file|containerfile|process|webfile):_?(?P<path>.*?)(?:;.*| PropagatedFrom.*| PropBag .*)?$"
_NAME = rb"(?P<target>[A-Za-z]++:[^ ]++) "
_RULES = (
    ("win.malware_found", "unknown", rb"DETECTIONEVENT(?: MPSOURCE_(?P<method>[A-Z]++))? " + _NAME + _FILE),
    ("win.malware_found", "unknown", rb"DETECTION_ADD(?:#\d++)?(?: MPSOURCE_(?P<method>[A-Z]++))? " + _NAME + _FILE),
    ("win.malware_acted", "success", rb"DETECTION_CLEANEVENT MPSOURCE_[A-Z]++ MP_THREAT_ACTION_(?P<method>[A-Z_]++)"
     rb" 0x0++ " + _NAME + _FILE),
    ("win.malware_acted", "failure", rb"DETECTION_CLEANEVENT MPSOURCE_[A-Z]++ MP_THREAT_ACTION_(?P<method>[A-Z_]++)"
     rb" 0x[0-9A-Fa-f]++ " + _NAME + _FILE),
    ("win.program_seen", "unknown", rb"ProcessImageName: (?P<process>[^,]++), Pid: (?P<pid>\d++),"
     rb"(?:.*? MaxTimeFile: (?P<path>.*?), EstimatedImpact)?"),
)  # fmt: skip
_SPEECH = Speech(
    "defender_mplog",
    _RULES,
    source="defender",
    otherwise="defender.message",
    sources=(LogSource("windows", "", "windefend"), LogSource("", "antivirus", "")),
    also={"target": ("Signature", "ThreatName"), "path": ("Filename",)},
)


def understands(line: bytes) -> bool:
    return (match := _LINE.match(line)) is not None and _ITS.match(match[2]) is not None


def claims(sample: Sequence[bytes]) -> float:
    """Between its own words it says much else, in lines of the same form. One of its words makes no log its own."""
    own = sum(map(understands, sample))
    if not own or own <= sum(_FRAMED.match(line) is not None for line in sample):
        return 0.0
    return sum(_LINE.match(line) is not None for line in sample) / len(sample)


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    """A line of the log. Others begin theirs alike: theirs are left until one of its own words was seen."""
    match = _LINE.match(line)
    if match is None or _FRAMED.match(line):
        return None
    if not context.memory.get("defender.seen"):
        if not _ITS.match(match[2]):
            return None
        context.memory["defender.seen"] = True
    stamp = match[1]
    time = stamped(context, stamp, lambda: iso_time(stamp, context.zone))
    return None if time is None else (Frame(time, b"", b"defender", b"", "UTC"), match[2])


read = _SPEECH.lines(_cut)
