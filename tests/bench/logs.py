"""Logs: how fast they are read and searched, beside merely reading their lines."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tests.bench.report import Report

LINES = int(os.environ.get("LOGS_BENCH_LINES", "1000000"))
TOKYO = timezone(timedelta(hours=9))
START = datetime(2026, 11, 2, tzinfo=TOKYO)
MERELY = """
import sys, time
began, lines = time.process_time(), 0
for line in open(sys.argv[1], "rb"):
    lines += 1
print(lines, time.process_time() - began, 0)
"""
SCAN = """
import gc, resource, sys, time
from datetime import UTC, datetime
from hikeshi.engines.common.walk import walk
from hikeshi.engines.logs.reading import zone_of
from hikeshi.engines.logs.scanning import Scan
gc.disable()
scan = Scan(now=datetime(2026, 11, 24, tzinfo=UTC), zone=zone_of("Asia/Tokyo"))
began = time.process_time()
report = scan.run(list(walk([sys.argv[1]])))
taken = time.process_time() - began
assert not report.not_read and not sum(f.errors for f in report.files)
sys.stderr.write(str(len([f for f in report.findings if f.level == "high"])))
print(report.lines, taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def bench(report: Report) -> None:
    """Each log in a process of its own, CPU seconds, so that other work on the machine counts little."""
    with tempfile.TemporaryDirectory(prefix="hikeshi-logs-") as name:
        for what, lines, at_least in (
            ("an ordinary access log", ordinary(), 150_000),
            ("an access log of attacks only", attacks(), None),
            ("an authentication log under attack", guesses(), None),
        ):
            path = Path(name) / "log"
            with path.open("w", encoding="utf-8") as file:
                file.writelines(lines)
            _, plain, _ = run(MERELY, path)
            count, taken, memory = run(SCAN, path)
            beside = f"merely reading the lines: {count / plain:,.0f}/s, ratio {taken / plain:.0f}"
            report.figure(f"read and search {what}", count / taken, "lines/s", at_least=at_least, beside=beside)
            report.figure(f"memory for {what}", memory, "MB", at_most=300)
    report.note(f"{LINES:,} lines (attacks and guesses a tenth), CPU time of one process, all kinds of findings.")


def run(code: str, path: Path) -> tuple[float, float, float]:
    said = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True).stdout
    lines, seconds, memory = map(float, said.split())
    return lines, seconds, memory


def ordinary() -> Iterator[str]:
    """Visitors of a shop: 40,000 pages, 5,000 addresses, a request in a hundred for what is no longer there."""
    rng = random.Random(1)
    agents = [f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/{n}.0.0.0 Safari/537.36" for n in range(80, 130)]
    addresses = [".".join(str(rng.randrange(1, 255)) for _ in range(4)) for _ in range(5000)]
    pages = [f"/blog/{rng.randrange(2000)}/entry-{n}.html?x={n}" for n in range(40_000)]
    for n in range(LINES):
        when = START + timedelta(seconds=n // 5)
        status = rng.choices((200, 304, 404), (90, 9, 1))[0]
        yield (
            f"{rng.choice(addresses)} - - [{when:%d/%b/%Y:%H:%M:%S %z}] "
            f'"GET {rng.choice(pages)} HTTP/1.1" {status} {rng.randrange(200, 50_000)} '
            f'"https://example.jp/{rng.randrange(500)}" "{rng.choice(agents)}"\n'
        )


def attacks() -> Iterator[str]:
    """Each line a new target and, nine times in ten, a known address: nothing can be skipped."""
    rng = random.Random(2)
    for n in range(LINES // 10):
        address = f"203.0.113.{rng.randrange(250)}" if n % 10 else f"2001:db8::{n:x}"
        when = START + timedelta(seconds=n // 20)
        yield (
            f"{address} - - [{when:%d/%b/%Y:%H:%M:%S %z}] "
            f'"GET /x{n}.php?a=%2e%2e%2f..%2fetc%2fpasswd HTTP/1.1" 404 162 "-" "curl/8.5.0"\n'
        )


def guesses() -> Iterator[str]:
    """What sshd writes for one try: three lines."""
    rng = random.Random(3)
    for n in range(LINES // 30):
        when, address = START + timedelta(seconds=n * 3), f"203.0.113.{rng.randrange(250)}"
        head = f"{when:%b} {when.day:2d} {when:%H:%M:%S} web sshd[{n % 30_000}]: "
        yield f"{head}Invalid user user{n % 500} from {address} port {n % 60_000}\n"
        yield f"{head}pam_unix(sshd:auth): authentication failure; logname= uid=0 tty=ssh ruser= rhost={address}\n"
        yield f"{head}Failed password for invalid user user{n % 500} from {address} port {n % 60_000} ssh2\n"
