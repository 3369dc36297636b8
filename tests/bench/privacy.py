"""Personal data: how fast files are searched, beside plain `re`; memory; how well people are counted"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from itertools import cycle
from pathlib import Path

from tests.bench.report import Report

TOKYO = timezone(timedelta(hours=9))
START = datetime(2026, 11, 2, tzinfo=TOKYO)
PLAIN = r"""
import re, sys, time
patterns = [re.compile(p) for p in (
    rb"[\w.+-]+@[\w-]+\.[\w.-]+", rb"\b0\d{1,4}-\d{1,4}-\d{3,4}\b", rb"\b\d{3}-\d{4}\b", rb"\b\d{12}\b",
    rb"\b(?:\d{4}[ -]?){3}\d{4}\b", "(?:東京都|北海道|(?:京都|大阪)府|[一-龥]{2,3}県)".encode() + rb"[^\s]{2,30}\d")]
began, found = time.process_time(), 0
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        while block := file.read(1 << 18):
            found += sum(len(p.findall(block)) for p in patterns)
print(time.process_time() - began, 0)
"""
COUNT = """
import resource, sys, time
from hikeshi.engines.common.walk import walk
from hikeshi.engines.privacy.counting import Counting, is_document
counting = Counting()
began = time.process_time()
report = counting.run(list(walk(sys.argv[1:], None, is_document)))
taken = time.process_time() - began
assert not report.not_examined
sys.stderr.write(str(report.people))
print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def bench(report: Report) -> None:
    """Each set in a process of its own, CPU seconds, so that other work on the machine counts little."""
    size = report.size(100, 2)
    with tempfile.TemporaryDirectory(prefix="hikeshi-privacy-") as name:
        log, text, table = (Path(name) / one for one in ("access.log", "letters.txt", "customers.csv"))
        write(log, clean(), size << 20)
        write(text, letters(), (size * 12 // 100 or 1) << 20)
        write(table, customers(), (size * 12 // 100 or 1) << 20)
        for what, files, at_least in (
            ("a log without personal data", (log,), 200),
            ("that log and letters an eighth of its size, dense with personal data", (log, text), 40),
            ("the letters alone", (text,), None),
            ("a table of customers (CSV), linked to people", (table,), None),
        ):
            bytes_read = sum(file.stat().st_size for file in files) / 1e6
            plain, _ = run(PLAIN, *files)
            taken, memory = run(COUNT, *files)
            beside = f"plain re, six patterns, no checks: {bytes_read / plain:,.1f} MB/s, ratio {plain / taken:.1f}"
            report.figure(f"search {what}", bytes_read / taken, "MB/s", at_least=at_least, beside=beside)
            report.figure(f"memory for {what}", memory, "MB", at_most=400)
    people(report)
    report.note(
        f"CPU time of one process, sixteen kinds of data with their checks; the log has {size} MB."
        " Presidio is not among the locked parts and was not run beside it."
    )


def people(report: Report) -> None:
    """Made-up towns of seeds that the method was not tuned on (0 to 99 were)."""
    from tests.engines.privacy.reading import judge

    towns = [judge(seed) for seed in range(1000, 1000 + report.size(200, 3))]
    errors = sorted(town.error for town in towns)
    inside = 100 * sum(town.inside for town in towns) / len(towns)
    report.figure("people: the truth is in the interval", inside, "%", at_least=95, beside=f"{len(towns)} towns")
    width = 100 * statistics.median(town.width for town in towns)
    report.figure("people: width of the interval, median, of the truth", width, "%", at_most=15)
    report.figure("people: error of the estimate, median", 100 * statistics.median(errors), "%", at_most=2)
    report.figure(
        "people: error of the estimate, nine in ten below", 100 * errors[int(len(errors) * 0.9)], "%", at_most=5
    )
    bias = statistics.mean((town.estimate - town.truth) / town.truth for town in towns)
    report.note(
        f"The estimate's mean error with its sign: {100 * bias:+.2f} % (above zero: some people counted twice)."
    )


def run(code: str, *files: Path) -> tuple[float, float]:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    words = [sys.executable, "-c", code, *map(str, files)]
    said = subprocess.run(words, capture_output=True, text=True, check=True, env=environment).stdout
    seconds, memory = map(float, said.split())
    return seconds, memory


def write(path: Path, lines: Iterator[str], size: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        written = 0
        for line in lines:
            file.write(line)
            written += len(line.encode())
            if written >= size:
                return


def clean() -> Iterator[str]:
    """An access log: numbers, addresses of machines and times, nobody's data. Its first 25,000 lines, over and over."""
    rng = random.Random(1)
    yield from cycle([_line(rng, n) for n in range(25_000)])


def _line(rng: random.Random, n: int) -> str:
    when = START + timedelta(seconds=n // 5)
    return (
        f"{'.'.join(str(rng.randrange(1, 255)) for _ in range(4))} - - [{when:%d/%b/%Y:%H:%M:%S %z}] "
        f'"GET /blog/{rng.randrange(2000)}/entry-{n}.html?x={n} HTTP/1.1" 200 {rng.randrange(200, 50_000)} '
        f'"https://shop.test/{rng.randrange(500)}" "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Safari/537.36"\n'
    )


def letters() -> Iterator[str]:
    """Letters in which every third line or so names somebody."""
    from tests.engines.privacy.labelled import KINDS, Lines

    lines = Lines(3)
    rng, names = lines.rng, KINDS.split()
    for _ in range(10**9):
        kind = rng.choice((*names, *[""] * 32))
        said = lines.make(kind) if kind else lines.lure()
        yield f"{said} いつもお世話になっております。今後ともよろしくお願いいたします。\n"


def customers() -> Iterator[str]:
    from tests.engines.privacy.town import Town

    town = Town(5)
    fields = ("name", "kana", "email", "phone", "postal", "address", "birth")
    yield "氏名,フリガナ,メール,電話番号,郵便番号,住所,生年月日\n"
    while True:
        for person in town.people:
            yield ",".join(town.row(person, fields).values()) + "\n"
