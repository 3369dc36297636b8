"""What EvtxECmd writes (CSV and JSON): the event's own fields are JSON in the column Payload, and its times are UTC."""

from __future__ import annotations

from typing import Any

import orjson

from ...flatten import Record
from .shapes import fields_of

_PARTS = ("EventData", "UserData")


def is_its(record: Record) -> bool:
    return "Payload" in record and "ChunkNumber" in record and "TimeCreated" in record


def unpacked(record: Record) -> Record:
    """The record with the fields of its event, and with the zone that its time is in."""
    payload = _payload(record["Payload"])
    made = {name: value for name, value in record.items() if name != "Payload" or not payload}
    for part in _PARTS:
        if part in payload:
            made[part] = fields_of(payload[part], part)
    time = record["TimeCreated"]
    if isinstance(time, str) and time[-1:].isdigit() and "+" not in time:
        made["TimeCreated"] = f"{time}Z"
    return made


def _payload(value: Any) -> Record:
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return {}
    return value if isinstance(value, dict) else {}
