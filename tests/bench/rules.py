"""Sigma rules: what evaluating them costs, with 100, 1,000 and all rules, once events are encoded."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from hikeshi.engines.logs.columns import ROWS, Batch, Codes, Column
from hikeshi.engines.logs.table import LogSource
from tests.bench.report import Report

EVENTS, HARD = 1_000_000, 200_000
MEASURE = """
import json, resource, sys, time
from pathlib import Path
from hikeshi.engines.logs.sigma.kernel import Kernel
from hikeshi.engines.logs.sigma.pack import Pack
from tests.bench import rules
folder, count, events, hard = Path(sys.argv[1]), *map(int, sys.argv[2:])
began = time.process_time()
pack = Pack.read(folder / "all.pack")
load = time.process_time() - began
kernel = Kernel([rules.some(pack, count)], folder / "cache")
for batch in (*rules.office(1000), *rules.hard(1000)):  # databases are made once, and rules are laid out
    kernel.run(batch)
said = {"load": load, "rules": len(kernel.rules), "hits": 0}
for name, batches in (("office", rules.office(events)), ("hard", rules.hard(hard))):
    said[name] = 0
    for batch in batches:
        began = time.process_time()
        said["hits"] += sum(len(rows) for _, rows in kernel.run(batch)[0])
        said[name] += time.process_time() - began
said["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(said))
"""


def bench(report: Report) -> None:
    """Each number of rules in a process of its own, CPU seconds."""
    events, hard_ones = report.size(EVENTS, 3000), report.size(HARD, 3000)
    with tempfile.TemporaryDirectory(prefix="hikeshi-rules-") as name:
        folder = Path(name)
        whose = make(folder, report.size(2400, 60))
        wanted = report.size(100, 10), report.size(1000, 30), 1 << 30
        few, many, every = (run(folder, count, events, hard_ones) for count in wanted)
    report.figure("load a pack of all rules", every["load"], "s", at_most=0.3)
    for name, said in (("100", few), ("1,000", many), ("all", every)):
        report.figure(f"{name} rules, a million events", said["office"] / events * 1e6, "s")
    beside = f"{every['rules']:,} rules against {many['rules']:,}"
    report.figure("all rules against 1,000", every["office"] / many["office"], "times", at_most=2, beside=beside)
    report.figure("all rules, every command line another", hard_ones / every["hard"], "events/s", at_least=40_000)
    report.figure("peak memory, all rules", every["memory"], "MB", at_most=1000)
    report.note(f"{whose}; {events:,} and {hard_ones:,} events, {every['hits']:,} hits. CPU seconds on one core.")


def run(folder: Path, count: int, events: int, hard_ones: int) -> dict[str, Any]:
    words = [sys.executable, "-c", MEASURE, str(folder), str(count), str(events), str(hard_ones)]
    said: dict[str, Any] = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    return said


def make(folder: Path, count: int) -> str:
    """A pack of the published rules for Windows, else of as many made-up ones."""
    from hikeshi.engines.logs.sigma.build import build
    from hikeshi.engines.logs.sigma.files import rule_files

    archive = Path(os.environ.get("HIKESHI_TEST_DATA") or "nowhere") / "sigma-rules.tar.xz"
    if archive.is_file():
        with tarfile.open(archive) as tar:
            names = [m for m in tar if "/windows/" in m.name and m.name.endswith(".yml") and m.isreg()]
            tar.extractall(folder / "rules", members=names[: count * 2], filter="data")
        build(rule_files(folder / "rules")).write(folder / "all.pack")
        return "SigmaHQ's rules for Windows (HIKESHI_TEST_DATA)"
    build([(f"{n}.yml", yaml.safe_dump(made_up(n)).encode()) for n in range(count)]).write(folder / "all.pack")
    return "Made-up rules (without HIKESHI_TEST_DATA)"


def made_up(number: int) -> dict[str, Any]:
    """A rule of the usual shape: a program, some of many words of its command line, what is harmless left out."""
    rng = random.Random(number)
    found = [f" -{word(rng)} " for _ in range(rng.randrange(1, 20))]
    return {
        "title": f"made up {number}",
        "id": f"00000000-0000-4000-8000-{number:012}",
        "logsource": {"product": "windows", "category": "process_creation"},
        "detection": {
            "program": {"Image|endswith": [f"\\{word(rng)}.exe", f"\\{rng.choice(PROGRAMS)}.exe"]},
            "words": {"CommandLine|contains": found},
            "harmless": {"ParentImage|startswith": f"C:\\Program Files\\{word(rng)}\\"},
            "condition": "program and words and not harmless",
        },
    }


PROGRAMS = ["cmd", "powershell", "rundll32", "reg", "schtasks", "wmic", "net", "svchost", "chrome", "excel"]


def word(rng: random.Random) -> str:
    return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randrange(3, 9)))


def some(pack: Any, count: int) -> Any:
    """So many rules of a pack, drawn by lot."""
    numbers = list(range(len(pack.rules)))
    random.Random(5).shuffle(numbers)
    return type(pack)(pack.source, pack.atoms, [pack.rules[n] for n in sorted(numbers[:count])])


def office(size: int) -> Iterator[Batch]:
    """A usual mixture: starts of programs, the registry, files, log-ons; a command line in twenty is a new one."""
    rng = random.Random(7)
    while size > 0:
        rows, size = min(size, ROWS), size - ROWS
        kinds = rng.choices(range(5), (15, 35, 25, 5, 20), k=rows)
        channel = ["Microsoft-Windows-Sysmon/Operational"] * 3 + [
            "Microsoft-Windows-PowerShell/Operational",
            "Security",
        ]
        number = ["1", "13", "11", "4104", "4624"]
        lines = [command(rng) for _ in range(max(1, rows // 130))]
        programs = [f"C:\\Windows\\System32\\{one}.exe" for one in PROGRAMS]
        keys = [f"HKLM\\SOFTWARE\\{word(rng)}\\{word(rng)}" for _ in range(max(1, rows // 60))]
        paths = [f"C:\\Users\\{word(rng)}\\AppData\\{word(rng)}.tmp" for _ in range(max(1, rows // 60))]
        users = [f"CORP\\user{n}" for n in range(40)]
        yield batch(
            {
                "Channel": [channel[kind] for kind in kinds],
                "EventID": [number[kind] for kind in kinds],
                "CommandLine": [rng.choice(lines) if kind == 0 else None for kind in kinds],
                "ParentCommandLine": [rng.choice(lines) if kind == 0 else None for kind in kinds],
                "Image": [rng.choice(programs) if kind < 3 else None for kind in kinds],
                "ParentImage": [rng.choice(programs) if kind == 0 else None for kind in kinds],
                "TargetObject": [rng.choice(keys) if kind == 1 else None for kind in kinds],
                "TargetFilename": [rng.choice(paths) if kind == 2 else None for kind in kinds],
                "ScriptBlockText": [rng.choice(lines) * 5 if kind == 3 else None for kind in kinds],
                "LogonType": [rng.choice("2357") if kind == 4 else None for kind in kinds],
                "TargetUserName": [rng.choice(users) if kind == 4 else None for kind in kinds],
                "User": [rng.choice(users) if kind < 3 else None for kind in kinds],
            }
        )


def hard(size: int) -> Iterator[Batch]:
    """Only starts of programs, every command line another: nothing can be remembered."""
    rng = random.Random(9)
    programs = [f"C:\\Windows\\System32\\{one}.exe" for one in PROGRAMS]
    while size > 0:
        rows, size = min(size, ROWS), size - ROWS
        yield batch(
            {
                "Channel": ["Microsoft-Windows-Sysmon/Operational"] * rows,
                "EventID": ["1"] * rows,
                "CommandLine": [f"{command(rng)} {n}" for n in range(rows)],
                "Image": rng.choices(programs, k=rows),
                "ParentImage": rng.choices(programs, k=rows),
                "User": ["CORP\\user"] * rows,
            }
        )


def command(rng: random.Random) -> str:
    return f'"C:\\Windows\\System32\\{rng.choice(PROGRAMS)}.exe" ' + " ".join(
        f"{rng.choice(('-', '/', ''))}{word(rng)}" for _ in range(rng.randrange(2, 25))
    )


def batch(columns: dict[str, list[Any]]) -> Batch:
    size = len(columns["Channel"])
    one: Codes = np.ones(size, np.int32)
    numbers = np.arange(size)
    return Batch(
        times=numbers.astype(np.float64),
        columns={name: column(values) for name, values in columns.items()},
        sources=[(), (LogSource("windows"),)],
        source_of=one,
        formats=Column([None, "windows"], one),
        files=Column([None, "made up"], one),
        records=numbers,
        offsets=numbers,
        raw=[b""] * size,
    )


def column(values: list[Any]) -> Column:
    known: dict[Any, int] = {None: 0}
    codes = [known.setdefault(value, len(known)) for value in values]
    return Column(list(known), np.array(codes, np.int32))
