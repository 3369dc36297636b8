"""Evidence: how long the volatile state of this machine takes, hashed and in its package, before anything is cut."""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from pathlib import Path

from hikeshi.engines import evidence
from tests.bench.report import Report, waited


def bench(report: Report) -> None:
    """Collect everything volatile again and again, and examine each package."""
    rounds = report.size(9, 1)
    taken: list[tuple[float, float, float]] = []
    with tempfile.TemporaryDirectory(prefix="hikeshi-evidence-") as folder:
        for number in range(rounds):
            order = evidence.Order(Path(folder) / f"{number}.tar", stages=("volatile",))
            began, used = time.monotonic(), processor()
            whole = evidence.take(order)
            wall, cpu = time.monotonic() - began, processor() - used
            began, idle = time.monotonic(), waited()
            package = evidence.verify(whole.path)
            taken.append((wall, cpu, time.monotonic() - began - (waited() - idle)))
    walls, cpus, checks = zip(*taken, strict=True)
    sources = [item for item in package.items if item["stage"] == "volatile"]
    beside = f"least {min(walls):.2f} s, most {max(walls):.2f} s"
    report.figure("volatile state taken and hashed, median", statistics.median(walls), "s", at_most=2.0, beside=beside)
    report.figure("processor time of it, median", statistics.median(cpus), "s")
    report.figure("volatile sources in it", len(sources), "", at_least=18)
    report.figure("the package read back and checked, median", statistics.median(checks), "s")
    report.figure("size of the package", package.size / 2**20, "MB")
    missed = ", ".join(item["name"] for item in package.failed) or "nothing"
    report.note(f"{rounds} rounds on this machine, as root. Not taken here, or only in part: {missed}.")


def processor() -> float:
    """Seconds of a processor that the programs started from here have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
