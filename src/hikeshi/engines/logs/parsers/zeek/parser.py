"""Zeek (Bro): what went over the network, in Zeek's own files (#fields) or as JSON, whichever of its logs it is.

Columns: every field under Zeek's own name (id.orig_h, query, uri …), as the community's rules have them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...flatten import Record
from ...mapped import text_at
from ...objects import Object, Objects, Source
from ...table import Context, LogSource, Table
from ..meanings import Meanings
from .framing import Lines

FIELDS = (
    ("time", "ts, UTC"),
    ("source", "which of Zeek's logs: conn, dns, http …"),
    ("action", "zeek.conn, zeek.dns, zeek.http …; ids.notice for what Zeek warns of; zeek.ssh_login for SSH"),
    ("outcome", "of SSH as Zeek guesses it from the traffic; of a connection failure where it was refused"),
    ("address, destination", "from where to where"),
    ("user", "the name, where the protocol tells it openly"),
    ("target, method, status, agent", "what was asked for"),
    ("sent", "the bytes that were answered"),
    ("path", "the file"),
)
_LOGS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("logs.toml").read_text("utf-8"))["logs"]
_SHARED = {
    "dns": LogSource("", "dns", ""),
    "http": LogSource("", "proxy", ""),
    "conn": LogSource("", "firewall", ""),
}
_REFUSED = {"REJ", "S0", "RSTOS0", "SH"}


def frames(head: bytes, name: str) -> float:
    return 0.95 if head.startswith(b"#separator ") and b"\n#fields" in head[:4096] else 0.0


def objects(source: Source) -> Iterator[Objects]:
    yield from Lines(source).objects()


def recognises(obj: Object, name: str) -> float:
    if "ts" not in obj:
        return 0.0
    if "id.orig_h" in obj or "_path" in obj:
        return 0.95
    return 0.6 if "uid" in obj and _log(obj) else 0.5 if "fuid" in obj or "note" in obj and "peer_descr" in obj else 0.0


def _log(record: Record) -> str:
    """Which of Zeek's logs: as it says, or as its fields tell."""
    told = record.get("_path", record.get("@path"))
    if isinstance(told, str) and told:
        return told.partition(".")[0]
    return next((log for log, has in _LOGS.items() if all(name in record for name in has)), "")


def _sources(record: Record) -> tuple[LogSource, ...]:
    log = _log(record)
    own = LogSource("zeek", "", log)
    return (own, _SHARED[log]) if log in _SHARED else (own,)


def _outcome(record: Record) -> str:
    log = _log(record)
    if log == "ssh":
        return {"true": "success", "T": "success", "false": "failure", "F": "failure"}.get(
            text_at(record, "auth_success"), "unknown"
        )
    if log == "ntlm" or log == "kerberos":
        return {"true": "success", "false": "failure"}.get(text_at(record, "success"), "unknown")
    return "failure" if log == "conn" and record.get("conn_state") in _REFUSED else "unknown"


_READ = Meanings(__file__, _sources, outcome=_outcome, operation=_log)


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    return _READ.read(objects, rows, context)
