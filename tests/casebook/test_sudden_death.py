"""書いている最中に SIGKILL されても、「記録しました」と答えた行は必ず残る。"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.engines.ledger.verify import check_lines
from tests.casebook.test_many_writers import ROOT, environment
from tests.cast import assemble
from tests.components import needs

WORKER = Path(__file__).with_name("worker.py")
SERVER = Path(__file__).with_name("kill_server.py")
KILLS, WITHIN = 200, 150


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_every_acknowledged_entry_survives_200_kills() -> None:
    """200回殺しても（うち150回以上は答えの途中で）、別の相手が控えた行はすべてあり、鎖は続き、また書ける。"""
    case = assemble().open_case()
    chance = random.Random(20261123)
    noted: dict[str, tuple[int, str]] = {}
    inside = 0
    # One long-lived parent forks a writer for each kill: a fork starts in milliseconds, a fresh interpreter would not.
    with subprocess.Popen(
        [sys.executable, str(SERVER), str(case.chain_id)],
        env=environment(), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as parent:  # fmt: skip
        for _ in range(KILLS):
            inside += _one_kill(parent, chance, noted)
    assert inside >= WITHIN, f"only {inside} kills fell between acknowledgements"
    assert len(noted) > KILLS
    entries = {entry.number: entry for entry in casebook.entries(case)}
    lost = [key for key, (number, sha256) in noted.items() if number not in entries or entries[number].sha256 != sha256]
    assert lost == []
    assert all(entries[number].data["key"] == key for key, (number, _) in noted.items())
    report = check_lines(casebook.lines(case))
    assert report.findings == []
    assert report.head == casebook.head(case).sha256
    assert casebook.stale(case) == []
    assert set(casebook.facts(case)) == {e.data["key"] for e in entries.values() if e.kind == "fact.stated"}


def _one_kill(parent: "subprocess.Popen[str]", chance: random.Random, noted: dict[str, tuple[int, str]]) -> bool:
    """Let one writer run, note what it acknowledges, kill it; whether it was still acknowledging when it died."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        parent.stdin.write(f"{listener.getsockname()[1]}\n")  # type: ignore[union-attr]
        parent.stdin.flush()  # type: ignore[union-attr]
        client, _ = listener.accept()
    first, finished = threading.Event(), threading.Event()

    def note() -> None:
        with client, client.makefile() as lines:
            for line in lines:
                if not line.endswith("\n"):
                    break
                if line.startswith("END"):
                    finished.set()
                    break
                key, number, sha256 = line.split()
                noted[key] = (int(number), sha256)
                first.set()

    noter = threading.Thread(target=note)
    noter.start()
    pid = int(parent.stdout.readline())  # type: ignore[union-attr]
    first.wait(timeout=30)
    time.sleep(chance.uniform(0, 0.03))
    between = first.is_set() and not finished.is_set()
    os.kill(pid, signal.SIGKILL)
    noter.join(timeout=30)
    return between


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_sync_comes_before_the_acknowledgement(tmp_path: Path) -> None:
    """システムコールの跡を見ると、どの「記録しました」の前にも、ディスクへの同期がある。"""
    needs("strace")
    case = assemble().open_case()
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-o", str(trace), "-e", "trace=fsync,fdatasync,write", "-s", "60"]
    done = subprocess.run(
        [*command, sys.executable, str(WORKER), str(case.chain_id), "traced", "20", "1"],
        env=environment(), cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 20
    synced, acknowledged = False, 0
    for line in trace.read_text(errors="replace").splitlines():
        if ("fsync(" in line or "fdatasync(" in line) and "= 0" in line:
            synced = True
        elif 'write(1, "traced-' in line:
            assert synced, f"acknowledged without a sync: {line}"
            synced, acknowledged = False, acknowledged + 1
    assert acknowledged == 20
