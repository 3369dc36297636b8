"""Suricata's EVE: one JSON object a line; alerts, and what it saw of connections."""

from __future__ import annotations

from collections.abc import Sequence

from ...flatten import Record
from ...mapped import Mapping, text_at
from ...objects import Object
from ...table import Context, LogSource, Table

FIELDS = (
    ("time", "timestamp, with its zone"),
    ("action", "ids.alert for alerts, else net. and the event's type: net.dns, net.http, net.flow …"),
    ("outcome", "failure where an alert's packet was blocked"),
    ("address, destination", "src_ip and dest_ip"),
    ("method", "the severity of an alert: 1 is the gravest"),
    ("detail", "the signature of an alert"),
    ("target", "the address asked for, by HTTP or DNS"),
)
_SOURCES = (LogSource("suricata", "", ""), LogSource("", "ids", ""))


def recognises(obj: Object, name: str) -> float:
    ours = isinstance(obj.get("event_type"), str) and "timestamp" in obj
    return 0.95 if ours and obj.keys() & {"src_ip", "flow_id", "stats"} else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    return _READ.read(objects, rows, context)


def _action(record: Record) -> str:
    kind = text_at(record, "event_type")
    return "ids.alert" if kind == "alert" else f"net.{kind[:40]}"


def _outcome(record: Record) -> str:
    return "failure" if text_at(record, "alert.action") == "blocked" else "unknown"


_READ = Mapping.of(__file__, _SOURCES, action=_action, outcome=_outcome)
