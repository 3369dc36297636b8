"""Runs the measurements: `python3 start.py bench [--quick] [--page] [names]`; a whole run writes docs/benchmarks.md.

--quick tries each on a few things, so that it is seen to work; --page renews the sections of the names on the page.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests import bench
from tests.bench.report import Figure, Report, machine, when

HOUSE = Path(__file__).resolve().parents[2]
PAGE = HOUSE / "docs" / "benchmarks.md"
HEAD = """# 測定 / Measurements

このページは `python3 start.py bench` が書きます。表の上の命令で、その数字を測り直せます。
割合（share、times）は、ほかの機械とも比べられます。
This page is written by `python3 start.py bench`; the command above each table makes its figures anew. Shares and times
can be compared between machines. Measured on:
"""


def names() -> list[str]:
    """Every module here that measures something, found by folder."""
    found = sorted(module.name for module in pkgutil.iter_modules(bench.__path__))
    return [
        name for name in found if re.search(r"^def bench\(", (Path(__file__).parent / f"{name}.py").read_text(), re.M)
    ]


def measure(name: str, *, quick: bool) -> Report:
    """Run one module in a process and a data folder of its own, so that none meets what another left behind."""
    with tempfile.TemporaryDirectory(prefix="hikeshi-bench-") as folder:
        data = Path(folder) / "data"
        more = {"HIKESHI_DATA": str(data), "DJANGO_SETTINGS_MODULE": "hikeshi.site.settings", "HIKESHI_BROWSER": "0"}
        environment = {**os.environ, **more, **({"LOGS_BENCH_LINES": "3000"} if quick else {})}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # nobody's usual machine: each start would compile everything
        environment.pop("HIKESHI_DATABASE_URL", None)
        out = Path(folder) / "report.json"
        words = [sys.executable, "-m", "tests.bench.run", "--one", name, str(out), *(["--quick"] if quick else [])]
        subprocess.run(words, cwd=HOUSE, env=environment, check=True)
        found = json.loads(out.read_text(encoding="utf-8"))
    return Report(**{**found, "figures": [Figure(**figure) for figure in found["figures"]]})


def one(name: str, out: str, *, quick: bool) -> None:
    """What runs in the process of its own."""
    module = importlib.import_module(f"tests.bench.{name}")
    title = (module.__doc__ or name).strip().splitlines()[0].rstrip(".")
    report = Report(title, f"python3 start.py bench {name}", quick)
    module.bench(report)
    report.note(when())
    Path(out).write_text(json.dumps(asdict(report)), encoding="utf-8")


def write(reports: list[Report], *, whole: bool) -> None:
    """The page, or its sections that were measured."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.is_file() and not whole else ""
    sections = {command(section): section for section in re.split(r"(?m)^(?=## )", page)[1:]}
    sections |= {report.command: report.section() for report in reports}
    text = "\n".join([HEAD, *machine(), "", *(section.rstrip() + "\n" for _, section in sorted(sections.items()))])
    PAGE.write_text(text, encoding="utf-8", newline="\n")


def command(section: str) -> str:
    """The command that a section names."""
    found = re.search(r"(?m)^`(python3 start\.py bench \w+)`$", section)
    return found[1] if found else ""


def main(words: list[str]) -> int:
    """0 when every aim was held (or --quick), 1 when one was not, 2 for a name that is none."""
    flags, wanted = (
        {word for word in words if word.startswith("-")},
        [word for word in words if not word.startswith("-")],
    )
    quick = "--quick" in flags
    if "--one" in flags:
        one(*wanted, quick=quick)
        return 0
    known = names()
    if unknown := [*({*wanted} - {*known}), *(flags - {"--quick", "--page"})]:
        sys.stderr.write(f"no such measurement: {', '.join(unknown)}; there are: {', '.join(known)}, --quick, --page\n")
        return 2
    reports = []
    for name in wanted or known:
        reports.append(measure(name, quick=quick))
        sys.stdout.write(f"{reports[-1].section()}\n")
        sys.stdout.flush()
    if not quick and (not wanted or "--page" in flags):
        write(reports, whole=not wanted)
    missed = any(figure.holds is False for report in reports for figure in report.figures)
    return 1 if missed and not quick else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
