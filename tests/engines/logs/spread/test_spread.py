"""規則を何人で調べても、答えは一人で調べたときと、一バイトも違わない。"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from hikeshi.engines import logs
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.logs.running import STARTER
from hikeshi.engines.logs.spread import on_ray
from tests.engines.logs.spread.cluster import two_nodes

SRC = Path(logs.__file__).parents[3]
NOW = datetime(2026, 12, 1, tzinfo=UTC)
RULES = """title: Somebody is refused again and again
id: 6f8e7c3a-9a3f-4f5c-8f55-0c8a0b3f7d10
correlation:
  type: event_count
  rules: [refused]
  group-by: [source.ip]
  timespan: 10m
  condition: {gte: 20}
  generate: true
level: medium
---
title: Refused
name: refused
id: 0f0a5b7e-2c36-4f60-9a53-5b1c3d5a7a11
logsource: {product: linux, service: sshd}
detection:
  words: ['Failed password']
  condition: words
level: low
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some logs that fill several batches, with attacks across their borders."""
    place = tmp_path_factory.mktemp("logs")
    start = datetime(2026, 11, 23, tzinfo=UTC)
    for file in range(3):
        lines = []
        for i in range(24_000):
            when = (start + timedelta(seconds=i // 2 + file * 15_000)).strftime("%b %d %H:%M:%S")
            address = f"198.51.100.{i // 200 % 250}" if i % 3 else "203.0.113.7"
            user = ("root", "hanako", "invalid user admin")[i % 7 % 3]
            lines.append(f"{when} sv1 sshd[{i}]: Failed password for {user} from {address} port 22 ssh2")
        lines.append(f"{when} sv1 sshd[9]: Accepted password for hanako from 203.0.113.7 port 22 ssh2")
        (place / f"auth.log.{file}").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (place / "rules").mkdir()
    (place / "rules" / "mine.yml").write_text(RULES, encoding="utf-8")
    return place


def answer(folder: Path, workers: str, cache: Path, out: Path | None = None) -> str:
    rules = {"packs": [str(STARTER), str(folder / "rules")], "cache": str(cache)}
    paths = sorted(folder.glob("auth.log.*"))
    report = logs.scan(paths, now=NOW, zone="Asia/Tokyo", rules=rules, workers=workers, out=out)
    wire: dict[str, Any] = report.to_wire() | {"seconds": 0}
    return json.dumps(wire, ensure_ascii=False)


@pytest.fixture(scope="module")
def alone(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return answer(folder, "1", tmp_path_factory.mktemp("cache"))


def test_there_is_something_to_find(alone: str) -> None:
    """比べるログには、規則に当たるものも、まとまって初めて当たるものもある。"""
    report = json.loads(alone)
    assert report["events"] == 72_003
    titles = {hit["rule"]["title"]: hit["count"] for hit in report["hits"]}
    assert titles["Refused"] == 72_000
    assert titles["Somebody is refused again and again"] >= 1
    assert len(titles) > 3


@pytest.mark.parametrize("count", ["2", "3"])
def test_many_processes_answer_like_one(count: str, folder: Path, alone: str, tmp_path: Path) -> None:
    """二つでも三つでも、プロセスの数で答えは変わらない。"""
    assert answer(folder, count, tmp_path) == alone


def test_the_event_table_is_the_same(folder: Path, tmp_path: Path) -> None:
    """出来事の表も、残る報告も、一人で調べたときと同じ。"""
    texts = [answer(folder, count, tmp_path / "cache", tmp_path / count) for count in ("1", "2")]
    assert texts[0] == texts[1]
    tables = [sorted(one.relative_to(tmp_path / n) for one in (tmp_path / n).rglob("*.parquet")) for n in ("1", "2")]
    assert tables[0] == tables[1]
    for part in tables[0]:
        assert (tmp_path / "1" / part).read_bytes() == (tmp_path / "2" / part).read_bytes()


@pytest.mark.slow
def test_a_cluster_answers_like_one(folder: Path, tmp_path: Path) -> None:
    """二つの機械からなる本物の Ray でも、命令の答えは一バイトも違わない。"""
    with two_nodes(SRC) as address:
        assert _command(folder, address, tmp_path) == _command(folder, "1", tmp_path)


def test_a_cluster_that_turns_the_first_caller_away_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """起動したばかりのクラスタに一度断られても、もう一度たずねる。断られ続けたら、それを伝える。"""
    answers: list[object] = [ConnectionAbortedError("not yet"), "joined", *[ConnectionAbortedError("no")] * 3]
    monkeypatch.setattr(on_ray.time, "sleep", lambda _: None)
    ray = SimpleNamespace(init=Mock(side_effect=answers))
    assert on_ray._joined(ray, "ray://127.0.0.1:1") == "joined"
    with pytest.raises(ConnectionAbortedError):
        on_ray._joined(ray, "ray://127.0.0.1:1")
    assert ray.init.call_count == 5


def _command(folder: Path, workers: str, home: Path) -> dict[str, Any]:
    """What `hikeshi logs scan --json` prints, but for the seconds it took."""
    words = [sys.executable, "-m", "hikeshi", "logs", "scan", "--json", "--workers", workers, "--rules", str(STARTER)]
    words += ["--rules", str(folder / "rules"), "--zone", "Asia/Tokyo", "--year", "2026"]
    words += [str(path) for path in sorted(folder.glob("auth.log.*"))]
    environment = {**os.environ, "PYTHONPATH": str(SRC), "XDG_CACHE_HOME": str(home)}
    done = subprocess.run(words, env=environment, capture_output=True, timeout=240, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    assert found.pop("seconds") > 0
    assert len(found["hits"]) > 3
    return found


def test_no_cluster_is_told(folder: Path, tmp_path: Path) -> None:
    """つながらない Ray は、何も読まないうちに、言葉で知らせる。"""
    with pytest.raises(Problem) as told:
        answer(folder, "ray://", tmp_path)
    assert told.value.code == "logs.no_such_workers"


@pytest.mark.parametrize("text", ["0", "-1", "many", "257", "1.5", "", "٣"])
def test_a_number_that_is_none_is_told(text: str, tmp_path: Path) -> None:
    """プロセスの数でないものは、何も読まないうちに断る。"""
    with pytest.raises(Problem) as told:
        logs.scan([tmp_path], workers=text)
    assert told.value.code == "logs.no_such_workers"


def test_a_worker_that_cannot_begin_is_why(folder: Path, tmp_path: Path) -> None:
    """規則が読めないときは、一人で調べるときと同じ理由を言い、置き場所を残さない。"""
    (tmp_path / "broken.pack").write_bytes(b"PK no pack")
    rules = {"packs": [str(tmp_path / "broken.pack")], "cache": None}
    with pytest.raises(Problem) as told:
        logs.scan(sorted(folder.glob("auth.log.*")), now=NOW, rules=rules, workers="2")
    assert told.value.code == "logs.not_a_pack"


def test_nothing_stays_when_somebody_stops_it(folder: Path, tmp_path: Path) -> None:
    """途中でやめても、プロセスも置き場所も残らない。"""
    script = (
        "import sys; from hikeshi.engines import logs\n"
        f"print('begun', flush=True)\nlogs.scan({[str(p) for p in sorted(folder.glob('auth.log.*'))] * 9},"
        f" rules={{'packs': [{str(STARTER)!r}], 'cache': None}}, workers='2')\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(SRC)}
    child = subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"begun\n"
    end = time.monotonic() + 60
    while not list(tmp_path.glob("hikeshi-scan-*/*")) and time.monotonic() < end:
        time.sleep(0.05)
    assert list(tmp_path.glob("hikeshi-scan-*/*"))
    child.send_signal(signal.SIGINT)
    child.wait(60)
    child.stdout.close()
    while _of(tmp_path) and time.monotonic() < end:
        time.sleep(0.1)
    assert _of(tmp_path) == []
    assert list(tmp_path.glob("hikeshi-scan-*")) == []
    assert threading.active_count() < 20


def _of(folder: Path) -> list[str]:
    """The processes that were started with this folder for what is temporary."""
    mark = f"TMPDIR={folder}".encode()
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (one / "environ").read_bytes():
                found.append(one.name)
        except OSError:
            continue
    return found
