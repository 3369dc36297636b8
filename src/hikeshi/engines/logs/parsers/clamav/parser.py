"""ClamAV: clamd.log, freshclam.log and the report of clamscan; the same words also come by syslog."""

from __future__ import annotations

import re

from ...table import Context, LogSource
from ...times import MONTHS, local_time
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time", "local time of the host; a report of clamscan has none but its end: such lines stand at the file's time"),
    ("action", "malware.found, clamav.update, clamav.error, clamav.message"),
    ("path", "the file that was looked at"),
    ("target", "the name of what was found (Sigma: Signature)"),
)
PROGRAMS = (b"clamd", b"freshclam", b"clamscan", b"clamav-milter", b"clamdscan", b"clamonacc")
_LINE = re.compile(rb"(?:[A-Z][a-z][a-z] ([A-Z][a-z][a-z]) ([ \d]\d) (\d\d:\d\d:\d\d) (\d{4})) -> (.*)", re.DOTALL)
_SCAN = re.compile(
    rb"/.*: (?:[^ ]++ FOUND|OK|Empty file|Excluded|Symbolic link|Infected archive)$|[A-Z]:\\.*: [^ ]++ FOUND$"
    rb"|-{10,} SCAN SUMMARY -{10,}$|(?:Known viruses|Engine version|Scanned (?:directories|files)|Infected"
    rb" files|Data (?:scanned|read)"
    rb"|(?:Start|End) Date|Total errors|Time): ",
    re.DOTALL,
)
_RULES = (
    ("malware.found", "unknown", rb"(?P<path>.+): (?P<target>[^ (]++)(?:\([0-9A-Za-z]{1,64}:\d++\))? FOUND$"),
    ("malware.moved", "success", rb"(?P<path>.+): (?:moved|copied) to '(?P<destination_path>.*)'$"),
    ("malware.removed", "success", rb"(?P<path>.+): Removed\.?$"),
    ("clamav.update", "success", rb"[a-z]++\.c[lvd]d (?:database )?(?:updated|is up[- ]to[- ]date|version from DNS)"),
    ("clamav.update", "success", rb"Database updated"),
    ("clamav.error", "failure", rb"(?:ERROR|\^|!)[: ]?"),
    ("clamav.stopped", "unknown", rb"(?:--- Stopped at|Exiting\.\.\.|Shutting down)"),
)
_SPEECH = Speech(
    "clamav",
    _RULES,
    source="clamav",
    otherwise="clamav.message",
    sources=(LogSource("linux", "", "clamav"), LogSource("", "antivirus", "")),
    also={"target": ("Signature",), "path": ("Filename",)},
)


def understands(line: bytes) -> bool:
    match = _LINE.match(line)
    return match[1] in MONTHS if match else _SCAN.match(line[:4096]) is not None


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    if match := _LINE.match(line):
        stamp = line[: match.start(5)]
        month = MONTHS.get(match[1])
        if month is None:
            return None
        time = stamped(context, stamp, lambda: local_time(int(match[4]), month, int(match[2]), match[3], context.zone))
        return None if time is None else (Frame(time, b"", b"clamav", b"", context.zone_name), match[5])
    if not _SCAN.match(line[:4096]):
        return None
    # A report says when it began and ended only below; the file's own time is the nearest that is known.
    when = context.memory.setdefault("clamav.report", context.years.anchor.timestamp())
    return Frame(when, b"", b"clamscan", b"", context.zone_name), line


read = _SPEECH.lines(_cut)
read_messages = _SPEECH.read
