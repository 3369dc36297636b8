"""Google Workspace's audit logs: the Reports API's JSON, and the CSV of the admin console, in English or Japanese.

Columns: every field, each parameter of the events by its name, also in small letters (new_value, setting_name), and
eventName and eventService as the community's rules have them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...flatten import Record, dumps
from ...mapped import text_at
from ...objects import Object
from ...table import Columns, Context, LogSource, Table, Value
from ..meanings import Meanings, toml

FIELDS = (
    ("time", "id.time; in the console's CSV the browser's zone, where the cell does not say it"),
    ("source", "which log: login, drive, admin, token …"),
    ("action", "google.login, google.file_downloaded, google.forwarding_changed …: see events.toml; else google.event"),
    ("outcome", "as the event's name says"),
    ("user, address", "who acted; from where"),
    ("path", "the document, by its title"),
    ("target", "whom or what it was done to"),
    ("method, detail", "the kind of log-in; the kind of failure"),
)
_WORDS = toml(Path(__file__).with_name("words.toml"))
_VALUES = ("value", "intValue", "boolValue", "multiValue", "multiIntValue", "messageValue")
_MOST = 200


def recognises(obj: Object, name: str) -> float:
    inner = obj.get("id")
    if isinstance(inner, dict) and "time" in inner and ("applicationName" in inner or "events" in obj):
        return 0.95 if "events" in obj or "actor" in obj else 0.0
    told = all(not obj.keys().isdisjoint(_WORDS[name]) for name in ("event", "date"))
    return 0.7 if told and len(obj.keys() & set(_WORDS["beside"])) >= 2 else 0.0


def _sources(record: Record) -> tuple[LogSource, ...]:
    app = text_at(record, "id.applicationName") or "console"
    return (LogSource("gcp", "", f"google_workspace.{app}"), LogSource("google_workspace", "", app))


def _operation(record: Record) -> str:
    """The name of the event that says most: an activity may have several."""
    names = [str(one.get("name", "")) for one in _events(record)] or [text_at(record, "name", *_WORDS["event"])]
    return next((name for name in names if _READ.knows(name)), names[0])


def _events(record: Record) -> list[dict[str, Any]]:
    events = record.get("events")
    return [one for one in events if isinstance(one, dict)] if isinstance(events, list) else []


def _parameters(record: Record) -> dict[str, Value]:
    found: dict[str, Value] = {}
    flat = record.get("parameters")
    if isinstance(flat, dict):
        found |= {str(name): _plain(value) for name, value in list(flat.items())[:_MOST]}
    for event in _events(record):
        given = event.get("parameters")
        for one in given if isinstance(given, list) else ():
            if isinstance(one, dict) and isinstance(one.get("name"), str) and len(found) < _MOST:
                value = next((one[key] for key in _VALUES if one.get(key) is not None), None)
                found.setdefault(one["name"], _plain(value))
    return found


def _plain(value: Any) -> Value:
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return tuple(value)
    return dumps(value) if isinstance(value, dict | list) else value


def _rename(columns: Columns, records: Sequence[Record]) -> Columns:
    columns["eventName"] = [tuple(str(e.get("name", "")) for e in _events(one)) or _operation(one) for one in records]
    apps = [text_at(one, "id.applicationName") for one in records]
    columns["eventService"] = columns["protoPayload.serviceName"] = columns["protoPayload.Servicename"] = [
        f"{app}.googleapis.com" if app else None for app in apps
    ]
    columns["protoPayload.metadata.event.eventName"] = columns["eventName"]
    given = [_parameters(one) for one in records]
    names = list(dict.fromkeys(name for one in given for name in one))[:_MOST]
    for name in names:
        for column in {name, name.lower()} - columns.keys():
            columns[column] = [one.get(name) for one in given]
    return columns


_READ = Meanings(__file__, _sources, rename=_rename, operation=_operation)


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    return _READ.read(objects, rows, context)
