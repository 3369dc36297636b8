"""規則の当たりは、数・最初と最後・早いものから8件の証拠として、報告に載る。"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.logs.report import Report
from hikeshi.engines.logs.sigma.sink import Rules
from hikeshi.engines.logs.sinks import sinks_of
from tests.engines.logs.sigma.batches import batch, files, pack_of, rule

HIGH = rule({"s": {"A": "x"}, "condition": "s"}, 1)
LOW = rule({"s": {"B|exists": True}, "condition": "s"}, 2, level="low", author="三郎")


def order(folder: Path, **more: Any) -> dict[str, Any]:
    pack_of([HIGH, LOW]).write(folder / "a.pack")
    return {"packs": [str(folder / "a.pack")], "cache": str(folder / "cache"), "levels": []} | more


def finished(sink: Any) -> Report:
    report = Report()
    sink.finish(report)
    return report


def test_hits_with_their_evidence(tmp_path: Path) -> None:
    """何回、いつからいつまで、どの行か。区切りが変わっても、選ばれる証拠は早いものから同じ。"""
    sink = Rules(order(tmp_path))
    times = [50.0, 3, 9, 40, 1, 70, 2, 8, 7, 30, 20]
    sink.take(batch([{"A": "x"}] * 6, times=times[:6], raw=[f"line {t}" for t in times[:6]]))
    sink.take(batch([{"A": "X"}] * 5, times=times[6:], raw=[f"line {t}" for t in times[6:]], file="second"))
    (hit,) = finished(sink).hits
    assert (hit.rule["title"], hit.rule["author"], hit.count, hit.first, hit.last) == ("rule 1", "花子", 11, 1, 70)
    assert [one.time for one in hit.samples] == sorted(times)[:8]
    assert [(one.file, one.line, one.raw) for one in hit.samples[:2]] == [("log", 5, "line 1"), ("second", 1, "line 2")]


def test_the_gravest_come_first(tmp_path: Path) -> None:
    """重い規則から順に並び、形は管を通っても変わらない。"""
    sink = Rules(order(tmp_path))
    sink.take(batch([{"A": "x", "B": "1"}, {"B": "1"}]))
    report = finished(sink)
    assert [one.rule["level"] for one in report.hits] == ["high", "low"]
    assert Report.from_wire(report.to_wire()).hits == report.hits


def test_levels(tmp_path: Path) -> None:
    """重さを選べば、その規則だけが載る。"""
    sink = Rules(order(tmp_path, levels=["low"]))
    sink.take(batch([{"A": "x", "B": "1"}]))
    assert [one.rule["title"] for one in finished(sink).hits] == ["rule 2"]


def test_the_order_makes_the_sink(tmp_path: Path) -> None:
    """注文に規則があれば、規則の受け手ができる。フォルダのままでもよい。"""
    folder = tmp_path / "rules"
    folder.mkdir()
    for name, content in files([HIGH]):
        (folder / name).write_bytes(content)
    (sink,) = sinks_of({"rules": order(tmp_path) | {"packs": [str(folder)]}})
    sink.take(batch([{"A": "x"}]))
    assert len(finished(sink).hits) == 1


def test_a_pack_that_is_not_there(tmp_path: Path) -> None:
    """ないパックを頼むと、そう告げる。"""
    with pytest.raises(Problem) as raised:
        Rules(order(tmp_path) | {"packs": [str(tmp_path / "none.pack")]})
    assert raised.value.code == "logs.no_pack"


def test_a_very_long_line_is_shown_in_part(tmp_path: Path) -> None:
    """証拠に載せる行の長さには上限がある。"""
    sink = Rules(order(tmp_path))
    sink.take(batch([{"A": "x"}], raw=["y" * 1_000_000]))
    assert len(finished(sink).hits[0].samples[0].raw) == 2000
