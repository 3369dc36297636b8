"""`scan`: starts the limited process, passes its progress on, and starts it anew without a file that broke it."""

from __future__ import annotations

import json
import tempfile
import time as clock
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformdirs import user_cache_dir

from ..common.limited import Limits, run
from ..common.problem import Problem
from .clocks import MOST_ERROR
from .reading import zone_of
from .report import Report
from .spread import pool as spread
from .spread.pool import count_of

REPORT = "report.json"
STARTER = Path(__file__).parent / "starter" / "starter.pack"
"""Our own rules, compiled."""
_TRIES = 200
_BYTES_A_SECOND = 1_000_000
"""What the slowest reading does at least; a scan of more than an hour's worth may take as long as that."""
_FAULTS = {"common.limited_memory", "common.limited_time", "common.limited_died"}


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` and `total` in bytes as they lie on disk; `path` is the file now being read, "" at the end."""

    path: str
    done: int
    total: int
    events: int


def scan(
    paths: Iterable[str | Path],
    *,
    now: datetime | None = None,
    zone: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    year: int | None = None,
    clock_error: float = 0.0,
    inside: str | Path | None = None,
    out: str | Path | None = None,
    rules: dict[str, Any] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
    caps: dict[str, int] | None = None,
    workers: str = "1",
) -> Report:
    """What the logs under `paths` show. Files are only read.

    `zone` (an IANA name; else this machine's) is for logs that do not say theirs. `year` is that of the last line of
    logs without a year; else it follows from the file's date and `now`. `clock_error`: how many seconds the
    clock of the machine that wrote the logs was fast (below 0: slow); all times are corrected by it.
    `since` <= time < `until`, both with a zone.
    `inside` is a folder of copies: files are then called by their path below its numbered folders.
    `out` is a new folder for the event table (see shards.py); `rules` is what the rules sink is told (see sigma).
    `workers` evaluate the rules: "4" processes beside the one that reads, or "ray://…", a Ray cluster (see spread);
    with "1" all is done in one. The answer is the same.
    An exception of `on_progress` ends the scan: that is how to cancel.
    Raises Problem("logs.no_such_zone" | "logs.since_after_until" | "logs.no_such_error" | "logs.no_such_workers" |
    "logs.no_ray" | "logs.no_cluster"), or Problem("common.limited_…") when reading failed again and again.
    """
    zone_of(zone)
    if since and until and since >= until:
        raise Problem("logs.since_after_until", since=since.isoformat(), until=until.isoformat(), exit=2)
    if not abs(clock_error) <= MOST_ERROR:  # so that nan, of which nothing is true, is refused, too
        raise Problem("logs.no_such_error", seconds=f"{clock_error:g}", exit=2)
    count_of(workers)
    reading = ""

    def listen(said: dict[str, Any]) -> None:
        nonlocal reading
        reading = said["path"]
        if on_progress:
            on_progress(Progress(**said))

    order: dict[str, Any] = {
        "paths": [str(Path(path)) for path in paths],
        "now": (now or datetime.now(UTC)).isoformat(),
        "zone": zone,
        "since": since.timestamp() if since else None,
        "until": until.timestamp() if until else None,
        "year": year,
        "clock_error": clock_error,
        "skipped": [],
        "inside": str(inside) if inside else "",
        "caps": caps or {},
        "sinks": _sinks(out, rules),
        "cache": (rules or {}).get("cache"),
    }
    if limits is None:
        limits = _limits(order["paths"])
    for attempt in range(_TRIES):
        reading = ""
        try:
            wire = _read(order, workers, limits, listen)
            if out:  # what the finders found needs the logs; a later rescan takes it from here
                (Path(out) / REPORT).write_text(json.dumps(wire), encoding="utf-8")
            return Report.from_wire(wire)
        except Problem as problem:
            known = {path for path, _, _ in order["skipped"]}
            if problem.code not in _FAULTS or not reading or reading in known or attempt == _TRIES - 1:
                raise
            order["skipped"].append([reading, "logs.reader_died", {"path": reading}])
    raise AssertionError("unreachable")


def _limits(paths: Iterable[str]) -> Limits:
    """Bounds that a scan of so many bytes cannot reach by its size alone."""
    size = 0
    for path in map(Path, paths):
        for one in path.rglob("*") if path.is_dir() else [path]:
            with suppress(OSError):
                size += one.stat().st_size
    usual = Limits()
    assert usual.cpu and usual.wall
    seconds = max(usual.cpu, size // _BYTES_A_SECOND)
    return Limits(usual.memory, seconds, max(usual.wall, 2.0 * seconds))


def _read(
    order: dict[str, Any], asked: str, limits: Limits | None, listen: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """The report as it crosses the pipe; with workers, they evaluate while the reader reads."""
    function, sinks = f"{__package__}.scanning:work", dict(order["sinks"])
    if asked == "1" or "rules" not in sinks:
        wire: dict[str, Any] = run(function, order, limits, listen)
        return wire
    started = clock.perf_counter()
    rules = sinks.pop("rules")
    with tempfile.TemporaryDirectory(prefix="hikeshi-scan-", ignore_cleanup_errors=True) as name:
        pool = spread.workers(asked, Path(name), rules, limits)
        try:
            wire = run(function, order | {"sinks": sinks | {"spool": {"folder": name}}}, limits, listen)
            pool.finish()
        except BaseException:
            try:
                pool.check()  # a worker that failed is why the reader ended, and the better reason
            finally:
                pool.stop()
            raise
        merged = run(f"{__package__}.spread.merging:work", {"folder": name, "rules": rules}, limits)
    wire |= {"hits": merged["hits"], "old_packs": merged["old_packs"]}
    wire |= {"forgotten": wire["forgotten"] + merged["forgotten"]}
    return wire | {"seconds": clock.perf_counter() - started}


def _sinks(out: str | Path | None, rules: dict[str, Any] | None) -> dict[str, Any]:
    asked: dict[str, Any] = {"story": {}} | ({"rules": rules} if rules else {})
    return asked | ({"shards": {"folder": str(Path(out).absolute())}} if out else {})


def rescan(folder: str | Path, rules: dict[str, Any] | None, *, limits: Limits | None = None) -> Report:
    """The scan's report again with the hits of these rules, from the event table that it wrote, without its logs.

    Raises Problem("logs.not_shards" | "common.limited_…").
    """
    order = {"folder": str(Path(folder).absolute()), "report": REPORT, "sinks": _sinks(None, rules)}
    return Report.from_wire(run(f"{__package__}.rescanning:work", order, limits))


def rules_order(paths: Iterable[str | Path]) -> dict[str, Any] | None:
    """What the rules sink is told: these packs and folders, or else our own rules and those brought in by update."""
    from .sigma.making import community

    packs = [str(Path(path).absolute()) for path in paths or [one for one in (STARTER, community()) if one.is_file()]]
    return {"packs": packs, "cache": user_cache_dir("hikeshi", appauthor=False)} if packs else None
