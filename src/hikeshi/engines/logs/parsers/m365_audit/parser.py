"""Microsoft 365's unified audit log: Purview's CSV with its AuditData, the management API's and PowerShell's JSON.

Columns: every field of AuditData under its own name; what stands in Parameters, ExtendedProperties and the like also by
its name; eventSource, eventName and status as the community's rules have them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from ...flatten import Record
from ...objects import Object
from ...table import Columns, Context, LogSource, Table
from ..meanings import Meanings, text_of

FIELDS = (
    ("time", "CreationTime (CreationDate): UTC though the record does not say so"),
    ("source", "the service: Exchange, SharePoint, OneDrive, AzureActiveDirectory …"),
    ("action", "m365.sign_in, m365.rule_created, m365.download …: see events.toml; m365.event for the others"),
    ("outcome", "from ResultStatus, where there is one"),
    ("user, address", "UserId; the client's address without its port"),
    ("path, sent", "a file's address and its size, where the record is about one"),
    ("target", "ObjectId: what it was done to"),
    ("agent, detail", "the program as it calls itself; the reason of a failure"),
)
_DATA = ("AuditData", "auditData", "CloudAuditData")
_FILES = {"file", "folder", "page", "listitem"}
_OUTER = {"CreationDate": "CreationTime", "UserIds": "UserId", "Operations": "Operation"}
_OUTER |= {"createdDateTime": "CreationTime", "userPrincipalName": "UserId", "operation": "Operation"}
_OUTER |= {"RecordId": "Id", "id": "Id", "service": "Workload", "clientIp": "ClientIP", "objectId": "ObjectId"}
_AUDIT = LogSource("m365", "", "audit")
_SOURCES: dict[str, tuple[LogSource, ...]] = {
    "exchange": (_AUDIT, LogSource("m365", "", "exchange")),
    "securitycompliancecenter": (
        _AUDIT,
        LogSource("m365", "", "threat_management"),
        LogSource("m365", "", "threat_detection"),
    ),
}


def recognises(obj: Object, name: str) -> float:
    if any(isinstance(data := obj.get(key), dict) and "Operation" in data for key in _DATA):
        return 1.0
    if not obj.keys().isdisjoint(_DATA) and ("Operation" in obj or "Operations" in obj or "RecordType" in obj):
        return 0.9
    return 0.9 if "CreationTime" in obj and "Operation" in obj and ("Workload" in obj or "RecordType" in obj) else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    return _READ.read(list(map(_record, objects)), rows, context)


def _record(obj: Object) -> Record:
    """The record in its envelope. A spreadsheet may have cut AuditData short: then the envelope is all there is."""
    for key in _DATA:
        inner = obj.get(key)
        if type(inner) is str and inner[:1] == "{":
            try:
                inner = orjson.loads(inner)
            except orjson.JSONDecodeError:
                continue
        if type(inner) is dict:
            outer = {_OUTER.get(name, name): value for name, value in obj.items() if name != key}
            return outer | inner
    if "CreationTime" in obj:
        return obj
    return {_OUTER.get(name, name): value for name, value in obj.items()}


def _sources(record: Record) -> tuple[LogSource, ...]:
    return _SOURCES.get(str(record.get("Workload", "")).lower(), (_AUDIT,))


def _rename(columns: Columns, records: Sequence[Record]) -> Columns:
    urls = [_url(one) for one in records]
    if any(urls):
        columns["FileUrl"] = urls
    columns["eventName"] = [one.get("Name") if _alert(one) else one.get("Operation") for one in records]
    columns["eventName"] = [name if isinstance(name, str) else None for name in columns["eventName"]]
    columns["status"] = ["success" if _alert(one) else _READ.outcome(one) for one in records]
    # Exchange's own writing of the rules: all values of OperationProperties as one text.
    properties = [text_of(one, "OperationProperties") for one in records]
    if any(properties):
        columns["OperationProperties"] = [text or None for text in properties]
    return columns


def _alert(record: Record) -> bool:
    return str(record.get("Operation", "")).lower() in ("alerttriggered", "alertentitygenerated", "alertupdated")


def _url(record: Record) -> Any:
    """SharePoint and OneDrive: the address of the file or folder."""
    if str(record.get("ItemType", "")).lower() in _FILES or "SourceFileName" in record:
        found = record.get("ObjectId") or record.get("SourceFileName")
        return found if isinstance(found, str) else None
    return None


_READ = Meanings(__file__, _sources, rename=_rename)
