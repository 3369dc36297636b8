"""Access logs that a web server writes as JSON: nginx (log_format … escape=json), Apache, Traefik, one's own programs.

Recognised by what a record has: from where, what was asked for, and the status of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...objects import Object
from ...table import Context, LogSource, Table
from ..web_records import SOURCES, Requests

FIELDS = (
    ("time", "time_iso8601, time_local, @timestamp, msec …: see requests.toml"),
    ("host, address, user", "the site that was asked; who asked; the name signed in with"),
    (
        "method, target, status",
        "what was asked for, and the answer's code; outcome: success for 2xx, failure for 4xx, 5xx",
    ),
    ("sent", "how many bytes were sent back"),
    ("referer, agent", "what the asker says of itself: easily forged"),
    ("c-ip … cs-uri-query", "W3C names, as Sigma's category webserver expects them; and every field of the record"),
)
_READ = Requests(__file__, (*SOURCES, LogSource(service="nginx"), LogSource(service="apache")))


def recognises(obj: Object, name: str) -> float:
    asked = _READ.has(obj, "request") or _READ.has(obj, "method", "target")
    return 0.6 if asked and _READ.has(obj, "time", "address", "status") else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> Table:
    return _READ.read(objects, rows, context)
