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

from tests.bench.report import Report

HOUSE = Path(__file__).resolve().parents[2]
RUNS = 7


def bench(report: Report) -> None:
    """Start the product RUNS times on the same data and ask for its first page until it answers."""
    if not environment_ready():
        report.note("Not measured: this environment was not made by start.py.")
        return
    first_page()  # the first start makes the database
    taken = [first_page() for _ in range(RUNS)]
    seconds, megabytes, processor = zip(*taken, strict=True)
    report.figure("start.py → first page, median", statistics.median(seconds), "s", at_most=1.5)
    report.figure("start.py → first page, slowest", max(seconds), "s")
    report.figure("processor time of it, median", statistics.median(processor), "s")
    report.figure("resident memory after the first page", max(megabytes), "MB", at_most=120)
    report.note(f"{RUNS} starts, each asked every 10 ms until it answered with a page.")


def environment_ready() -> bool:
    """start.py must find nothing to do: making an environment is not what is measured here."""
    spec = importlib.util.spec_from_file_location("start", HOUSE / "start.py")
    assert spec is not None
    assert spec.loader is not None
    start = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(start)
    return bool(start.ready(start.LOCKS[0]))


def first_page() -> tuple[float, float, float]:
    """(seconds, MB, seconds of a processor): one start until the page is there, and what the process holds then."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [getattr(sys, "_base_executable", sys.executable), str(HOUSE / "start.py")]
    began = time.monotonic()
    with subprocess.Popen(
        command,
        env={**os.environ, "HIKESHI_PORT": str(port), "HIKESHI_BROWSER": "0"},
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            while not answers(f"http://localhost:{port}/"):
                if process.poll() is not None or time.monotonic() - began > 60:
                    raise RuntimeError("the product did not start")
                time.sleep(0.01)
            seconds = time.monotonic() - began
            tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            memory = sum(one.memory_info().rss for one in tree) / 2**20
            return seconds, memory, sum(sum(one.cpu_times()[:2]) for one in tree)
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
