"""出来事の表のそばに置く、読んだままの束：規則は Parquet をほどかずに、もう一度調べられる。"""

from __future__ import annotations

import shutil
import zlib
from pathlib import Path

import pytest

from hikeshi.engines.common.mynumber import MASK
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.logs import rescan, scan
from hikeshi.engines.logs.columns import Batch
from hikeshi.engines.logs.encoded import FOLDER, again
from hikeshi.engines.logs.shards import read
from tests.engines.logs.test_shards import DAY, NOW, batch, written

VALUES = ["a", None, "", ("x", "y"), "𠮷野家", 7, True, "同じ", "同じ"]


def table(folder: Path) -> Path:
    first = batch({"event.action": ["t"] * 9, "Data": VALUES}, [i * DAY for i in range(9)])
    second = batch({"event.action": ["u"] * 2, "host.name": ["pc", None]}, [DAY, 0.0])
    return written(folder, first, second)


def rows(batches: list[Batch]) -> list[tuple[object, ...]]:
    """Every row as what it says, in an order of its own."""
    names = ("event.action", "Data", "host.name")
    found = []
    for one in batches:
        for row in range(len(one)):
            columns = [one.column(name) for name in names]
            said = [column.values[column.codes[row]] for column in columns]
            sources = one.sources[one.source_of[row]]
            found.append((*said, float(one.times[row]), int(one.records[row]), int(one.offsets[row]), sources))
    return sorted(found, key=str)


def test_it_says_what_parquet_says(tmp_path: Path) -> None:
    """束は、読んだ順のまま戻り、Parquet と同じことを言う。"""
    folder = table(tmp_path / "out")
    kept = list(again(folder))
    assert [len(one) for one in kept] == [9, 2]
    assert rows(kept) == rows(list(read(folder)))


def test_without_it_parquet_is_read(tmp_path: Path) -> None:
    """束を消しても、Parquet から同じことが読める。"""
    folder = table(tmp_path / "out")
    before = rows(list(again(folder)))
    shutil.rmtree(folder / FOLDER)
    assert rows(list(again(folder))) == before


def test_no_record_is_kept_as_written(tmp_path: Path) -> None:
    """記録の文そのもの（マイナンバーがあるかもしれない）は、束にない。"""
    folder = table(tmp_path / "out")
    assert {raw for one in again(folder) for raw in one.raw} == {b""}


@pytest.mark.parametrize("lost", ["00001.batch", "00002.batch"])
def test_a_lost_batch_loses_no_event(tmp_path: Path, lost: str) -> None:
    """束が一つなくなっても、残りだけを全部のように言わず、Parquet からすべてを読む。"""
    folder = table(tmp_path / "out")
    before = rows(list(again(folder)))
    (folder / FOLDER / lost).unlink()
    assert rows(list(again(folder))) == before


def test_a_table_that_is_not_whole_is_told(tmp_path: Path) -> None:
    """Parquet の一部もなくなっていれば、一部だけを調べて終わらない。"""
    folder = table(tmp_path / "out")
    shutil.rmtree(folder / FOLDER)
    next((folder / "events").rglob("*.parquet")).unlink()
    with pytest.raises(Problem, match="logs.not_shards"):
        list(again(folder))


@pytest.mark.parametrize("spoil", [lambda data: data[:40], lambda _: b"", lambda _: b"x" * 40])
def test_a_damaged_batch_is_told(tmp_path: Path, spoil) -> None:
    """束が壊れていれば、黙って一部だけを調べることはない。"""
    folder = table(tmp_path / "out")
    file = next((folder / FOLDER).iterdir())
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(Problem, match="logs.not_shards"):
        list(again(folder))


LINES = (
    "Nov  1 00:00:01 web1 sshd[99]: Accepted password for hanako from 203.0.113.9 port 22 ssh2\n"
    "Nov  1 00:00:02 web1 app[7]: 番号は 123456789018 です\n"
)
WORDS = """title: 言葉
id: 11111111-1111-4111-8111-111111111112
logsource: {product: linux}
detection:
  keywords: ['sshd[99]: Accepted password for hanako']
  condition: keywords
level: high
"""


def scanned(tmp_path: Path, more: bytes = b"") -> tuple[Path, dict[str, object]]:
    (tmp_path / "auth.log").write_bytes(LINES.encode() + more)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yml").write_text(WORDS)
    order: dict[str, object] = {"packs": [str(tmp_path / "rules")], "cache": None}
    report = scan([tmp_path / "auth.log"], now=NOW, out=tmp_path / "out", rules=order)
    assert [hit.count for hit in report.hits] == [1]
    return tmp_path / "out", order


def test_a_rescan_finds_words_of_the_whole_line(tmp_path: Path) -> None:
    """行の文にしかない言葉も、もう一度調べて同じだけ見つかる。マイナンバーは隠して残る。"""
    folder, order = scanned(tmp_path)
    report = rescan(folder, order)
    assert ([hit.count for hit in report.hits], report.not_read) == ([1], [])
    (kept,) = (zlib.decompress(file.read_bytes()) for file in (folder / FOLDER).glob("*.text"))
    assert (b"123456789018" in kept, MASK.encode() in kept) == (False, True)


def test_a_rescan_tells_that_lines_were_not_kept(tmp_path: Path) -> None:
    """行の文がなければ、項目だけを調べたことを言う。UTF-8 でない行の文は残さない。"""
    folder, order = scanned(tmp_path, b"Nov  1 00:00:03 web1 app[7]: \x94\xd4\x8d\x86 123456789018\n")
    report = rescan(folder, order)
    assert [hit.count for hit in report.hits] == [1]
    assert [problem.code for _, problem in report.not_read] == ["logs.text_not_kept"]
    for file in (folder / FOLDER).glob("*.text"):
        assert b"123456789018" not in zlib.decompress(file.read_bytes())
        file.write_bytes(b"x")
    report = rescan(folder, order)
    assert ([hit.count for hit in report.hits], len(report.not_read)) == ([], 1)
    assert rescan(folder, None).not_read == []
