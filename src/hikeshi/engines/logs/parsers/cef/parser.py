"""CEF (ArcSight's common event format): one record a line, alone or inside of syslog, from many security products.

Columns: the header (deviceVendor, deviceProduct, name, severity …) and every key of the extension; a key with a label
(cs1, cs1Label) also under its label.
"""

from __future__ import annotations

import re

from ...flatten import Record
from ...table import Context
from ..appliance import Appliances

FIELDS = (
    ("time", "rt, end or start; else when syslog got it"),
    ("host, source", "the device; the product"),
    (
        "action",
        "cef.login, cef.malware_found, fw.blocked, ids.alert as the name and the device's deed say; else cef.event",
    ),
    ("outcome", "from outcome or act; else as the name says"),
    ("user, address, destination", "suser or duser; src; dst"),
    ("target, method, path, process, sent", "request, requestMethod, filePath, sproc, out"),
    ("message, detail", "msg; the name and the reason"),
)
_HEAD = re.compile(rb"(?:[^ ]{1,64}: )?CEF: ?[01]\|")
_KEY = re.compile(r"(?:(?<=\s)|^)([A-Za-z0-9_.\[\]-]{1,64})=")
_CUT = re.compile(r"(?<!\\)\|")
_ESCAPE = re.compile(r"\\([\\|=nr])")
_PLAIN = {"n": "\n", "r": "\r"}
_NAMES = ("deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "severity")
_LONGEST, _MOST = 1 << 16, 500


def understands(line: bytes) -> bool:
    return line.startswith(b"CEF:") and _HEAD.match(line) is not None and line.count(b"|", 0, 4096) >= 7


def understands_message(message: bytes) -> bool:
    return _HEAD.match(message) is not None and message.count(b"|", 0, 4096) >= 7


def _parse(line: bytes, context: Context) -> Record | None:
    head = _HEAD.match(line)
    if head is None:
        return None
    parts = _CUT.split(context.text(line[head.end() : _LONGEST]), 6)
    if len(parts) != 7:
        return None
    record: Record = {name: _unescape(part).strip() for name, part in zip(_NAMES, parts[:6], strict=True)}
    keys = list(_KEY.finditer(parts[6]))[:_MOST]
    ends = [*(key.start() for key in keys[1:]), len(parts[6])]
    for key, end in zip(keys, ends, strict=False):
        record.setdefault(key[1], _unescape(parts[6][key.end() : end].strip()))
    return record


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda m: _PLAIN.get(m[1], m[1]), text) if "\\" in text else text


_READ = Appliances(
    __file__, _parse, ("name", "cat", "deviceEventCategory", "categoryBehavior"), ("act", "deviceAction")
)
read = _READ.lines
read_messages = _READ.messages
