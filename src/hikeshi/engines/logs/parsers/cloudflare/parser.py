"""Cloudflare: Logpush of HTTP requests and firewall events, and the account's audit log."""

from __future__ import annotations

from collections.abc import Sequence

from ...flatten import Record
from ...mapped import text_at
from ...objects import Object
from ...table import Columns, Context, LogSource, Table
from ..meanings import Meanings
from ..web_records import SOURCES, Requests

FIELDS = (
    ("time", "EdgeStartTimestamp, Datetime or when: UTC"),
    ("host", "the site that was asked; for the audit log Cloudflare"),
    ("action", "web.request; waf.alert; cloudflare.login, cloudflare.key_created …: see events.toml"),
    ("outcome", "of a request by its status; of the firewall unknown; of an audit its result"),
    ("user, address", "who acted; from where"),
    ("method, target, status, sent", "what was asked for, and what Cloudflare answered"),
    ("message, detail", "what the firewall did: Access denied, or only noticed; by which rule"),
)
_REQUESTS = Requests(__file__, (*SOURCES, LogSource("cloudflare", "", "http_requests")), source="cloudflare")
_DENIED = {
    "block",
    "challenge",
    "jschallenge",
    "managedchallenge",
    "managed_challenge",
    "drop",
    "connectionclose",
    "connection_close",
}
_HOSTS = ("ClientRequestHost", "clientRequestHTTPHost")


def recognises(obj: Object, name: str) -> float:
    if _is_request(obj):
        return 0.95
    if _is_firewall(obj):
        return 0.9
    action = obj.get("action")
    if isinstance(action, dict) and isinstance(obj.get("actor"), dict) and "when" in obj:
        return 0.95
    return 0.95 if {"ActionType", "ActorEmail", "When"} <= obj.keys() else 0.0


def _is_request(obj: Object) -> bool:
    return _REQUESTS.has(obj, "time", "address", "target") and "EdgeResponseStatus" in obj


def _is_firewall(obj: Object) -> bool:
    ruled = "RuleID" in obj or "ruleId" in obj
    return ruled and ("Action" in obj or "action" in obj) and ("ClientIP" in obj or "clientIP" in obj)


def _operation(record: Record) -> str:
    if _is_firewall(record):
        return "firewall"
    return text_at(record, "ActionType", "action.type")


def _outcome(record: Record) -> str:
    if _is_firewall(record):
        return "unknown"
    done = text_at(record, "ActionResult", "action.result").lower()
    return {"true": "success", "success": "success", "false": "failure", "failure": "failure"}.get(done, "unknown")


def _sources(record: Record) -> tuple[LogSource, ...]:
    return (LogSource("cloudflare", "", "firewall_events" if _is_firewall(record) else "audit"),)


def _rename(columns: Columns, records: Sequence[Record]) -> Columns:
    columns["host.name"] = [text_at(one, *_HOSTS) or "Cloudflare" for one in records]
    if any(map(_is_firewall, records)):
        told = [text_at(one, "Action", "action") for one in records]
        columns["message"] = [
            f"Access denied ({one})" if one.lower() in _DENIED else f"Warning ({one})" for one in told
        ]
    return columns


_READ = Meanings(__file__, _sources, rename=_rename, outcome=_outcome, operation=_operation)


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    asked = [i for i, one in enumerate(objects) if _is_request(one)]
    said = [i for i, one in enumerate(objects) if not _is_request(one)]
    requests = _REQUESTS.read([objects[i] for i in asked], [rows[i] for i in asked], context)
    return [requests, *_READ.read([objects[i] for i in said], [rows[i] for i in said], context)]
