"""控えてある難しい入力（corpus/<形式>/）：どれも倒れず、読めるか、読めないと数えられる。

ファズで見つかった入力も、直したあとここに置く。ファイルを一つ足せば、次から毎回試される。
"""

from __future__ import annotations

import io
import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.common.walk import Found
from hikeshi.engines.logs import formats
from hikeshi.engines.logs.reading import Reading, zone_of
from hikeshi.engines.logs.scanning import Scan, event_of
from hikeshi.engines.logs.story import Story
from hikeshi.engines.logs.table import Context, Table, all_columns
from hikeshi.engines.logs.times import Years
from tests.engines.logs.reading import NOW

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(CORPUS.glob("*/*"))
TOKYO = zone_of("Asia/Tokyo")
each = pytest.mark.parametrize("file", FILES, ids=[f"{one.parent.name}/{one.name}" for one in FILES])


def found(file: Path) -> Found:
    data = file.read_bytes()
    return Found(file.name, file, len(data), NOW, lambda: io.BytesIO(data))  # type: ignore[arg-type, return-value]


def is_whole(table: Table) -> None:
    """Columns of equal length, times that are times, fields of the types that an event has."""
    assert len(table.rows) == len(set(table.rows)) == len(table.times)
    assert all(math.isfinite(time) for time in table.times)
    assert {len(values) for values in all_columns(table).values()} <= {len(table)}
    for i in range(len(table)):
        assert all(isinstance(value, str | int | None) for value in table.fields(i).values())


@each
def test_a_parser_stands_what_was_written_for_it(file: Path) -> None:
    """形式が名前の解析器は、その行をじかに渡されても倒れない。"""
    module = formats.all_formats()[file.parent.name]
    if not hasattr(module, "read"):  # it is given objects, or what a program says within a line
        return
    context = Context(TOKYO or UTC, "Asia/Tokyo", Years(datetime(2026, 12, 1, tzinfo=UTC), (11, 30)))
    lines = file.read_bytes().splitlines()
    tables = module.read(lines, range(len(lines)), context)
    for table in tables if isinstance(tables, list) else [tables]:
        is_whole(table)


@each
def test_each_file_is_read_or_said_to_be_none(file: Path) -> None:
    """ファイルとして読んでも、できごとは元の場所を指し、数は合い、調査も規則も倒れない。"""
    done = Scan(now=NOW, zone=TOKYO, sinks=[Story()]).run([found(file)])
    assert len(done.files) + len(done.not_read) >= 1
    try:
        reading = Reading(found(file), now=NOW, zone=TOKYO)
    except Problem as problem:
        assert problem.code in ("logs.not_a_log", "logs.empty")
        assert not done.files
        return
    count, size = 0, file.stat().st_size
    for chunk, tables in reading:
        for table in tables:
            is_whole(table)
            count += len(table)
            assert all(event_of(chunk, table, i, "a").offset <= size for i in range(len(table)))
    assert count == reading.report.events == done.files[0].events
    reading.close()
