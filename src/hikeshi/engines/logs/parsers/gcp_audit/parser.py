"""Google Cloud's audit logs (Cloud Logging), also those of Google Workspace that were forwarded there.

Columns: every field; gcp.audit.method_name, data.protoPayload.… and eventName as the community's rules have them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...flatten import Record
from ...mapped import text_at
from ...objects import Object
from ...table import Columns, Context, LogSource, Table
from ..meanings import Meanings, addresses, spread

FIELDS = (
    ("time", "timestamp, UTC"),
    ("host", "Google Cloud and the project"),
    ("source", "the service: storage.googleapis.com …"),
    ("action", "gcp.key_created, gcp.file_downloaded …: see events.toml; gcp.event for the others"),
    ("outcome", "failure where protoPayload.status has a code"),
    ("user, address, agent", "who acted, from where, with what"),
    ("target", "resourceName"),
)
_WORKSPACE = ("admin.googleapis.com", "login.googleapis.com", "cloudidentity.googleapis.com", "oauth2.googleapis.com")


def recognises(obj: Object, name: str) -> float:
    payload = _record(obj).get("protoPayload")
    return 0.95 if isinstance(payload, dict) and ("methodName" in payload or "serviceName" in payload) else 0.0


def _record(obj: Object) -> Record:
    """The entry, also out of the envelope of a message queue."""
    inner = obj.get("data")
    return inner if isinstance(inner, dict) and "protoPayload" in inner else obj


def _sources(record: Record) -> tuple[LogSource, ...]:
    service = text_at(record, "protoPayload.serviceName")
    audit = LogSource("gcp", "", "gcp.audit")
    if service in _WORKSPACE:
        return (audit, LogSource("gcp", "", "google_workspace." + service.partition(".")[0]))
    return (audit,)


def _outcome(record: Record) -> str:
    return "success" if text_at(record, "protoPayload.status.code") in ("", "0") else "failure"


def _operation(record: Record) -> str:
    return text_at(record, "protoPayload.methodName")


def _rename(columns: Columns, records: Sequence[Record]) -> Columns:
    columns["source.ip"] = addresses(records, "protoPayload.requestMetadata.callerIp")
    payloads = [one["protoPayload"] if isinstance(one.get("protoPayload"), dict) else {} for one in records]
    metadata = [p["metadata"] if isinstance(p.get("metadata"), dict) else {} for p in payloads]
    events = [m["event"] if isinstance(m.get("event"), list) else [] for m in metadata]
    if any(events):
        given = [[one for e in some if isinstance(e, dict) for one in e.get("parameter") or ()] for some in events]
        spread(columns, given, "name", "value")
        spread(columns, [[_small(one) for one in some] for some in given], "name", "value")
    return columns


def _small(parameter: object) -> object:
    """The community's rules write names of settings in small letters."""
    return parameter | {"name": str(parameter.get("name", "")).lower()} if isinstance(parameter, dict) else parameter


_READ = Meanings(__file__, _sources, rename=_rename, outcome=_outcome, operation=_operation)


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    return _READ.read(list(map(_record, objects)), rows, context)
