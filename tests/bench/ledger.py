"""The record of a million entries, checked from outside and by `hikeshi casebook check`."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.report import Report

BATCH = 10_000
# From a small process: a child's largest memory is never told as less than that of the process it was forked from.
TIME = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
said = subprocess.run(sys.argv[1:], capture_output=True, text=True, check=True).stdout
seconds, used = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
took = {"seconds": seconds, "processor": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss / 1024, "said": said}
print(json.dumps(took))
"""


class Took(NamedTuple):
    """What a command took: seconds, seconds of a processor, MB at its largest; and what it said."""

    seconds: float
    processor: float
    memory: float
    said: str


def bench(report: Report) -> None:
    """One case with that many lines, as `record` writes them; its segments beside it."""
    from hikeshi.desk.services import start_django

    start_django()
    from django.conf import settings
    from django.core.management import call_command

    from hikeshi.casebook import services as casebook
    from tests.cast import assemble

    call_command("migrate", interactive=False, verbosity=0)
    case = assemble().open_case()
    count = report.size(1_000_000, 2_000)
    fill(case, count)
    folder = Path(settings.HIKESHI_DATA) / "bench-segments"
    folder.mkdir()
    began = time.process_time()
    size = write(folder, casebook.lines(case))
    wrote = time.process_time() - began
    plain = took(["sha256sum", "--quiet", "-c", "manifest-sha256.txt"], folder)
    command = [sys.executable, "-P", "-m", "hikeshi", "casebook", "check", case.reference, "--json"]
    ours = took(command, folder)
    (checked,) = json.loads(ours.said)
    assert checked["intact"]
    assert checked["lines"] > count
    report.figure("segments by sha256sum -c", plain.seconds, "s", beside=f"{plain.processor:.2f} s of CPU")
    report.figure("lines by casebook check", ours.seconds, "s", beside=f"{ours.processor:.1f} s of CPU")
    report.figure("lines a second by casebook check, of CPU", checked["lines"] / ours.processor, "/s")
    report.figure("memory of casebook check", ours.memory, "MB", at_most=120)
    report.figure("casebook check beside writing the segments, CPU", ours.processor / wrote, "times")
    report.note(f"{count:,} entries, {size / 1e6:,.0f} MB, in {-(-checked['lines'] // 10_000)} segments; one process.")


def took(command: list[str], folder: Path) -> Took:
    """Run a command that must succeed."""
    done = subprocess.run([sys.executable, "-S", "-c", TIME, *command], cwd=folder, capture_output=True, check=True)
    return Took(**json.loads(done.stdout))


def fill(case: Any, count: int) -> None:
    """`count` more lines in the case's chain, written past `record`: making them is not what is measured."""
    from django.db import connection, transaction

    from hikeshi.casebook.models import Chain, Line

    chain = Chain.objects.get(pk=case.chain_id)
    made = lines(str(chain.pk), chain.number, chain.sha256, count)
    while batch := list(islice(made, BATCH)):
        with transaction.atomic():
            rows = (Line(chain=chain, number=n, line=line, sha256=sha256) for n, line, sha256 in batch)
            Line.objects.bulk_create(rows, batch_size=500)
            chain.number, chain.sha256 = batch[-1][0], batch[-1][2]
            chain.size += sum(len(line) for _, line, _ in batch)
            chain.save()
    connection.close()


def lines(chain: str, number: int, prev: str, count: int) -> Iterator[tuple[int, bytes, str]]:
    """Entries of the usual size, as the casebook writes them: (number, line, its SHA-256)."""
    from hikeshi.engines.ledger.line import line_sha256, make_line

    for n in range(number + 1, number + count + 1):
        fields = {
            "actor": {"id": "1", "name": "花子"},
            "chain": chain,
            "data": {"key": f"seen.{n}", "status": "suspected", "text": "a" * 64, "value": "花子のPCに警告"},
            "kind": "fact.stated",
            "number": n,
            "recorded_at": "2099-04-01T00:30:00.000000Z",
            "role": "owner",
            "step": "S1.2",
            "version": 1,
        }
        line = make_line(prev, fields)
        prev = line_sha256(line)
        yield n, line, prev


def write(folder: Path, stored: Iterator[bytes]) -> int:
    """Segments and their manifest, as an archive has them; the bytes written."""
    from hikeshi.engines.ledger.segment import segments

    listed, size = [], 0
    for name, group in segments(stored):
        content = b"".join(group)
        (folder / name).write_bytes(content)
        listed.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        size += len(content)
    (folder / "manifest-sha256.txt").write_text("".join(listed))
    return size
