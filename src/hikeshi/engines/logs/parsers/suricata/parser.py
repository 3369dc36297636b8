"""Suricata's eve.json: alerts, and what it saw of connections, names, web requests, files and log-ins.

Columns: every field under its own name; for names and web requests also under those of Sigma's dns and proxy.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...flatten import Record
from ...mapped import text_at
from ...objects import Object
from ...table import Context, LogSource, Table
from ..meanings import Meanings

FIELDS = (
    ("time", "timestamp, with its offset"),
    ("host", "the sensor's name, where it is set"),
    ("action", "ids.alert for alerts, fw.blocked for drops, else net. and the type: net.dns, net.http, net.flow …"),
    ("outcome", "of an alert failure where it was blocked, else unknown: an alert does not say whether it worked"),
    ("address, destination", "from where to where"),
    ("method", "the severity of an alert: 1 is the gravest; else how it was asked"),
    ("target, status, agent", "the address asked for, in HTTP; the name, in DNS and TLS"),
    ("sent", "the bytes that went to the client"),
    ("path", "the name of a file"),
    ("detail", "the alert's signature"),
)
_SOURCES = {
    "dns": LogSource("", "dns", ""),
    "http": LogSource("", "proxy", ""),
    "flow": LogSource("", "firewall", ""),
    "drop": LogSource("", "firewall", ""),
}


def recognises(obj: Object, name: str) -> float:
    if "event_type" not in obj or "timestamp" not in obj:
        return 0.0
    return 0.95 if obj.keys() & {"src_ip", "flow_id", "stats", "in_iface", "engine"} else 0.0


def _sources(record: Record) -> tuple[LogSource, ...]:
    kind = text_at(record, "event_type")
    own = (LogSource("suricata", "", kind), LogSource("", "ids", ""))
    return (*own, _SOURCES[kind]) if kind in _SOURCES else own


def _outcome(record: Record) -> str:
    return (
        "failure" if text_at(record, "alert.action") == "blocked" or record.get("event_type") == "drop" else "unknown"
    )


_READ = Meanings(__file__, _sources, outcome=_outcome)


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    return _READ.read(objects, rows, context)
