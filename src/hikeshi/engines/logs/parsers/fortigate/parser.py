"""Fortinet's FortiGate: pairs of names and values, as a file of its own, by syslog, or as CSV of such pairs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...table import ECS, Context, LogSource, Table
from ...times import iso_time
from ..speech import Found, Frame, Speech

FIELDS = (
    ("time", "eventtime (UTC) where it is there, else date and time with tz, else local time of the device"),
    ("action", "fw.blocked, fw.allowed, vpn.login, vpn.up, device.login, device.config_changed, malware.found …"),
    ("outcome", "from action, status and result"),
    ("user, address, destination, sent", "user, srcip or remip, dstip or (VPN) the inner address given, sentbyte"),
    ("action, cfgpath …", "all pairs under the device's own names, for Sigma's product fortigate"),
)
_START = re.compile(
    rb'(?:<\d{1,3}>)?(?:date="?(\d{4}-\d\d-\d\d)"?[ ,]time="?(\d\d:\d\d:\d\d)"?|(?=logver=\d|itime=\d|timestamp=\d))'
)
_PAIR = re.compile(rb'([a-zA-Z][\w.-]{0,31}+)=("(?:[^"\\]++|\\.)*+"|[^ ,"]*+(?:,(?![a-zA-Z][\w.-]*+=)[^ ,"]*+)*+)')
_OURS = re.compile(rb'\b(?:devid="?F|logid="?\d{10}|type="?(?:traffic|event|utm)"?[ ,])')
_QUOTED = re.compile(rb'"([a-zA-Z][\w.-]{0,31}=)((?:[^"]++|"")*+)"')
_MOST, _LONGEST = 120, 16_384
_NAMES = {
    "user": "user",
    "srcip": "address",
    "remip": "address",
    "dstip": "destination",
    "srcport": "src_port",
    "dstport": "dst_port",
    "sentbyte": "sent",
    "rcvdbyte": "received",
    "url": "target",
    "devname": "device",
    "filename": "path",
    "virus": "Signature",
    "agent": "agent",
}
# Names of Event's fields that mean something else here: each becomes a column of its own, under its own name.
_APART = {name: f"forti_{name}" for name in (*ECS, "count")}
_FAILED = (b"deny", b"blocked", b"block", b"dropped", b"failed", b"failure", b"server-rst", b"client-rst", b"reset")
_SAID_ONCE, _ILL = (b"action", b"status", b"result"), (*_FAILED, b"fail", b"error", b"ssl-login-fail")
_SPEECH = Speech(
    "fortigate",
    (),
    source="fortigate",
    sources=(
        *(LogSource("fortigate", "", service) for service in ("event", "traffic", "utm")),
        *(LogSource("fortios", "", "sslvpnd"), LogSource("", "firewall", ""), LogSource("fortinet", "", "")),
    ),
    also={
        **{apart: (name,) for name, apart in _APART.items()},
        "address": ("srcip", "src_ip"),
        "destination": ("dstip", "dst_ip"),
        "src_port": ("srcport", "src_port", "source.port"),
        "dst_port": ("dstport", "dst_port", "destination.port"),
        "user": ("user",),
        "sent": ("sentbyte", "source.bytes"),
        "received": ("rcvdbyte", "destination.bytes"),
        "target": ("url",),
        "path": ("filename", "Filename"),
        "device": ("devname",),
        "Signature": ("Signature", "virus"),
    },
)


def understands(line: bytes) -> bool:
    line = _bare(line[:1000])
    return _START.match(line) is not None and _OURS.search(line) is not None


def understands_message(message: bytes) -> bool:
    return understands(message)


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> Table:
    """The records among these lines."""
    return _read(lines, rows, None, context)


def read_messages(messages: Sequence[bytes], rows: Sequence[int], frames: Sequence[Frame], context: Context) -> Table:
    """Records that came by syslog: their own time is better than the frame's."""
    return _read(messages, rows, frames, context)


def _read(lines: Sequence[bytes], rows: Sequence[int], around: Sequence[Frame] | None, context: Context) -> Table:
    kept: list[int] = []
    frames: list[Frame] = []
    found: list[Found] = []
    messages: list[bytes] = []
    for i, (row, line) in enumerate(zip(rows, lines, strict=True)):
        if not understands(line):
            continue
        pairs = _pairs(_bare(line[:_LONGEST]))
        time = _time(pairs, context)
        if time is None:
            if around is None:
                continue
            time = around[i].time
        host = pairs.get("devname") or (around[i].host if around else b"")
        action, outcome = _meaning(pairs)
        given = _named(pairs)
        kept.append(row)
        frames.append(Frame(time, host, b"fortigate", b"", context.zone_name))
        found.append((_SPEECH.shape(action, outcome, tuple(given)), list(given.values())))
        messages.append(line)
    return _SPEECH.table(messages, kept, frames, found, context)


def _bare(line: bytes) -> bytes:
    """`"date=2026-11-20","time=09:00:01"`, as the GUI and FortiAnalyzer export it, as pairs whose values are quoted."""
    return _QUOTED.sub(_pair, line) if line[:1] == b'"' else line


def _pair(cell: re.Match[bytes]) -> bytes:
    """A cell as a pair; quotes within it, doubled there, are the value's own or part of what somebody typed."""
    value = cell[2].replace(b'""', b'"')
    if len(value) > 1 and value[:1] == value[-1:] == b'"':
        value = value[1:-1]
    return b'%s"%s"' % (cell[1], value.replace(b"\\", b"\\\\").replace(b'"', b'\\"'))


def _pairs(line: bytes) -> dict[str, bytes]:
    pairs: dict[str, bytes] = {}
    for name, value in _PAIR.findall(line)[:_MOST]:
        text = value[1:-1].replace(b'\\"', b'"') if value[:1] == b'"' else value
        if text and text not in (b"N/A", b"(null)"):
            known = pairs.setdefault(name.decode(), text)
            if known != text and name in _SAID_ONCE and text.lower().startswith(_ILL):
                pairs[name.decode()] = text  # a name with a quote in it may bring a status of its own
    return pairs


def _named(pairs: dict[str, bytes]) -> dict[str, bytes]:
    """Pairs under names of Event's fields; a name of ours that means something else there is kept apart."""
    given: dict[str, bytes] = {}
    for name, value in pairs.items():
        if name in _NAMES:
            given.setdefault(_NAMES[name], value)
        else:
            given[_APART.get(name, name)] = value
    given.setdefault("address", pairs.get("remip", b""))
    if pairs.get("subtype") == b"vpn" and pairs.get("tunnelip", b"0.0.0.0") != b"0.0.0.0":
        given["destination"] = pairs["tunnelip"]  # the inner address that the session got
    if "unauthuser" in pairs:
        given.setdefault("user", pairs["unauthuser"])
    if "ui" in pairs and (ui := re.search(rb"\(([0-9A-Fa-f.:]{3,39})\)", pairs["ui"])) and not given["address"]:
        given["address"] = ui[1]
    return {name: value for name, value in given.items() if value}


def _time(pairs: dict[str, bytes], context: Context) -> float | None:
    stamp = pairs.get("eventtime", b"")
    if stamp.isdigit() and len(stamp) in (10, 13, 16, 19):
        return int(stamp[:10]) + (int(stamp[10:16].ljust(6, b"0")) / 1e6 if len(stamp) > 10 else 0)
    date, clock, zone = pairs.get("date", b""), pairs.get("time", b""), pairs.get("tz", b"")
    return iso_time(date + b" " + clock + zone, context.zone) or iso_time(date + b" " + clock, context.zone)


def _meaning(pairs: dict[str, bytes]) -> tuple[str, str]:
    kind, sub, act = pairs.get("type", b""), pairs.get("subtype", b""), pairs.get("action", b"").lower()
    status = (pairs.get("status") or pairs.get("result") or b"").lower()
    failed = status.startswith((b"fail", b"error")) or act.startswith(_FAILED) or b"fail" in act
    outcome = "failure" if failed else "success" if status in (b"success", b"succeeded") else "unknown"
    if kind == b"traffic":
        if act in (b"deny", b"blocked", b"block", b"ip-conn"):
            return "fw.blocked", "failure"
        return "fw.allowed", "success"
    if kind == b"utm" or sub in (b"virus", b"ips", b"webfilter", b"app-ctrl", b"dns"):
        name = {b"virus": "malware.found", b"ips": "ips.attack", b"webfilter": "web.filtered"}.get(sub, "utm.found")
        return name, "failure" if failed else "unknown"
    if act in (b"login", b"ssl-login-fail", b"auth-logon"):
        name = "vpn.login" if sub == b"vpn" or act.startswith(b"ssl") else "device.login"
        return name, "failure" if failed or act.endswith(b"fail") else outcome
    if sub == b"vpn":
        if act in (b"tunnel-up", b"ssl-new-con"):
            signed_in = act == b"tunnel-up" and pairs.get("tunneltype", b"").startswith(b"ssl")
            return ("vpn.login", "success") if signed_in else ("vpn.up", "unknown")
        if act == b"tunnel-down":
            return "vpn.down", "unknown"
        return ("vpn.error", "failure") if failed else ("vpn.message", "unknown")
    if act in (b"add", b"edit", b"delete", b"move") and "cfgpath" in pairs:
        return "device.config_changed", "success" if not failed else "failure"
    return "device.message", outcome
