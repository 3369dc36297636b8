"""PHP's error log (error_log, WordPress' debug.log) and php-fpm's; stack traces belong to the error above them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from ...table import Context, LogSource
from ...times import MONTHS, local_time
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time", "in the zone that the line names (UTC, Asia/Tokyo), else local time of the server"),
    ("action", "php.error, php.trace (a line of a stack trace, at its error's time), php_fpm.message, php.message"),
    ("path", "the file in which it happened"),
    ("message", "what PHP said; the kind (Fatal error, Warning) is in error.type, the line in error.line"),
)
PROGRAMS = (b"php", b"php-fpm", b"php-cgi", b"wordpress")
_LINE = re.compile(
    rb"\[(\d\d)-([A-Z][a-z][a-z])-(\d{4}) (\d\d:\d\d:\d\d)(?:\.\d++)?(?:"
    rb" ([A-Za-z_]++(?:/[A-Za-z_+-]++){0,2}|[+-]\d\d:\d\d))?\] (.*)",
    re.DOTALL,
)
_TRACE = re.compile(
    rb"(?:PHP +)?(?:Stack trace:$|#\d{1,4} .*|  thrown in .* on line \d++$|\d{1,4}\. .*? [^ ]++\.php:\d++$)", re.DOTALL
)
_RULES = (
    ("php.error", "failure", rb"(?:PHP )?(?P<type>Fatal error|Parse error|Recoverable fatal error|Catchable fatal"
         rb" error):  ?(?P<error>.*?)"
     rb"(?: in (?P<path>[^ ]+?)(?::| on line )(?P<line>\d++))?(?:\nStack trace.*)?$"),
    ("php.error", "unknown", rb"(?:PHP )?(?P<type>Warning|Notice|Deprecated|Strict Standards|User [a-z]++): "
         rb" ?(?P<error>.*?)"
     rb"(?: in (?P<path>[^ ]++) on line (?P<line>\d++))?$"),
    ("php.error", "unknown", rb"WordPress database error (?P<error>.*)"),
    ("php.trace", "unknown", rb"(?:PHP +)?(?:Stack trace:|#\d++ (?P<path>/[^ (]++)\((?P<line>\d++)\)|  thrown in"
         rb" (?P<path__2>.*) on line (?P<line__2>\d++)|"
     rb"#\d++ |\d++\. )"),
    ("php_fpm.message", "unknown", rb"(?P<type>NOTICE|WARNING|ERROR|ALERT|DEBUG): (?P<error>.*)"),
)  # fmt: skip
_SPEECH = Speech(
    "php_error",
    _RULES,
    source="php",
    otherwise="php.message",
    sources=(LogSource("php", "application", ""), LogSource("", "application", "")),
    also={"type": ("error.type",), "error": ("error.message",), "line": ("error.line",)},
    texts=True,
)


def understands(line: bytes) -> bool:
    match = _LINE.match(line)
    return match[2] in MONTHS if match else _TRACE.match(line[:4096]) is not None


def claims(sample: Sequence[bytes]) -> float:
    """Lines of a trace alone prove nothing."""
    if not any(_LINE.match(line) for line in sample):
        return 0.0
    return sum(map(understands, sample)) / len(sample)


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    match = _LINE.match(line)
    if not match:
        last: Frame | None = context.memory.get("php_error.last")
        return (last, line) if last and _TRACE.match(line[:4096]) else None
    month = MONTHS.get(match[2])
    if month is None:
        return None
    name = (match[5] or b"").decode()
    stamp = line[: match.start(6)]
    zone = _zone(name) or context.zone
    time = stamped(context, stamp, lambda: local_time(int(match[3]), month, int(match[1]), match[4], zone))
    if time is None:
        return None
    frame = context.memory["php_error.last"] = Frame(time, b"", b"php", b"", name or context.zone_name)
    return frame, match[6]


@lru_cache(maxsize=200)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name[:1].isalpha() else None
    except (KeyError, ValueError, OSError):
        return None


read = _SPEECH.lines(_cut)
read_messages = _SPEECH.read
