"""Worker processes: what one reads, what one evaluates and holds, and how many of them one reader keeps busy."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hikeshi.engines.logs.running import STARTER
from tests.bench.report import Report
from tests.bench.windows import records, rules

NEEDS = "evtx-attack-samples.tar.xz"
EVENTS = 100_000
READ = """
import gc, json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from hikeshi.engines.common.walk import walk
from hikeshi.engines.logs.scanning import Scan
from hikeshi.engines.logs.sinks import sinks_of
gc.disable()
order = json.loads(sys.argv[1])
scan = Scan(now=datetime(2026, 11, 24, tzinfo=UTC), sinks=sinks_of({"spool": {"folder": order["folder"]}, "story": {}}))
(Path(order["folder"]) / "begun").touch()
began = time.process_time()
report = scan.run(list(walk([order["place"]])))
print(json.dumps({"events": report.events, "seconds": time.process_time() - began}))
"""
WORK = """
import json, resource, sys, time
from pathlib import Path
from hikeshi.engines.logs.spread.evaluating import work
order = json.loads(sys.argv[1])
while not (Path(order["folder"]) / "begun").exists():
    time.sleep(0.01)
began = time.process_time()
work(order, print)
seconds = time.process_time() - began
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "memory": memory}))
"""


def bench(report: Report) -> None:
    """CPU seconds of each process for itself, so that other work on the machine counts little."""
    with tempfile.TemporaryDirectory(prefix="hikeshi-workers-") as name:
        folder = Path(name)
        whose = rules(folder, report.quick)
        _, lines = records(folder, report.size(EVENTS, 300))
        access = folder / "access.log"
        access.write_text("".join(map(line, range(report.size(EVENTS, 300)))))
        for what, place, pack in (
            ("access log, our own rules", access, STARTER),
            (WINDOWS, lines, folder / "all.pack"),
        ):
            measured(report, what, place, {"packs": [str(pack)], "cache": str(folder / "cache")}, folder)
    report.note(f"Windows events: {whose}. `--workers 2` pays where one reader keeps more than one worker busy.")


WINDOWS = "Windows events as JSON, all rules"


def measured(report: Report, what: str, place: Path, order: dict[str, Any], folder: Path) -> None:
    reader, worker = together(place, order, folder)
    reader, worker = together(place, order, folder)  # the databases are made once and kept
    events = reader["events"]
    report.figure(f"{what}: one reader", events / reader["seconds"], "events/s")
    report.figure(f"{what}: one worker", events / max(worker["seconds"], 1e-6), "events/s")
    report.figure(f"{what}: memory of a worker", worker["memory"], "MB")
    report.figure(f"{what}: workers that one reader keeps busy", worker["seconds"] / reader["seconds"], "")


def together(place: Path, rules: dict[str, Any], folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    with tempfile.TemporaryDirectory(dir=folder) as spool:
        order = json.dumps({"place": str(place), "folder": spool, "rules": rules})
        started = [
            subprocess.Popen([sys.executable, "-c", code, order], stdout=subprocess.PIPE) for code in (READ, WORK)
        ]
        told = [json.loads(one.communicate()[0].splitlines()[-1]) for one in started]
    return told[0], told[1]


def line(n: int) -> str:
    """An ordinary day of a small web site, with addresses and pages that come again."""
    clock = f"{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}"
    asked = f"GET /shop/item{n * 7919 % 3000}?from={n % 17} HTTP/1.1"
    agent = f"Mozilla/5.0 (device {n % 400})"
    who = f"198.51.100.{n % 251} - - [22/Nov/2026:{clock} +0900]"
    return f'{who} "{asked}" 200 {n % 9000} "https://www.example.jp/" "{agent}"\n'
