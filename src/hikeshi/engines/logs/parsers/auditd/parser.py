"""Linux's audit log (audit.log, also by syslog): records `type=… msg=audit(time:serial): …`, one line each.

Several records of one serial are one thing that happened: each stays an event of its own, as Sigma's rules name them
by `type`, and each is told who did it (exe, comm, auid, uid …) by the SYSCALL record of its serial. Values that audit
writes in hexadecimal since they hold blanks (proctitle, name, a0 …) are read back; `saddr` becomes address and port.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv6Address

from ...moments import moment
from ...table import ECS, Context, LogSource, Table
from ..speech import Found, Frame, Speech, stamped

FIELDS = (
    ("time", "seconds since 1970 UTC, in the line itself"),
    ("host", "where the line has node=…"),
    ("action", "process.executed, auth.login, session.opened, account.created …, else audit.<type>"),
    ("outcome", "from res= or success="),
    ("user", "acct, else the name or number of auid: who had signed in"),
    ("address, destination", "addr=, and what saddr says"),
    ("process, path", "exe; name of a PATH record"),
    ("type, a0 …, SYSCALL, exe, comm, key, uid …", "as audit names them, for Sigma's service auditd"),
)
PROGRAMS = (b"audispd", b"audisp-syslog", b"auditd", b"audit", b"kernel")
_LINE = re.compile(
    rb"(?:node=(?P<node>[^ ]++) )?(?:type=(?P<type>[A-Za-z0-9_\[\]]++)"
    rb" )msg=audit\((?P<time>\d{1,11}\.\d{3}):(?P<serial>\d++)\): ?"
    rb"(?P<rest>.*)",
    re.DOTALL,
)
_KERNEL = re.compile(
    rb"(?:\[ *[\d.]++\] ?)?audit: type=(?P<type>\d++) audit\((?P<time>\d{1,11}\.\d{3}):(?P<serial>\d++)\):"
    rb" ?(?P<rest>.*)",
    re.DOTALL,
)
# What journalctl prints of them: audit[100]: USER_LOGIN pid=… or, before systemd 242, <audit-1112> pid=…
_JOURNAL = re.compile(rb"(?:<audit-(?P<number>\d{4})>|(?P<type>[A-Z][A-Z0-9_]{2,40})) (?P<rest>[a-z]++=.*)", re.DOTALL)
# ausearch -i: the time as the locale writes it, names in place of numbers.
_READABLE = re.compile(
    rb"(?:node=(?P<node>[^ ]++) )?type=(?P<type>[A-Za-z0-9_\[\]]++) "
    rb"msg=audit\((?P<time>[^()]{10,40}):(?P<serial>\d++)\) : ?(?P<rest>.*)",
    re.DOTALL,
)
_PAIR = re.compile(rb"([A-Za-z][\w-]{0,31}+)=(\"[^\"]*+\"|'[^']*+'|[^ \x1d']*+)")
_HEX = re.compile(rb"(?:[0-9A-F]{2})++$")
_ENCODED = {
    b"proctitle",
    b"comm",
    b"exe",
    b"name",
    b"cwd",
    b"cmd",
    b"acct",
    b"data",
    b"dir",
    b"file",
    b"new_file",
    b"path",
}
_ARGUMENT = re.compile(rb"a\d{1,3}$")
_SHARED = (
    "exe",
    "comm",
    "auid",
    "AUID",
    "uid",
    "UID",
    "euid",
    "EUID",
    "pid",
    "ppid",
    "tty",
    "ses",
    "success",
    "key",
    "SYSCALL",
)
_ACTIONS = {
    b"EXECVE": "process.executed",
    b"USER_LOGIN": "auth.login",
    b"USER_AUTH": "auth.check",
    b"USER_START": "session.opened",
    b"USER_END": "session.closed",
    b"USER_CMD": "sudo.command",
    b"ADD_USER": "account.created",
    b"DEL_USER": "account.deleted",
    b"ADD_GROUP": "group.created",
    b"DEL_GROUP": "group.deleted",
    b"USER_CHAUTHTOK": "account.password",
    b"USER_MGMT": "account.changed",
    b"GRP_MGMT": "group.changed",
    b"SOCKADDR": "audit.connection",
    b"AVC": "audit.denied",
    b"1400": "audit.denied",
    b"CONFIG_CHANGE": "audit.config_changed",
    b"DAEMON_END": "audit.stopped",
}
_NUMBERS = {
    b"1100": b"USER_AUTH",
    b"1105": b"USER_START",
    b"1106": b"USER_END",
    b"1108": b"USER_CHAUTHTOK",
    b"1112": b"USER_LOGIN",
    b"1114": b"ADD_USER",
    b"1115": b"DEL_USER",
    b"1116": b"ADD_GROUP",
    b"1117": b"DEL_GROUP",
    b"1123": b"USER_CMD",
    b"1130": b"SERVICE_START",
    b"1131": b"SERVICE_STOP",
}
_OUTCOMES = dict.fromkeys((b"success", b"yes", b"1"), "success") | dict.fromkeys((b"failed", b"no", b"0"), "failure")
_LONGEST = 16_384
_NAMES = {"addr": "address", "exe": "process"}
_SPEECH = Speech(
    "auditd",
    (),
    source="auditd",
    sources=(LogSource("linux", "", "auditd"),),
    also={
        "address": ("addr",),
        "process": ("exe", "process.executable"),
        "path": ("name",),
        "proctitle": ("proctitle", "process.command_line"),
        "dst_port": ("destination.port",),
    },
)
Pairs = dict[str, bytes]


def understands(line: bytes) -> bool:
    return _LINE.match(line) is not None or _READABLE.match(line) is not None


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> Table:
    """The records among these lines."""
    return _read(lines, rows, None, context)


def read_messages(messages: Sequence[bytes], rows: Sequence[int], frames: Sequence[Frame], context: Context) -> Table:
    """Records that came through syslog; the kernel's own words for them have numbers for types."""
    return _read(messages, rows, frames, context)


def _read(lines: Sequence[bytes], rows: Sequence[int], around: Sequence[Frame] | None, context: Context) -> Table:
    cuts: list[tuple[int, bytes, Frame, bytes, bytes, Pairs]] = []
    serials: dict[bytes, Pairs] = context.memory.setdefault("auditd.serials", {})
    for i, (row, line) in enumerate(zip(rows, lines, strict=True)):
        cut = _cut(line, around[i] if around else None, context)
        if cut is None:
            continue
        frame, kind, serial, rest = cut
        pairs = _pairs(kind, rest[:_LONGEST])
        if kind in (b"SYSCALL", b"1300") and serial:
            if len(serials) > 2_000:
                for old in list(serials)[:1_000]:
                    del serials[old]
            serials[serial] = {name: pairs[name] for name in _SHARED if name in pairs}
        frame.process = pairs.get("pid", b"")
        cuts.append((row, line, frame, kind, serial, pairs))
    found = [_found(kind, {**serials.get(serial, {}), **pairs}) for *_, kind, serial, pairs in cuts]
    return _SPEECH.table([c[1] for c in cuts], [c[0] for c in cuts], [c[2] for c in cuts], found, context)


def _cut(line: bytes, around: Frame | None, context: Context) -> tuple[Frame, bytes, bytes, bytes] | None:
    """When and where, the type, the serial and the rest of a record in any of its forms."""
    match = _LINE.match(line) or (_KERNEL.match(line) if around else None)
    host = around.host if around else (match["node"] or b"" if match else b"")
    if match:
        return Frame(float(match["time"]), host, b"auditd", b"", "UTC"), match["type"], match["serial"], match["rest"]
    if readable := _READABLE.match(line):
        stamp = readable["time"]
        time = stamped(context, stamp, lambda: moment(context.text(stamp), context.zone))
        frame = Frame(time or 0.0, host or readable["node"] or b"", b"auditd", b"", context.zone_name)
        return (frame, readable["type"], readable["serial"], readable["rest"]) if time is not None else None
    if around and around.program == b"audit" and (printed := _JOURNAL.match(line)):
        kind = printed["type"] or _NUMBERS.get(printed["number"], printed["number"])
        return Frame(around.time, host, b"auditd", b"", around.zone), kind, b"", printed["rest"]
    return None


def _pairs(kind: bytes, rest: bytes) -> Pairs:
    """Names and values. What is within msg='…' counts like the rest; after 0x1D come the names for the numbers."""
    if b"msg='" in rest:
        rest = rest.replace(b"msg='", b" ", 1)
    pairs: Pairs = {}
    for name, value in _PAIR.findall(rest):
        text = _plain(kind, name, value)
        if text and text not in (b"?", b"(null)", b"(none)"):
            pairs.setdefault(name.decode(), text)
    return pairs


def _plain(kind: bytes, name: bytes, value: bytes) -> bytes:
    if value[:1] in (b'"', b"'"):
        return bytes(value[1:-1])
    argument = kind == b"EXECVE" and _ARGUMENT.match(name)
    if (argument or name in _ENCODED) and len(value) >= 4 and _HEX.match(value):
        return bytes.fromhex(value.decode()).rstrip(b"\0").replace(b"\0", b" ")
    if name == b"key" and _HEX.match(value):
        return bytes.fromhex(value.decode()).replace(b"\1", b",")
    return bytes(value)


def _found(kind: bytes, pairs: Pairs) -> Found:
    cells: Pairs = {"type": kind}
    for name, value in pairs.items():
        cells[f"audit_{name}" if name in ECS else _NAMES.get(name, name)] = value
    who = pairs.get("acct") or pairs.get("AUID") or pairs.get("auid")
    if who and who not in (b"unset", b"4294967295", b"(unknown)"):
        cells["user"] = who
    if "name" in cells and kind == b"PATH":
        cells["path"] = cells.pop("name")
    if kind == b"EXECVE":
        cells["proctitle"] = b" ".join(v for n, v in pairs.items() if _ARGUMENT.match(n.encode()))
    if kind in (b"SOCKADDR", b"1306") and (peer := _peer(pairs.get("saddr", b""))):
        cells["destination"], cells["dst_port"] = peer
    said = pairs.get("res") or pairs.get("success") or b""
    action = _ACTIONS.get(kind) or f"audit.{kind.decode('ascii', 'replace').lower()[:40]}"
    how = "failure" if action == "audit.denied" else _OUTCOMES.get(said, "unknown")
    return _SPEECH.shape(action, how, tuple(cells), tagged=kind in _ACTIONS), list(cells.values())


def _peer(saddr: bytes) -> tuple[bytes, bytes] | None:
    """Address and port out of a sockaddr in hexadecimal: family in the machine's order, port in the network's."""
    if not _HEX.match(saddr):
        return None
    raw = bytes.fromhex(saddr.decode())
    if raw[:2] == b"\x02\x00" and len(raw) >= 8:
        return ".".join(map(str, raw[4:8])).encode(), str(int.from_bytes(raw[2:4])).encode()
    if raw[:2] == b"\x0a\x00" and len(raw) >= 24:
        return str(IPv6Address(raw[8:24])).encode(), str(int.from_bytes(raw[2:4])).encode()
    return None
