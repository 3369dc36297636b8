"""The measurements go on working, and the page of them says by which command each figure was made."""

from __future__ import annotations

import os
import re
import socket
from importlib import import_module
from pathlib import Path

import pytest

from tests.bench import peers, run
from tests.bench.report import Report


@pytest.mark.slow
@pytest.mark.parametrize("name", run.names())
def test_each_measurement_still_works(name: str) -> None:
    """どの測定も、少しの量で試せば動き、測定のページにある項目をいまも測っている。"""
    sample = getattr(import_module(f"tests.bench.{name}"), "NEEDS", "")
    if sample and not (Path(os.environ.get("HIKESHI_TEST_DATA") or "nowhere") / sample).is_file():
        pytest.skip(f"needs {sample} in HIKESHI_TEST_DATA")
    report = run.measure(name, quick=True)
    assert report.figures
    assert all(figure.value > 0 for figure in report.figures)
    page = {row for command, rows in _figures().items() if command == report.command for row in rows}
    # Other people's programs are nobody's to install for a test; their figures stand where somebody has them.
    absent = {peer for peer, where in peers.PEERS.items() if where not in os.environ}
    page = {row for row in page if not any(peer in row for peer in absent)}
    assert page
    assert page <= {figure.what for figure in report.figures}


def test_the_page_names_a_command_for_every_figure() -> None:
    """測定のページのどの数字にも、それを測る命令があり、どの測定もページにある。"""
    figures = _figures()
    assert set(figures) == {f"python3 start.py bench {name}" for name in run.names()}
    assert all(figures.values())
    rows = [line for line in run.PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| (?!what|---)", line)]
    assert len(rows) == sum(len(found) for found in figures.values())


def test_the_page_names_no_machine() -> None:
    """測定のページに、測った機械の名前や置き場所は書かれない。"""
    page = run.PAGE.read_text(encoding="utf-8")
    assert socket.gethostname() not in page
    assert "/home/" not in page
    assert os.fspath(run.HOUSE) not in page


def test_a_named_measurement_renews_only_its_section(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """一つだけ測り直せば、ページのその節だけが新しくなる。"""
    monkeypatch.setattr(run, "PAGE", tmp_path / "benchmarks.md")
    first, second = (Report(f"About {name}", f"python3 start.py bench {name}") for name in ("first", "second"))
    for report in (first, second):
        report.figure("speed", 1, "/s")
    run.write([second, first], whole=True)
    before = run.PAGE.read_text(encoding="utf-8")
    assert before.index("About first") < before.index("About second")
    again = Report("About second", second.command)
    again.figure("speed", 2, "/s")
    run.write([again], whole=False)
    assert run.PAGE.read_text(encoding="utf-8") == before[: before.index("## About second")] + again.section()


def test_trying_reports_no_missed_aim(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """試し（--quick）では目標に届かなくても失敗にせず、ページも書かない。測定では失敗と言う。"""
    slow = Report("Slow", "python3 start.py bench start")
    slow.figure("speed", 1, "/s", at_least=2)
    written: list[bool] = []
    monkeypatch.setattr(run, "measure", lambda name, quick: slow)
    monkeypatch.setattr(run, "write", lambda reports, whole: written.append(whole))
    assert run.main(["--quick", "start"]) == 0
    assert (run.main(["start"]), written) == (1, [])
    assert (run.main(["start", "--page"]), written) == (1, [False])
    assert (run.main([]), written) == (1, [False, True])
    assert "| speed | 1 /s | ≥ 2 | **no** |  |" in capsys.readouterr().out
    assert run.main(["nothing"]) == 2


def _figures() -> dict[str, list[str]]:
    """Command → the figures in its section of the page."""
    page = run.PAGE.read_text(encoding="utf-8")
    return {
        run.command(section): re.findall(r"(?m)^\| (?!what \||---)([^|]+?) \|", section)
        for section in re.split(r"(?m)^(?=## )", page)[1:]
    }
