"""記録の形式に通じる約束：どの項目にどんな値が来ても倒れず、列は行と合う。"""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hikeshi.engines.logs import objects
from hikeshi.engines.logs.objects import Object
from hikeshi.engines.logs.table import Context, all_columns
from tests.engines.logs.parsers.records import context, source
from tests.engines.logs.reading import PARSERS

JUNK = st.sampled_from(
    [None, True, 0, -1, 1 << 70, 1.5, "", "-", "x", "\x1b[2J", "9" * 40, "{", "2026-13-45T99:99:99Z", "\ud800", [], {}]
    + [["a", 1, None], [{"Name": 1}, 2], {"a": {"b": []}}, [[["deep"]]], {"": ""}, [{"name": {}, "value": [{}]}]]
)


@cache
def samples(name: str) -> list[Object]:
    """The objects of a format's own samples."""
    found: list[Object] = []
    for file in sorted((PARSERS / name).glob("*.*")):
        if file.suffix in (".py", ".pyc"):
            continue
        data = file.read_bytes()
        framing, _ = objects.framing_of(data[: 1 << 17], file.name)
        if framing:
            for some in objects.framings()[framing].objects(source(data, file.name)):
                found += some.objects
    return [one for one in found if objects.object_formats()[name].recognises(one, "x")]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a nested record."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


def damage(record: Object, place: tuple[Any, ...], value: Any) -> Object:
    made = copy.deepcopy(record)
    inner: Any = made
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return made


# A framing of its own gives what it says it gives; these get whatever stands in a file of JSON or CSV.
FORMATS = [
    name
    for name in objects.object_formats()
    if name not in objects.framings() and (PARSERS / name).is_dir() and samples(name)
]


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_no_value_breaks_a_format(name: str, data: st.DataObject) -> None:
    """どの項目の値が何に変わっても、読めるか読めないかのどちらかになる。"""
    own = samples(name)
    some: list[Object] = []
    for _ in range(data.draw(st.integers(1, 5))):
        record = data.draw(st.sampled_from(own))
        for _ in range(data.draw(st.integers(0, 3))):
            there = places(record)[1:]
            if there:
                record = damage(record, data.draw(st.sampled_from(there)), data.draw(JUNK))
        some.append(record)
    module = objects.object_formats()[name]
    for record in some:
        assert 0 <= module.recognises(record, "x") <= 1
    check(module.read_objects(some, list(range(len(some))), context()), len(some))


def check(told: Any, size: int) -> None:
    tables = told if isinstance(told, list) else [told]
    rows = [row for table in tables for row in table.rows]
    assert len(rows) == len(set(rows))
    assert all(0 <= row < size for row in rows)
    for table in tables:
        columns = all_columns(table)
        assert {len(values) for values in columns.values()} <= {len(table)}
        for i in range(len(table)):
            fields = table.fields(i)
            assert all(isinstance(value, str | int | None) for value in fields.values())
            assert fields.get("outcome", "unknown") in ("success", "failure", "unknown")


def test_records_of_many_shapes_cost_no_more_than_their_number() -> None:
    """1件ずつ形の違う記録でも、覚えておくものは増え続けない。"""
    dispatch = objects.Dispatch("x")
    found: Context = context()
    some: list[Object] = [
        {"CreationTime": "2026-11-23T01:00:00", "Operation": f"Op{n}", "Workload": "x", f"k{n}": n} for n in range(300)
    ]
    tables, unread = dispatch.tables(some, found)
    assert (sum(map(len, tables)), unread) == (300, [])


def test_the_samples_are_there() -> None:
    """この検査の見本が、形式のフォルダから取れている。"""
    assert {"m365_audit", "entra", "aws_cloudtrail", "google_workspace"} <= set(FORMATS)
    assert Path(PARSERS).is_dir()
