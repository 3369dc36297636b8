"""GitHub's audit log of an organisation: the JSON or CSV that its page exports, or what the API streams.

Columns: every field under its own name; `action` is what the community's rules look at.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...flatten import Record
from ...mapped import get, text_at
from ...objects import Object
from ...table import Columns, Context, LogSource, Table
from ..meanings import Meanings

FIELDS = (
    ("time", "@timestamp or created_at, in milliseconds, UTC"),
    ("host", "github.com/ and the organisation"),
    ("action", "github.key_created, github.repository_fetched …: see events.toml; github.event for the others"),
    ("outcome", "success: what was refused is not in this log"),
    ("user, address", "the actor; where the organisation has its address shown"),
    ("target", "the repository, the user or the program that it was done to"),
    ("agent", "the program"),
)
_BESIDE = {"actor", "org", "repo", "user", "_document_id", "actor_ip", "actor_id", "org_id", "business", "user_id"}
_BESIDE |= {"operation_type", "actor_location.country_code", "repository", "created_at", "@timestamp"}


def recognises(obj: Object, name: str) -> float:
    action = obj.get("action")
    if type(action) is not str or "." not in action or not ("@timestamp" in obj or "created_at" in obj):
        return 0.0
    return 0.95 if len(obj.keys() & _BESIDE) >= 3 and ("actor" in obj or "org" in obj) else 0.0


def _rename(columns: Columns, records: Sequence[Record]) -> Columns:
    organisations = [text_at(one, "org", "business", "repo").partition("/")[0] for one in records]
    columns["host.name"] = [f"github.com/{name}" if name else "github.com" for name in organisations]
    reached = [get(one, ("data", "ip")) for one in records]
    if any(isinstance(one, str) for one in reached):
        columns["data.ip"] = [one if isinstance(one, str) else None for one in reached]
    return columns


_READ = Meanings(__file__, (LogSource("github", "", "audit"),), rename=_rename)


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    return _READ.read(objects, rows, context)
