"""What stands around a message of syslog: time, host, program and process, in every form that is about.

RFC 3164 and 5424, ISO time stamps, what journalctl prints (also with the months of a Japanese desktop), and files that
programs write by themselves in the same form (dovecot, unbound, sudo): these leave the host out.
"""

from __future__ import annotations

import re
from itertools import groupby

from ...table import Context
from ...times import MONTHS, Day, iso_time, local_time
from ..speech import Frame

_OLD = re.compile(
    rb"(?:<\d{1,3}>)?([A-Z][a-z][a-z]) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))? ([^ ]++) "
    rb"(?:([^ :\[]++)(?:\[([^\]]{0,32})\])?: ?)?(.*)",
    re.DOTALL,
)
_ISO = re.compile(
    rb"(?:<\d{1,3}>)?(\d{4}-\d\d-\d\d[T ][^ ]{8,24}) ([^ ]++) ([^ :\[]++)(?:\[([^\]]{0,32})\])?: ?(.*)", re.DOTALL
)
# A device's line as rsyslog keeps it: no program. Only with its offset, or every line with a date would be one.
_BARE = re.compile(
    rb"(?:<\d{1,3}>)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ([^ ]++) (.*)", re.DOTALL
)
_NEW = re.compile(
    rb"(?:<\d{1,3}>)?1? ?(\d{4}-\d\d-\d\dT[^ ]{8,24}) ([^ ]++) ([^ ]++) ([^ ]++) [^ ]++ "
    rb'(?:-|(?:\[(?:[^\]\\"]++|"(?:[^"\\]++|\\.)*+")*+\])++)(?: (.*))?$',
    re.DOTALL,
)
# journalctl -o short-full and -o short-unix; a weekday is three bytes in English and in Japanese.
_FULL = re.compile(
    rb"[^ ]{3} (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?) ([A-Z]{3,5}|[+-]\d\d(?:\d\d)?) ([^ ]++) "
    rb"([^ :\[]++)(?:\[([^\]]{0,32})\])?: ?(.*)",
    re.DOTALL,
)
_UNIX = re.compile(rb"(\d{9,10}\.\d{6}) ([^ ]++) ([^ :\[]++)(?:\[([^\]]{0,32})\])?: ?(.*)", re.DOTALL)
_MONTH = b"\xe6\x9c\x88"  # 月
_JAPANESE = re.compile(rb" ?(1?\d)" + _MONTH + rb" {1,2}(?=\d)")
_DAY = re.compile(rb"^(?:<\d{1,3}>)?(?:([A-Z][a-z][a-z])| ?(1?\d)" + _MONTH + rb") {1,2}(\d{1,2}) \d\d:", re.MULTILINE)
_NAMES = {number: name for name, number in MONTHS.items()}
_ZONES = {b"UTC": b"Z", b"GMT": b"Z", b"JST": b"+09:00"}
# The file that a program writes itself may have, where the host would stand, how grave the line is.
_LEVELS = frozenset(b"TRACE DEBUG INFO NOTICE WARN WARNING ERROR CRITICAL FATAL".split())
_KEEP = 20_000
_SUDO = "syslog.sudo"
Cut = tuple[Frame, bytes]


def understands(line: bytes) -> bool:
    if old := _OLD.match(line):
        return old[1] in MONTHS
    if any(form.match(line) for form in (_ISO, _NEW, _BARE, _FULL, _UNIX)):
        return True
    usual = _usual(line)
    return usual is not line and _OLD.match(usual) is not None


def days(block: bytes) -> list[Day]:
    """The days of the lines that do not say their year, each run of one day once."""
    found = [
        (MONTHS.get(name) or int(number or 0), int(day)) for (name, number, day), _ in groupby(_DAY.findall(block))
    ]
    return [(month, day) for month, day in found if 1 <= month <= 12]


def cut_of(line: bytes, context: Context) -> Cut | None:
    """The frame of a line and its message; None when it is of none of these forms."""
    if old := _OLD.match(line):
        return _old(line, old, context)
    program = process = b""
    if new := _NEW.match(line) if line[:1] == b"<" else None:
        stamp, host, program, process, message = new.groups(b"")
    elif iso := _ISO.match(line):
        stamp, host, program, process, message = iso.groups(b"")
        if host[-1:] == b":" or (host[-1:] == b"]" and host[:1] != b"["):
            host, program, process, message = b"", *_own(host), line[iso.end(2) + 1 :]
        elif host in _LEVELS:
            host = b""
    elif new := _NEW.match(line):
        stamp, host, program, process, message = new.groups(b"")
    elif bare := _BARE.match(line):
        stamp, host, message = bare.groups(b"")
    elif full := _FULL.match(line):
        stamp, zone, host, program, process, message = full.groups(b"")
        stamp += _ZONES.get(zone, zone.ljust(5, b"0") if zone[:1] in b"+-" else b"")
    elif unix := _UNIX.match(line):
        seconds, host, program, process, message = unix.groups(b"")
        return Frame(float(seconds), host, program, process, "UTC"), message
    else:
        usual = _usual(line)
        if usual is not line and (old := _OLD.match(usual)):
            return _old(usual, old, context)
        return _sudo_goes_on(line, context)
    time = iso_time(stamp, context.zone)
    if time is None:
        return None
    tail = stamp[19:].lstrip(b".,0123456789").decode("ascii", "replace")
    frame = Frame(time, _nil(host), _nil(program), _nil(process), tail or context.zone_name)
    return frame, message.removeprefix(b"\xef\xbb\xbf")


def _usual(line: bytes) -> bytes:
    """`11月 20 09:00:01 …` as `Nov 20 09:00:01 …`; any other line as it is."""
    match = _JAPANESE.match(line) if _MONTH in line[:6] else None
    name = _NAMES.get(int(match[1])) if match else None
    return name + b" " + line[match.end() :] if match and name else line


def _old(line: bytes, old: re.Match[bytes], context: Context) -> Cut | None:
    name, day, year, clock, fraction, host, program, process, message = old.groups(b"")
    if len(host) == 4 and host.isdigit() and message[:2] == b": ":  # sudo's own file, with the year behind the clock
        year, host, message = host, b":", message[2:]
    elif host[-1:] == b":":  # programs that write their own file leave the host out
        message = line[old.end(6) + 1 :]
    time = _old_time(name, day, year, clock, fraction, context)
    if time is None:
        return None
    if host == b":":
        made = context.memory[_SUDO] = Frame(time, b"", b"sudo", b"", context.zone_name), message
        return made
    if host[-1:] == b":":
        program, process = _own(host)
        host = b""
    return Frame(time, host, program, process, context.zone_name), message


def _sudo_goes_on(line: bytes, context: Context) -> Cut | None:
    """sudo breaks the lines of its own file at 80 letters: the rest is told together with what it goes on from."""
    begun: Cut | None = context.memory.get(_SUDO)
    if begun is None or line[:4] != b"    " or len(begun[1]) > 1 << 16:
        return None
    made = context.memory[_SUDO] = begun[0], begun[1] + b" " + line.strip()
    return made


def _own(word: bytes) -> tuple[bytes, bytes]:
    """Program and process of `unbound[100:0]` or `dovecot:`, where the host is left out."""
    program, _, process = word.removesuffix(b":").partition(b"[")
    return program, process.removesuffix(b"]")


def _old_time(name: bytes, day: bytes, year: bytes, clock: bytes, fraction: bytes, context: Context) -> float | None:
    month = MONTHS.get(name)
    if month is None:
        return None
    which = int(year) if year else context.years.of(month, int(day))
    minutes: dict[tuple[int, bytes, bytes, bytes], float | None] = context.memory.setdefault("syslog.minutes", {})
    key = (which, name, day, clock[:5])
    if key not in minutes:
        if len(minutes) > _KEEP:
            minutes.clear()
        minutes[key] = local_time(which, month, int(day), clock[:5] + b":00", context.zone)
    minute = minutes[key]
    if minute is None:
        return None
    return minute + min(int(clock[6:]), 59) + (int(fraction.ljust(6, b"0")[:6]) / 1e6 if fraction else 0)


def _nil(word: bytes) -> bytes:
    return b"" if word == b"-" else word
