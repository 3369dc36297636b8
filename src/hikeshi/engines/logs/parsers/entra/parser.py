"""Microsoft Entra ID (Azure AD): sign-ins, audits and risk detections, from the portal, Graph or Azure Monitor.

Columns: every field under its own name, and under the names of Azure Monitor's tables, which the community's rules use:
ResultType, ResultDescription, AuthenticationRequirement, OperationName, properties.message …
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...flatten import Record, dumps
from ...mapped import as_text, text_at
from ...objects import Object
from ...table import Columns, Context, LogSource, Table
from ..meanings import Meanings, toml

FIELDS = (
    ("time", "createdDateTime, activityDateTime, time: UTC, also where the portal's CSV does not say so"),
    (
        "action",
        "entra.sign_in; for audits entra.account_created, entra.group_added …: see events.toml; else entra.event",
    ),
    ("outcome", "sign-ins: success where the error code is 0; what was only interrupted to ask for more is unknown"),
    ("user, address", "the user principal name; from where"),
    ("target", "the resource signed in to, or what was changed"),
    ("method", "the client that was used: Browser, IMAP …"),
    ("detail", "why it failed"),
)
# Codes that ask for a further step and are no failure: a second factor, keep me signed in, a new password.
_ASKS = {
    "50055",
    "50058",
    "50072",
    "50074",
    "50076",
    "50079",
    "50125",
    "50127",
    "50129",
    "50140",
    "50143",
    "65001",
    "16000",
}
_SIGN_IN = (LogSource("azure", "", "signinlogs"),)
_AUDIT = (LogSource("azure", "", "auditlogs"),)
_RISK = (LogSource("azure", "", "riskdetection"), LogSource("azure", "", "pim"))
_FLOWS = {"devicecode": "Device Code", "ropc": "ROPC"}
_WORDS = toml(Path(__file__).with_name("words.toml"))
_CODES: tuple[str, ...] = ("status.errorCode", "ResultType", "resultType", "Status.errorCode")
_CODES += tuple(_WORDS["code"])


def recognises(obj: Object, name: str) -> float:
    if "category" in obj and "operationName" in obj and isinstance(obj.get("properties"), dict):
        known = str(obj["category"]).lower().endswith(("signinlogs", "auditlogs", "riskevents"))
        return 0.95 if known and "time" in obj else 0.0
    if "userPrincipalName" in obj and "createdDateTime" in obj and ("status" in obj or "clientAppUsed" in obj):
        return 0.95
    if "activityDateTime" in obj and ("activityDisplayName" in obj or "initiatedBy" in obj):
        return 0.95
    if "riskEventType" in obj and ("activityDateTime" in obj or "detectedDateTime" in obj):
        return 0.95
    if "TimeGenerated" in obj and "OperationName" in obj and ("UserPrincipalName" in obj or "InitiatedBy" in obj):
        return 0.9
    exported = not obj.keys().isdisjoint(_WORDS["date"]) and not obj.keys().isdisjoint(_WORDS["beside"])
    return 0.9 if exported else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    return _READ.read(list(map(_record, objects)), rows, context)


def _record(obj: Object) -> Record:
    """A record of Azure Monitor in the form of Graph: what stands in `properties` comes up."""
    inner = obj.get("properties")
    return obj | inner if type(inner) is dict and "category" in obj else obj


def _kind(record: Record) -> str:
    if "riskEventType" in record:
        return "risk"
    if "activityDisplayName" in record or "initiatedBy" in record or "InitiatedBy" in record or "Activity" in record:
        return "audit"
    return "audit" if str(record.get("category", record.get("Category", ""))).lower() == "auditlogs" else "sign-in"


def _sources(record: Record) -> tuple[LogSource, ...]:
    return {"risk": _RISK, "audit": _AUDIT}.get(_kind(record), _SIGN_IN)


def _operation(record: Record) -> str:
    kind = _kind(record)
    if kind == "audit":
        return text_at(
            record, "activityDisplayName", "ActivityDisplayName", "OperationName", "Activity", "operationName"
        )
    return "risk detection" if kind == "risk" else "sign-in"


def _outcome(record: Record) -> str:
    if _kind(record) != "sign-in":
        return ""
    if code := text_at(record, *_CODES):
        return "success" if code == "0" else "unknown" if code in _ASKS else "failure"
    ends: dict[str, str] = _WORDS["ends"]
    return ends.get(text_at(record, *_WORDS["status"]).lower(), "unknown")


def _rename(columns: Columns, records: Sequence[Record]) -> Columns:
    kinds = {_kind(one) for one in records}
    if "sign-in" in kinds:
        _sign_ins(columns, records)
    if "audit" in kinds:
        _audits(columns, records)
    return columns


def _sign_ins(columns: Columns, records: Sequence[Record]) -> None:
    words = {"success": "Success", "failure": "Failure", "unknown": "Interrupted"}
    ends = [words[_outcome(one) or "unknown"] for one in records]
    more = [text_at(one, "status.additionalDetails", "Status.additionalDetails") for one in records]
    columns["Status"] = [(end, text) if text else end for end, text in zip(ends, more, strict=True)]
    ways = [
        text_at(one, "authenticationProtocol", "AuthenticationProtocol", "Authentication Protocol") for one in records
    ]
    if any(ways):
        columns["properties.message"] = [_FLOWS.get(way.lower(), way) or None for way in ways]
    columns["ActivityDetails"] = ["Sign-ins"] * len(records)
    places = [one.get("networkLocationDetails", one.get("NetworkLocationDetails")) for one in records]
    if any(place is not None for place in places):
        columns["NetworkLocationDetails"] = [
            dumps(place) if isinstance(place, list | dict) else place and as_text(place) for place in places
        ]


def _audits(columns: Columns, records: Sequence[Record]) -> None:
    targets = [one.get("targetResources", one.get("TargetResources")) for one in records]
    texts = [dumps(one) if isinstance(one, list) else one and as_text(one) for one in targets]
    for name in ("TargetResources", "properties.targetResources", "targetResources"):
        columns[name] = texts
    changes = [_changes(one) for one in targets]
    for key, name in (("displayName", "DisplayName"), ("newValue", "NewValue"), ("oldValue", "OldValue")):
        found = [tuple(as_text(c[key]) for c in some if c.get(key) is not None) or None for some in changes]
        if any(found):
            columns[f"TargetResources.ModifiedProperties.{name}"] = found
            columns[f"TargetResources.modifiedProperties.{key}"] = found
    columns["TargetResources.modifiedProperties"] = [dumps(some) if some else None for some in changes]
    consents = [_changed(some, "ConsentContext.IsAdminConsent") for some in changes]
    columns["ConsentContext.IsAdminConsent"] = [text.strip('"').lower() or None for text in consents]


def _changes(targets: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for target in targets if isinstance(targets, list) else ():
        inner = target.get("modifiedProperties") if isinstance(target, dict) else None
        found += [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []
    return found


def _changed(changes: list[dict[str, Any]], name: str) -> str:
    return next((as_text(one.get("newValue")) for one in changes if one.get("displayName") == name), "")


_READ = Meanings(__file__, _sources, rename=_rename, outcome=_outcome, operation=_operation)
