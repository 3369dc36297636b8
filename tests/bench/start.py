"""Start: from `start.py` to the first page, second start, and the memory it then holds."""

from __future__ import annotations

import importlib.util
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from tests.bench.report import Report, waited

HOUSE = Path(__file__).resolve().parents[2]


def bench(report: Report) -> None:
    """Start the product again and again on the same data and ask for its first page until it answers."""
    made = environment_ready()
    if not (made or report.quick):
        report.note("Not measured: this environment was not made by start.py of this version.")
        return
    start = [getattr(sys, "_base_executable", sys.executable), str(HOUSE / "start.py")]
    command = start if made else [sys.executable, "-P", "-m", "hikeshi"]
    first_page(command)  # the first start makes the database
    runs = report.size(15, 1)
    taken = [first_page(command) for _ in range(runs)]
    walls, own, processor, megabytes = zip(*taken, strict=True)
    beside = f"least {min(own):.2f} s, most {max(own):.2f} s"
    report.figure("start.py → first page, median", statistics.median(own), "s", at_most=1.5, beside=beside)
    beside = f"least {min(walls):.2f} s, most {max(walls):.2f} s"
    report.figure("the same beside what else ran on the machine", statistics.median(walls), "s", beside=beside)
    beside = f"least {min(processor):.2f} s, most {max(processor):.2f} s"
    report.figure("processor time of it, median", statistics.median(processor), "s", beside=beside)
    report.figure("resident memory after the first page", max(megabytes), "MB", at_most=120)
    settled = first_page(command, rest=report.size(4, 2))[3]
    report.figure("resident memory when the worker has begun", settled, "MB", at_most=120)
    report.note(
        f"{runs} starts after the first, each asked every 10 ms until it answered with a page. Time in which the start "
        "was ready to go on and other programs had the processor is taken off in the first figure."
    )


def environment_ready() -> bool:
    """start.py must find nothing to do: making an environment is not what is measured here."""
    spec = importlib.util.spec_from_file_location("start", HOUSE / "start.py")
    assert spec is not None
    assert spec.loader is not None
    start = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(start)
    return bool(start.ready(start.LOCKS[0]))


def first_page(command: list[str], rest: float = 0.0) -> tuple[float, float, float, float]:
    """One start until the page is there: (seconds, without those it waited for a processor, of a processor, MB).

    Memory is what it holds `rest` seconds later.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()
    with subprocess.Popen(command, env={**os.environ, "HIKESHI_PORT": str(port)}, stdout=subprocess.DEVNULL) as process:
        try:
            while not answers(f"http://localhost:{port}/"):
                if process.poll() is not None or time.monotonic() - began > 120:
                    raise RuntimeError("the product did not start")
                time.sleep(0.01)
            seconds = time.monotonic() - began
            tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            own = seconds - waited(str(process.pid))
            processor = sum(sum(one.cpu_times()[:2]) for one in tree)
            time.sleep(rest)
            return seconds, own, processor, sum(one.memory_info().rss for one in tree) / 2**20
        finally:
            process.terminate()


def answers(address: str) -> bool:
    """Whether a page comes back, whatever it asks of the visitor."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.read())
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
