"""Whatever is marked `postgresql` runs a second time, on a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.components import NOTES
from tests.postgresql import Server

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_marked_tests_pass_on_postgresql(
    postgresql_server: Server, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """台帳と権限の試験は、本物の PostgreSQL の上でも一つ残らず通る。"""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=line", "-m", "postgresql", f"--basetemp={tmp_path}/tests"],
        cwd=ROOT,
        env={**os.environ, "HIKESHI_DATABASE_URL": postgresql_server.url},
        capture_output=True,
        text=True,
        timeout=1500,
    )
    tail = "\n".join(done.stdout.splitlines()[-60:])
    assert done.returncode == 0, (
        f"on PostgreSQL (HIKESHI_DATABASE_URL, pytest -m postgresql):\n{tail}\n{done.stderr[-2000:]}"
    )
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 0
    request.config.stash.setdefault(NOTES, []).append(f"on PostgreSQL: {done.stdout.strip().splitlines()[-1]}")
