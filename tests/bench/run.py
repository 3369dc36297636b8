"""Runs the measurements: `python3 start.py bench [names]`; a whole run writes docs/benchmarks.md."""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests import bench
from tests.bench.report import Report, machine

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
HEAD = """# 測定 / Measurements

このページは `python3 start.py bench` が書きます。数字は下の機械でのものです。
This page is written by `python3 start.py bench`. The figures are those of this machine:
"""


def names() -> list[str]:
    """Every module here that measures something, found by folder."""
    found = sorted(module.name for module in pkgutil.iter_modules(bench.__path__))
    return [name for name in found if hasattr(importlib.import_module(f"tests.bench.{name}"), "bench")]


def measure(name: str) -> Report:
    """Run one module's measurement."""
    module = importlib.import_module(f"tests.bench.{name}")
    title = (module.__doc__ or name).strip().splitlines()[0].rstrip(".")
    report = Report(title, f"python3 start.py bench {name}")
    module.bench(report)
    return report


def main(wanted: list[str]) -> int:
    """0 when every aim was held, 1 when one was not, 2 for a name that is none."""
    data = tempfile.mkdtemp(prefix="hikeshi-bench-")
    os.environ.update(HIKESHI_DATA=data, DJANGO_SETTINGS_MODULE="hikeshi.site.settings", HIKESHI_BROWSER="0")
    try:
        known = names()
        if unknown := [name for name in wanted if name not in known]:
            sys.stderr.write(f"no such measurement: {', '.join(unknown)}; there are: {', '.join(known)}\n")
            return 2
        reports = []
        for name in wanted or known:
            began = time.monotonic()
            reports.append(measure(name))
            sys.stdout.write(f"{reports[-1].section()}\n({time.monotonic() - began:.0f} s)\n\n")
            sys.stdout.flush()
    finally:
        shutil.rmtree(data, ignore_errors=True)
    if not wanted:
        page = "\n".join([HEAD, *machine(), "", *(report.section() for report in reports)])
        PAGE.write_text(page, encoding="utf-8", newline="\n")
    return 1 if any(figure.holds is False for report in reports for figure in report.figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
