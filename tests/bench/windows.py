"""Windows events: a scan with all rules beside merely parsing the same files; memory, rescan, workers."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any

from tests.bench.report import Report

EVENTS, SOME, MANY = 100_000, 200_000, 1_000_000
NEEDS = "evtx-attack-samples.tar.xz"
CHUNK = 1 << 16
PARSE_EVTX = """
import json, sys, time
from pathlib import Path
from evtx import PyEvtxParser
count, began = 0, time.process_time()
for path in sorted(Path(sys.argv[1]).rglob("*.evtx")):
    try:
        for _ in PyEvtxParser(str(path), number_of_threads=1).records_json():
            count += 1
    except RuntimeError:
        pass
print(json.dumps({"events": count, "seconds": time.process_time() - began}))
"""
PARSE_JSON = """
import json, sys, time
from pathlib import Path
import orjson
count, began = 0, time.process_time()
for path in sorted(Path(sys.argv[1]).rglob("*.jsonl")):
    for line in path.open("rb"):
        orjson.loads(line)
        count += 1
print(json.dumps({"events": count, "seconds": time.process_time() - began}))
"""
SCAN = """
import gc, json, resource, sys, time
from datetime import UTC, datetime
from hikeshi.engines.common.walk import walk
from hikeshi.engines.logs.scanning import Scan
from hikeshi.engines.logs.sinks import sinks_of
gc.disable()
order = json.loads(sys.argv[2])
begun = time.process_time()
sinks = sinks_of(order)
ready = time.process_time() - begun
scan = Scan(now=datetime(2026, 11, 24, tzinfo=UTC), sinks=sinks)
began = time.process_time()
report = scan.run(list(walk([sys.argv[1]])))
taken = time.process_time() - began
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
hits = sum(hit.count for hit in report.hits)
print(json.dumps({"events": report.events, "seconds": taken, "ready": ready, "memory": memory, "hits": hits}))
"""


def bench(report: Report) -> None:
    """CPU seconds of one process each, so that other work on the machine counts little; workers by the clock."""
    with tempfile.TemporaryDirectory(prefix="hikeshi-windows-") as name:
        folder = Path(name)
        whose = rules(folder, report.quick)
        evtx, lines = records(folder, report.size(EVENTS, 300))
        order = {"rules": {"packs": [str(folder / "all.pack")], "cache": str(folder / "cache")}, "story": {}}
        run(SCAN, lines, order)  # Hyperscan's databases are made once and kept
        for what, place, parse in (("EVTX", evtx, PARSE_EVTX), ("JSON", lines, PARSE_JSON)):
            parsed, plain, full = run(parse, place), run(SCAN, place, {}), run(SCAN, place, order)
            beside = f"merely parsing them: {parsed['events'] / parsed['seconds']:,.0f}/s"
            report.figure(f"{what}: scan with all rules", full["events"] / full["seconds"], "events/s", beside=beside)
            ratio = full["seconds"] / full["events"] / (parsed["seconds"] / parsed["events"])
            report.figure(f"{what}: all rules, beside merely parsing", ratio, "times", at_most=4)
            alone = plain["seconds"] / plain["events"] / (parsed["seconds"] / parsed["events"])
            report.figure(f"{what}: without rules and story, beside merely parsing", alone, "times")
        many(report, folder, lines, order)
    report.note(f"{whose}; {full['events']:,} events, {full['hits']:,} hits, finders and story included.")


def many(report: Report, folder: Path, lines: Path, order: dict[str, Any]) -> None:
    """A million events: memory, a second answer from the event table, and two processes against one."""
    repeated(lines, folder / "some", report.size(SOME, 600))
    repeated(lines, folder / "many", report.size(MANY, 900))
    full = run(SCAN, folder / "many", order)
    report.figure("memory for a million events", full["memory"], "MB", at_most=1000)
    table, rules_order = folder / "table", order["rules"]
    took = {
        "scan": timed("scan", folder / "some", rules_order, out=table),
        "rescan": timed("rescan", table, rules_order),
        "one": timed("scan", folder / "some", rules_order),
        "two": timed("scan", folder / "some", rules_order, workers="2"),
    }
    shutil.rmtree(table)
    beside = f"reading and evaluating them: {took['one']:.0f} s"
    report.figure("rules again from the event table, share of a scan", took["rescan"] / took["one"], "", beside=beside)
    report.figure("two workers beside one process, by the clock", took["one"] / took["two"], "times as fast")
    report.figure("also writing the event table, by the clock", took["scan"] / took["one"], "times")


def repeated(lines: Path, folder: Path, wanted: int) -> None:
    """So many events, the same files under other names."""
    folder.mkdir()
    count, turn = 0, 0
    while count < wanted:
        for file in sorted(lines.glob("*.jsonl")):
            os.link(file, folder / f"{turn:03d}-{file.name}")
            with file.open("rb") as there:
                count += sum(1 for _ in there)
            if count >= wanted:
                return
        turn += 1


def timed(what: str, place: Path, rules: dict[str, Any], *, out: Path | None = None, workers: str = "1") -> float:
    """Seconds by the clock of a scan or rescan as users run it, in its limited process."""
    from hikeshi.engines.common.limited import Limits
    from hikeshi.engines.logs import rescan, scan

    began = time.perf_counter()
    limits = Limits(memory=8 << 30)
    if what == "rescan":
        rescan(place, rules, limits=limits)
    else:
        scan([place], rules=rules, out=out, workers=workers, limits=limits)
    return time.perf_counter() - began


def run(code: str, place: Path, order: dict[str, Any] | None = None) -> dict[str, Any]:
    words = [sys.executable, "-c", code, str(place), json.dumps(order or {})]
    said: dict[str, Any] = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    return said


def rules(folder: Path, quick: bool) -> str:
    """A pack of the published rules and our own, or our own alone."""
    from hikeshi.engines.logs.running import STARTER
    from hikeshi.engines.logs.sigma.build import build
    from hikeshi.engines.logs.sigma.files import rule_files

    archive = Path(os.environ.get("HIKESHI_TEST_DATA") or "nowhere") / "sigma-rules.tar.xz"
    if quick or not archive.is_file():
        shutil.copy(STARTER, folder / "all.pack")
        return "Our own rules"
    with tarfile.open(archive) as tar:
        tar.extractall(folder / "rules", filter="data")
    pack = build(rule_files(folder / "rules"))
    pack.write(folder / "all.pack")
    return f"{len(pack.rules):,} published rules (HIKESHI_TEST_DATA)"


def records(folder: Path, wanted: int) -> tuple[Path, Path]:
    """Folders of EVTX and of JSON lines with the same events: the samples, repeated, in files of a usual size."""
    from evtx import PyEvtxParser

    evtx, lines = folder / "evtx", folder / "json"
    evtx.mkdir()
    lines.mkdir()
    source = Path(os.environ.get("HIKESHI_TEST_DATA") or "nowhere") / NEEDS
    if not source.is_file():
        raise SystemExit(f"this measurement needs {NEEDS} in HIKESHI_TEST_DATA")
    with tarfile.open(source) as tar:
        tar.extractall(folder / "samples", filter="data")
    files = sorted((folder / "samples").rglob("*.evtx"))
    random.Random(3).shuffle(files)
    count, turn = 0, 0
    while count < wanted:
        chunks: list[bytes] = []
        with (lines / f"{turn:03d}.jsonl").open("wb") as out:
            for file in files:
                try:
                    found = [json.loads(one["data"]) for one in PyEvtxParser(str(file)).records_json()]
                except RuntimeError:  # some samples are damaged on purpose
                    continue
                out.writelines(json.dumps(one).encode() + b"\n" for one in found)
                data = file.read_bytes()
                chunks += [data[at : at + CHUNK] for at in range(4096, len(data) - CHUNK + 1, CHUNK)]
                count += len(found)
                if count >= wanted:
                    break
        (evtx / f"{turn:03d}.evtx").write_bytes(_header(data[:4096], len(chunks)) + b"".join(chunks))
        turn += 1
    return evtx, lines


def _header(header: bytes, chunks: int) -> bytes:
    """A file header for so many chunks; each chunk stands for itself."""
    head = bytearray(header)
    head[16:24] = (chunks - 1).to_bytes(8, "little")
    head[42:44] = chunks.to_bytes(2, "little")
    head[124:128] = zlib.crc32(bytes(head[:120])).to_bytes(4, "little")
    return bytes(head)
