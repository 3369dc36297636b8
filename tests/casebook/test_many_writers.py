"""大勢が同時に書いても、抜け・枝分かれ・消失・重複がない。"""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from hikeshi.casebook import services as casebook
from hikeshi.engines.ledger.verify import check_lines
from tests.cast import assemble

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, THREADS, COUNT = 2, 8, 25


def environment() -> Mapping[str, str]:
    """The environment in which another process finds the database of this test."""
    named = connection.settings_dict
    env = {**os.environ, "PYTHONPATH": f"{ROOT}/src:{ROOT}"}
    if connection.vendor == "postgresql":
        url = f"postgresql://{named['USER']}@{named['HOST']}:{named['PORT']}/{named['NAME']}"
        return {**env, "HIKESHI_DATABASE_URL": url}
    return env


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sixteen_threads_in_two_processes_append_to_one_case() -> None:
    """2つの処理の16本の糸が一つの事故に書いても、番号は隙間なく、どれも一度だけ、誰も待ちきれずに失敗しない。"""
    case = assemble().open_case()
    before = casebook.head(case).number
    command = [sys.executable, str(Path(__file__).with_name("worker.py")), str(case.chain_id)]
    running = [
        subprocess.Popen(
            [*command, f"p{i}", str(COUNT), str(THREADS)],
            env=environment(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for i in range(PROCESSES)
    ]
    said = [process.communicate(timeout=240) for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES, [err for _, err in said]
    assert "database is locked" not in "".join(err for _, err in said)

    acknowledged = [line.split() for out, _ in said for line in out.splitlines()]
    assert len(acknowledged) == PROCESSES * THREADS * COUNT
    entries = {entry.number: entry for entry in casebook.entries(case)}
    assert sorted(entries) == list(range(1, before + len(acknowledged) + 1))
    for key, number, sha256 in acknowledged:
        assert entries[int(number)].data["key"] == key
        assert entries[int(number)].sha256 == sha256
    assert len({number for _, number, _ in acknowledged}) == len(acknowledged)
    report = check_lines(casebook.lines(case))
    assert report.findings == []
    assert report.head == casebook.head(case).sha256
    assert len(casebook.facts(case)) == len(acknowledged)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_open_one_case() -> None:
    """同じ押しボタンの送信が同時に届いても、事故は一つ、番号も一つ。"""
    cast = assemble()
    together = threading.Barrier(4)

    def tap(_: int) -> str:
        together.wait()
        try:
            return str(casebook.open_case(cast.workspace, cast.actor, request_id="c" * 32).chain_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as taps:
        assert len(set(taps.map(tap, range(4)))) == 1
    assert [case.reference[-3:] for case in casebook.cases(cast.workspace)] == ["001"]
