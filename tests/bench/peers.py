"""Windows events: whole scans as users start them, beside Zircolite and Hayabusa on the same files.

HIKESHI_ZIRCOLITE is the command that starts Zircolite ("python /…/zircolite.py"), HIKESHI_HAYABUSA that of Hayabusa,
HIKESHI_HAYABUSA_RULES the folder of its rules; what is not named is left out. Zircolite gets the same SigmaHQ rules.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.report import Report
from tests.bench.windows import NEEDS as NEEDS
from tests.bench.windows import records

EVENTS = 100_000
PEERS = {"Zircolite": "HIKESHI_ZIRCOLITE", "Hayabusa": "HIKESHI_HAYABUSA"}
PIPELINES = ("-p", "sysmon", "windows-logsources")


@dataclass(frozen=True)
class Took:
    """What one command cost: processor time, children included, and time by the clock, in seconds; most memory, MB."""

    cpu: float
    clock: float
    memory: float


def bench(report: Report) -> None:
    """Every side: the command a user types, start and rules' loading included."""
    with tempfile.TemporaryDirectory(prefix="hikeshi-peers-") as name:
        folder = Path(name)
        rules, pack = _rules(folder, report.quick)
        evtx, lines = records(folder, report.size(EVENTS, 300))
        count = sum(1 for file in lines.glob("*.jsonl") for _ in file.open("rb"))
        scan = [sys.executable, "-m", "hikeshi", "logs", "scan", "--json", "--rules", str(pack)]
        _run([*scan, str(lines)], folder)  # Hyperscan's databases are made once and kept
        for form, place in (("EVTX", evtx), ("JSON", lines)):
            ours = _run([*scan, str(place)], folder)
            report.figure(f"{form}: our whole scan", count / ours.cpu, "events/s", beside=_words(ours))
            if theirs := _zircolite(folder, rules, form, place):
                least = {"EVTX": 15, "JSON": 30}[form]
                times = theirs.cpu / ours.cpu
                report.figure(f"{form}: Zircolite, same rules", times, "times", at_least=least, beside=_words(theirs))
            if form == "EVTX" and (theirs := _hayabusa(folder, place)):
                times = theirs.cpu / ours.cpu
                report.figure(f"{form}: Hayabusa, its own rules", times, "times", beside=_words(theirs))
    report.note(
        f"{count:,} events. Times: processor time of the other command and all it starts, divided by ours; above 1 it "
        "needs more. Zircolite's rules were converted beforehand, which is not counted."
    )


def _rules(folder: Path, quick: bool) -> tuple[Path, Path]:
    """SigmaHQ's Windows rules, as files and as a pack."""
    from hikeshi.engines.logs.sigma.build import build
    from hikeshi.engines.logs.sigma.files import rule_files

    with tarfile.open(Path(os.environ["HIKESHI_TEST_DATA"]) / "sigma-rules.tar.xz") as tar:
        tar.extractall(folder / "sigma", filter="data")
    rules = folder / "sigma" / "rules" / "windows" / ("process_creation" if quick else "")
    pack = build(rule_files(rules))
    pack.write(folder / "windows.pack")
    return rules, folder / "windows.pack"


def _zircolite(folder: Path, rules: Path, form: str, place: Path) -> Took | None:
    if not (said := os.environ.get(PEERS["Zircolite"])):
        return None
    script = next((Path(word).parent for word in shlex.split(said) if word.endswith(".py")), folder)
    kind = ["-j", "-f", "jsonl"] if form == "JSON" else []
    begin = [*shlex.split(said), "-q", "-e", str(place), *kind]
    begin += ["-l", str(folder / "zircolite.log"), "-o", str(folder / "zircolite.json")]
    converted = folder / "ruleset.json"
    if not converted.exists():
        before = {*script.glob("ruleset-*.json")}
        _run([*begin, "-r", str(rules), *PIPELINES, "-sr"], script)
        (new,) = {*script.glob("ruleset-*.json")} - before
        new.rename(converted)
    took = _run([*begin, "-r", str(converted)], script)
    if not json.loads((folder / "zircolite.json").read_text(encoding="utf-8")):
        raise SystemExit("Zircolite found nothing: was it started as this version wants it?")
    return took


def _hayabusa(folder: Path, place: Path) -> Took | None:
    """EVTX only: of JSON lines as the `evtx` library writes them, version 4.0.0 reads the events and finds nothing."""
    if not (said := os.environ.get(PEERS["Hayabusa"])):
        return None
    rules = Path(os.environ["HIKESHI_HAYABUSA_RULES"])
    out = folder / "hayabusa.jsonl"
    words = ["dfir-timeline", "-d", str(place), "-w", "-q", "-Q", "-C", "-r", str(rules), "-c", str(rules / "config")]
    took = _run([*shlex.split(said), *words, "-t", "jsonl", "-o", str(out)], folder)
    if out.read_bytes().count(b"\n") < 2:
        raise SystemExit("Hayabusa found nothing: was it started as this version wants it?")
    return took


def _run(words: list[str], place: Path) -> Took:
    """Start a command, wait for it, and ask the system what it and its children took."""
    began = time.perf_counter()
    child = subprocess.Popen(words, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        raise SystemExit(f"failed: {shlex.join(words)}")
    return Took(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024)


def _words(took: Took) -> str:
    return f"{took.cpu:.1f} s of CPU, {took.clock:.1f} s by the clock, {took.memory:,.0f} MB"
