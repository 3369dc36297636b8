"""Scans and findings as tables. Pure."""

from collections.abc import Iterator
from typing import Any

from hikeshi.engines.ledger.entry import Recorded
from hikeshi.engines.ledger.projection import Delete, Upsert

TABLES = ["investigate.Folder", "investigate.Scan", "investigate.Finding", "investigate.PeopleCount"]
_SAME = ("finding", "scan", "found", "variant", "level", "success", "confidence", "addresses", "accounts", "params")


def apply(entry: Recorded) -> Iterator[Upsert | Delete]:
    """The rows that one entry writes."""
    data: Any = entry.data
    match entry.kind:
        case "investigate.folder_named":
            yield Upsert(
                "investigate.Folder",
                {"id": f"{entry.chain}:{data['path']}"},
                {"chain_id": entry.chain, "path": data["path"]},
            )
        case "investigate.folder_forgotten":
            yield Delete("investigate.Folder", {"id": f"{entry.chain}:{data['path']}"})
        case "investigate.scan_asked":
            yield _scan(
                entry,
                scan=data["scan"],
                files=data["files"],
                names=data["names"],
                zone=data["zone"],
                year=data.get("year"),
                clock_error=data.get("clock_error", 0),
                asked_at=entry.recorded_at,
                number=entry.number,
            )
        case "investigate.scan_done":
            counted = {name: data[name] for name in ("lines", "events", "broken")}
            ended = {"state": "done", "report_sha256": data["report"], "ended_at": entry.recorded_at}
            yield _scan(entry, **ended, **counted)
        case "investigate.scan_failed":
            problem = {"code": data["code"], "params": data["params"]}
            yield _scan(entry, state="failed", problem=problem, ended_at=entry.recorded_at)
        case "investigate.finding_proposed":
            values = {name: data[name] for name in (*_SAME, "first", "last", "events")}
            yield _finding(entry, **values, number=entry.number)
        case "investigate.finding_judged":
            yield _finding(entry, verdict=data["verdict"], reason_sha256=data["reason"] or "")
        case "investigate.people_asked":
            asked = {"files": data["files"], "place_sha256": data["place"] or "", "number": entry.number}
            yield _people(entry, **asked, asked_at=entry.recorded_at)
        case "investigate.people_counted":
            counted = {name: data[name] for name in ("at_least", "estimate", "at_most", "kinds", "not_examined")}
            ended = {"state": "done", "report_sha256": data["report"], "ended_at": entry.recorded_at}
            yield _people(entry, **ended, **counted, examined=data["files"])
        case "investigate.people_failed":
            yield _people(
                entry,
                state="failed",
                problem={"code": data["code"], "params": data["params"]},
                ended_at=entry.recorded_at,
            )
        case "investigate.people_confirmed":
            yield _people(entry, confirmed=data["status"])


def _people(entry: Recorded, **values: Any) -> Upsert:
    key = {"id": f"{entry.chain}:{entry.data['counting']}"}
    return Upsert(
        "investigate.PeopleCount", key, {"chain_id": entry.chain, "counting": entry.data["counting"], **values}
    )


def _scan(entry: Recorded, **values: Any) -> Upsert:
    return Upsert(
        "investigate.Scan", {"id": f"{entry.chain}:{entry.data['scan']}"}, {"chain_id": entry.chain, **values}
    )


def _finding(entry: Recorded, **values: Any) -> Upsert:
    return Upsert(
        "investigate.Finding", {"id": f"{entry.chain}:{entry.data['finding']}"}, {"chain_id": entry.chain, **values}
    )
