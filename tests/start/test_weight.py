"""The first page comes at once, because what writes paper or reads logs is imported only when it is called."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
# Each costs 50 to 500 ms of the 1.5 s that a second start may take.
HEAVY = ("docx", "lxml", "typst", "segno", "hyperscan", "typer", "rich", "pydantic", "pypdfium2", "psycopg")
HEAVY += ("fido2", "jpholiday", "webbrowser", "polars", "pyarrow", "duckdb", "sigma")
FIRST_PAGE = """
import sys
from hikeshi.desk.services import start_django
start_django()
from django.core.management import call_command
call_command("migrate", verbosity=0)
before = set(sys.modules)
from django.test import Client
page = Client().get("/", headers={"host": "localhost"}, follow=True)
print(page.status_code, *sorted({name.split(".")[0] for name in sys.modules}))
"""


@pytest.mark.slow
def test_the_first_page_needs_no_heavy_part(tmp_path: Path) -> None:
    """最初のページが出るまでに、書類やログのための重い部品を読み込まない。"""
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAGE],
        env={**os.environ, "PYTHONPATH": str(HOUSE / "src"), "HIKESHI_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    status, *loaded = done.stdout.split()
    assert status == "200"
    assert sorted(set(loaded) & set(HEAVY)) == []
