"""LEEF (QRadar's log event extended format): one record a line, alone or inside of syslog, from many security products.

Columns: the header (deviceVendor, deviceProduct, eventID …) and every attribute under its own name.
"""

from __future__ import annotations

import re

from ...flatten import Record
from ...table import Context
from ..appliance import Appliances

FIELDS = (
    ("time", "devTime; else when syslog got it"),
    ("host, source", "the device; the product"),
    (
        "action",
        "leef.login, leef.malware_found, fw.blocked, ids.alert as the event's number and category say; else leef.event",
    ),
    ("outcome", "from the action that was taken; else as the event's number and category say"),
    ("user, address, destination", "usrName; src; dst"),
    ("target, path, sent", "url or resource; the file; dstBytes"),
)
_HEAD = re.compile(rb"(?:[^ ]{1,64}: )?LEEF: ?([12])\.\d\|")
_HEX = re.compile(r"(?:0?x|\\u00)([0-9A-Fa-f]{2})$")
_LONGEST, _MOST = 1 << 16, 500


def understands(line: bytes) -> bool:
    return line.startswith(b"LEEF:") and _HEAD.match(line) is not None and line.count(b"|", 0, 4096) >= 4


def understands_message(message: bytes) -> bool:
    return _HEAD.match(message) is not None and message.count(b"|", 0, 4096) >= 4


def _parse(line: bytes, context: Context) -> Record | None:
    head = _HEAD.match(line)
    if head is None:
        return None
    parts = context.text(line[head.end() : _LONGEST]).split("|", 4)
    if len(parts) < 4:
        return None
    names = ("deviceVendor", "deviceProduct", "deviceVersion", "eventID")
    record: Record = dict(zip(names, map(str.strip, parts[:4]), strict=True))
    rest, tab = parts[4] if len(parts) == 5 else "", "\t"
    if head[1] == b"2":
        given, bar, more = rest.partition("|")
        if bar and len(given) <= 6 and "=" not in given.removeprefix("="):
            tab, rest = _separator(given), more
    for pair in rest.split(tab)[:_MOST]:
        name, equals, value = pair.partition("=")
        if equals and name.strip():
            record.setdefault(name.strip()[:64], value.strip())
    return record


def _separator(given: str) -> str:
    if hexed := _HEX.match(given.strip()):
        return chr(int(hexed[1], 16))
    return given[:1] or "\t"


_READ = Appliances(__file__, _parse, ("eventID", "cat", "name", "eventDesc"), ("action", "act", "policyAction"))
read = _READ.lines
read_messages = _READ.messages
