"""Personal data: how fast files are searched, beside plain `re`; memory; how well people are counted"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path

from hikeshi.engines.privacy.texts import Scanner
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
PRESIDIO = r"""
import logging, sys, time
logging.disable(logging.CRITICAL)
import spacy, tldextract
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import PhoneRecognizer
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # it would ask the network
class Blank(SpacyNlpEngine):
    def load(self):
        self.nlp = {"en": spacy.blank("en")}
blank = Blank(models=[{"lang_code": "en", "model_name": "blank"}])
blank.load()
engine = AnalyzerEngine(nlp_engine=blank, supported_languages=["en"])
engine.registry.add_recognizer(PhoneRecognizer(supported_regions=("JP",)))
text = open(sys.argv[1], encoding="utf-8").read()
began = time.process_time()
for at in range(0, len(text), 4000):
    engine.analyze(text[at : at + 4000], language="en")
print(time.process_time() - began, 0)
"""
"""All its own recognisers and telephones of Japan, with an empty spaCy model: its patterns alone."""
STREAM = """
import resource, sys, time
from datetime import UTC, datetime
from pathlib import Path
from hikeshi.engines.common.walk import Caps, Found
from hikeshi.engines.privacy.counting import Counting
piece, size = Path(sys.argv[1]).read_bytes(), int(sys.argv[2])
class Endless:
    def __init__(self):
        self.left, self.number, self.rest = size, 0, b""
    def read(self, wanted=-1):
        while len(self.rest) < wanted and self.left > 0:
            self.number += 1
            one, phone = f"mail user{self.number}x%d@example.jp tel 090-%d-", f"{self.number % 10000:04d}\\n"
            self.rest += piece + "".join(one % (n, n + 1000) + phone for n in range(40)).encode()
            self.left -= len(piece)
        data, self.rest = self.rest[:wanted], self.rest[wanted:]
        return data
    def close(self):
        pass
began = time.process_time()
found = Found("access.log", Path(sys.argv[1]), size, datetime.now(UTC), Endless, Caps(unpacked=1 << 40))
report = Counting().run([found])
assert not report.not_examined and report.people.at_most > 30 * (size >> 20), report
print(time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
"""A file that is too large for the disk: read as it is made, with new people all along."""


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
            ("log, letters and customers together", (log, text, table), None),
        ):
            bytes_read = sum(file.stat().st_size for file in files) / 1e6
            plain, _ = run(PLAIN, *files)
            taken, memory = run(COUNT, *files)
            beside = f"plain re, six patterns, no checks: {bytes_read / plain:,.1f} MB/s, ratio {plain / taken:.1f}"
            report.figure(f"search {what}", bytes_read / taken, "MB/s", at_least=at_least, beside=beside)
            report.figure(f"memory for {what}", memory, "MB", at_most=400)
        large(report, Path(name))
        presidio(report, text, log)
    kinds(report)
    people(report)
    report.note(
        f"CPU time of one process, sixteen kinds of data with their checks; the log has {size} MB."
        " Presidio is run where PRESIDIO_PYTHON names a Python that has it; it is none of our parts."
    )


def large(report: Report, folder: Path) -> None:
    """Memory on a file of 5 GB, made as it is read."""
    size = report.size(5_000, 5) * 10**6
    write(folder / "piece.log", clean(), 1 << 20)
    taken, memory = run(STREAM, folder / "piece.log", str(size))
    what = "a file of 5 GB with some 190,000 people in it"
    report.figure(f"memory for {what}", memory, "MB", at_most=900, beside=f"{size / 1e9:.3f} GB were read")
    report.figure(f"search {what}", size / 1e6 / taken, "MB/s")


def presidio(report: Report, *files: Path) -> None:
    """Presidio and ours on the same little text, since it takes long."""
    python = os.environ.get("PRESIDIO_PYTHON") or (sys.executable if find_spec("presidio_analyzer") else "")
    for file in files:
        small = file.with_name(f"small-{file.name}")
        lines = file.read_text(encoding="utf-8").splitlines()[: report.size(2000, 50)]
        small.write_text("\n".join(lines), encoding="utf-8")
        size = small.stat().st_size / 1e6
        ours, _ = run(COUNT, small)
        beside = "Presidio was not there: skipped"
        if python:
            theirs, _ = run(PRESIDIO, small, python=python)
            beside = f"Presidio, patterns alone: {size / theirs:.3f} MB/s, ratio {theirs / ours:,.0f}"
        report.figure(f"search the first 2,000 lines of {file.name}", size / ours, "MB/s", beside=beside)


def kinds(report: Report) -> None:
    """Precision and recall of each kind in running text, on lines of another hand that no rule was tuned on."""
    from tests.engines.privacy import labelled_again

    right, wrong, truth = Counter[str](), Counter[str](), Counter[str]()
    for seed in range(9000, 9000 + report.size(10, 1)):
        lines, counts = labelled_again.corpus(seed)
        truth += counts
        for kind, line in lines:
            list(Scanner().records(f"本文\n\n{line}\n\n".encode(), found := Counter[str]()))  # words: data
            right[kind] += bool(found[kind])
            # A name beside an account or in a note of illness is right, too.
            wrong.update(name for name in found if name not in (kind, "name" if kind else ""))
    for kind, count in sorted(truth.items()):
        precision = 100 * right[kind] / max(right[kind] + wrong[kind], 1)
        beside = f"precision {precision:.1f} %, {count} lines among lures"
        report.figure(f"find {kind} in text: recall", 100 * right[kind] / count, "%", beside=beside)
    report.note(
        "Recall and precision are of made-up lines (tests/engines/privacy/labelled_again.py), which flatter; real files"
        " score lower. Health insurance numbers and secret keys stand only in labelled.py, whose maker knew the rules."
    )


def people(report: Report) -> None:
    """Made-up places of seeds that the method was not tuned on: towns (0 to 99 were), and villages by another hand."""
    from tests.engines.privacy.town import Town
    from tests.engines.privacy.village import Village

    judged(report, "people", Town, 1000)
    judged(report, "people of villages by another hand", Village, 2000)


def judged(report: Report, name: str, place: type, first: int) -> None:
    from tests.engines.privacy.reading import judge

    towns = [judge(seed, place=place) for seed in range(first, first + report.size(200, 3))]
    errors = sorted(town.error for town in towns)
    inside = 100 * sum(town.inside for town in towns) / len(towns)
    report.figure(
        f"{name}: the truth is in the interval", inside, "%", at_least=95, beside=f"{len(towns)} made-up places"
    )
    width = 100 * statistics.median(town.width for town in towns)
    report.figure(f"{name}: width of the interval, median, of the truth", width, "%", at_most=15)
    report.figure(f"{name}: error of the estimate, median", 100 * statistics.median(errors), "%", at_most=2)
    most = 100 * errors[int(len(errors) * 0.9)]
    report.figure(f"{name}: error of the estimate, nine in ten below", most, "%", at_most=5)
    bias = statistics.mean((town.estimate - town.truth) / town.truth for town in towns)
    report.note(f"{name}: the estimate's mean error with its sign {100 * bias:+.2f} % (above zero: counted twice).")


def run(code: str, *files: Path | str, python: str = sys.executable) -> tuple[float, float]:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    words = [python, "-c", code, *map(str, files)]
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
