"""The record: a million entries checked from outside and line by line."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from hikeshi.engines.ledger.line import FIRST_PREV, line_sha256, make_line
from hikeshi.engines.ledger.segment import segments
from tests.bench.report import Report

LINES = int(os.environ.get("LEDGER_BENCH_LINES", "1000000"))
CHECK = """
import resource, sys
from pathlib import Path
from hikeshi.engines.ledger.verify import check_lines, read_lines
files = (path.open("rb") for path in sorted(Path(sys.argv[1]).glob("line-*.txt")))
report = check_lines(read_lines(files))
assert report.intact
print(report.lines, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def bench(report: Report) -> None:
    """Write LINES lines in segments, then check them with sha256sum and with our line check."""
    with tempfile.TemporaryDirectory(prefix="hikeshi-ledger-") as name:
        folder = Path(name)
        began = time.perf_counter()
        size = write(folder)
        made = time.perf_counter() - began
        report.figure("make the lines and write their segments", LINES / made, "lines/s")
        began = time.perf_counter()
        subprocess.run(["sha256sum", "--quiet", "-c", "manifest-sha256.txt"], cwd=folder, check=True)
        report.figure("sha256sum -c over the segments", time.perf_counter() - began, "s")
        began = time.perf_counter()
        said = subprocess.run([sys.executable, "-c", CHECK, name], capture_output=True, text=True, check=True).stdout
        taken = time.perf_counter() - began
        lines, memory = said.split()
        report.figure("line check of all segments", taken, "s", beside=f"{int(lines) / taken:,.0f} lines/s")
        report.figure("memory of the line check", float(memory), "MB", at_most=100)
        report.note(f"{LINES:,} entries, {size / 1e6:,.0f} MB, in {-(-LINES // 10_000)} segments; one process.")


def write(folder: Path) -> int:
    """Segments and their manifest; the bytes written."""
    listed, size = [], 0
    for name, group in segments(entries()):
        content = b"".join(group)
        (folder / name).write_bytes(content)
        listed.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        size += len(content)
    (folder / "manifest-sha256.txt").write_text("".join(listed))
    return size


def entries() -> Iterator[bytes]:
    """Entries of the usual size, as the casebook writes them."""
    prev = FIRST_PREV
    for number in range(1, LINES + 1):
        fields = {
            "actor": {"id": "1", "name": "花子"},
            "chain": "0198c0de-0000-7000-8000-000000000001",
            "data": {"key": f"seen.{number}", "status": "suspected", "text": "a" * 64, "value": "花子のPCに警告"},
            "kind": "fact.stated",
            "number": number,
            "recorded_at": "2026-04-01T00:30:00.000000Z",
            "role": "owner",
            "step": "S1.2",
            "version": 1,
        }
        line = make_line(prev, fields)
        prev = line_sha256(line)
        yield line
