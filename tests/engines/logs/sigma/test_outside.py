"""公開されている規則と、その規則が当たるはずの記録で確かめる（HIKESHI_TEST_DATA）。"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from hikeshi.engines.common.walk import walk
from hikeshi.engines.logs.columns import Batch
from hikeshi.engines.logs.report import Report
from hikeshi.engines.logs.scanning import Scan
from hikeshi.engines.logs.sigma.build import Parsed, compiled, parse
from hikeshi.engines.logs.sigma.files import rule_files
from hikeshi.engines.logs.sigma.kernel import Kernel
from hikeshi.engines.logs.sigma.pack import Pack
from tests.engines.logs.sigma.batches import cut, fired
from tests.engines.logs.sigma.oracle import Oracle, events_of

Data = Callable[[str], Path]
# A label of a router's configuration, without a file to try it on.
NO_FILE = {"ef0ff092-a24a-4fbc-beea-06c08d53e085"}
# Both ask for the names of an organisation's own servers, which the release leaves to its reader.
NEEDS_VALUES = {
    "win_security_adcs_certighost_cdc_chase_request.yml",
    "win_security_adcs_certighost_cert_issued_via_chase.yml",
}


class Rules(NamedTuple):
    parsed: Parsed
    pack: Pack
    kernel: Kernel


class Kept:
    """A sink that keeps the batches."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    def take(self, batch: Batch) -> None:
        self.batches.append(batch)

    def finish(self, report: Report) -> None: ...


@pytest.fixture(scope="module")
def rules(test_data: Data, tmp_path_factory: pytest.TempPathFactory) -> Rules:
    parsed = parse(rule_files(test_data("sigma-rules")))
    pack = compiled(parsed, source="sigma-rules")
    return Rules(parsed, pack, Kernel([pack], tmp_path_factory.mktemp("cache")))


def batches(paths: list[Path]) -> list[Batch]:
    kept = Kept()
    Scan(now=datetime(2026, 11, 24, tzinfo=UTC), sinks=[kept]).run(list(walk(paths)))
    return kept.batches


@pytest.fixture(scope="module")
def windows(test_data: Data) -> list[Batch]:
    return batches(sorted(test_data("sigma-regression").rglob("*.evtx")))


def test_every_rule_compiles(rules: Rules) -> None:
    """公開されている 3,754 の規則は、値を与える必要のある2つのほか、すべてまとまる。"""
    assert {Path(one["file"]).name for one in rules.pack.refused} == NEEDS_VALUES
    assert len(rules.pack.rules) + len(NEEDS_VALUES) == 3754


def test_every_label_fires(
    rules: Rules, windows: list[Batch], test_data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    """当たるはずの規則は、その記録で残らず当たる。記録のついていない札は、どれか分かっている。"""
    root = test_data("sigma-regression")
    found = {
        (rules.kernel.rules[number]["id"], str(one.files.values[one.files.codes[row]]))
        for one in windows
        for number, rows in rules.kernel.run(one)[0]
        for row in rows.tolist()
    }
    said = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in root.rglob("info.yml")]
    bare = {meta["id"] for about in said if not about.get("regression_tests_info") for meta in about["rule_metadata"]}
    labels = {
        (meta["id"], str(next(root.rglob(Path(test["path"]).name))))
        for about in said
        for meta in about["rule_metadata"]
        for test in about.get("regression_tests_info", [])
        if test["path"].endswith(".evtx")
    }
    with capsys.disabled():
        print(f"\n{len(labels & found)} of {len(labels)} labels with a file fire; without a file: {sorted(bare)}")
    assert len(labels) >= 200
    assert labels - found == set()
    assert bare == NO_FILE


@pytest.mark.slow
def test_all_hits_are_those_of_the_oracle(rules: Rules, windows: list[Batch]) -> None:
    """当たった規則と記録の組は、余りも不足もなく、遅く素朴な評価と同じ。"""
    slow = Oracle(rule for file, rule in rules.parsed.rules if Path(file).name not in NEEDS_VALUES)
    hits = 0
    for one in windows:
        expected = slow.hits(events_of(one))
        assert fired(rules.kernel, one) == expected
        hits += len(expected)
    assert hits >= 300


def test_a_pack_of_all_rules_comes_back_whole(rules: Rules, tmp_path: Path) -> None:
    """全部の規則のパックは、書いて読み戻しても同じ。"""
    rules.pack.write(tmp_path / "all.pack")
    again = Pack.read(tmp_path / "all.pack")
    assert (again.atoms, again.rules, again.sha256) == (rules.pack.atoms, rules.pack.rules, rules.pack.sha256)


def test_two_batches_or_one(rules: Rules, windows: list[Batch]) -> None:
    """記録をどこで区切って渡しても、答えは同じ。"""
    for one in windows:
        whole = fired(rules.kernel, one)
        half = len(one) // 2
        parts = fired(rules.kernel, cut(one, 0, half)) | {
            (rule, row + half) for rule, row in fired(rules.kernel, cut(one, half, len(one)))
        }
        assert parts == whole
