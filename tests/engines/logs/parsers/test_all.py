"""どの形式にも通じる約束：見本は自分の形式として読まれ、列は項目と合い、どんな入力にも倒れない。"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.common.walk import Found
from hikeshi.engines.logs import formats
from hikeshi.engines.logs.parsers.speech import Frame
from hikeshi.engines.logs.reading import Reading
from hikeshi.engines.logs.scanning import event_of
from hikeshi.engines.logs.table import ECS, Context, Event, Table, all_columns
from hikeshi.engines.logs.times import Years
from tests.engines.logs.reading import NOW, PARSERS

TOKYO = ZoneInfo("Asia/Tokyo")
SAMPLES = sorted(
    file
    for folder in PARSERS.iterdir()
    if folder.is_dir()
    for file in folder.iterdir()
    if file.is_file() and file.suffix not in (".py", ".pyc") and file.stat().st_size < 1 << 16
)
OF_LINES = {name: module for name, module in formats.all_formats().items() if hasattr(module, "read")}
OF_MESSAGES = {name: module for name, module in formats.all_formats().items() if hasattr(module, "read_messages")}
FRAMINGS = {name: module for name, module in formats.all_formats().items() if hasattr(module, "frames")}
LINES = [line for file in SAMPLES for line in file.read_bytes().splitlines()[:60] if line]
SPICE = [
    b'"',
    b"'",
    b"\\",
    b"[",
    b"]",
    b"=",
    b"|",
    b",",
    b"\0",
    b"\xff",
    b"%",
    b" ",
    b"\x1b[2J",
    b"::",
    b"9" * 30,
    b"\t",
]
# A journal holds the messages of other programs, and is read as theirs; so does a framing without events of its own.
MIXED = {"dmesg", "journald", "syslog"} | {name for name in FRAMINGS if not hasattr(FRAMINGS[name], "read_objects")}


@st.composite
def broken(draw: st.DrawFn, pieces: list[bytes]) -> bytes:
    """A piece of a sample, cut, doubled, or with something in the middle that does not belong there."""
    data = draw(st.sampled_from(pieces))
    for _ in range(draw(st.integers(0, 4))):
        at, to = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        middle = draw(st.sampled_from([b"", data[at:to] * 2, *SPICE]) | st.binary(max_size=6))
        data = data[:at] + middle + data[to:]
    return data


def line(pieces: list[bytes]) -> st.SearchStrategy[bytes]:
    return broken(pieces).map(lambda raw: raw.replace(b"\n", b" ").replace(b"\r", b" "))


def context() -> Context:
    return Context(TOKYO, "Asia/Tokyo", Years(datetime(2026, 12, 1, tzinfo=UTC), (11, 30)))


def reading_of(name: str, data: bytes) -> Reading:
    return Reading(Found(name, Path(name), len(data), NOW, lambda: io.BytesIO(data)), now=NOW, zone=TOKYO)


def check(tables: list[Table], size: int) -> None:
    """What every table must keep to, whatever was read."""
    rows = [row for table in tables for row in table.rows]
    assert len(rows) == len(set(rows))
    assert all(0 <= row < size for row in rows)
    for table in tables:
        assert len(table.rows) == len(table.times) == len(table.tags or table.rows)
        columns = all_columns(table)
        assert {len(values) for values in columns.values()} <= {len(table)}
        for i in range(len(table)):
            fields = table.fields(i)
            assert set(fields) <= set(Event.__slots__)
            assert all(isinstance(value, str | int | None) for value in fields.values())
            assert fields.get("outcome", "unknown") in ("success", "failure", "unknown")
            assert isinstance(table.times[i], int | float)


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_each_sample_is_its_own_formats(file: Path) -> None:
    """どの見本も、名前ではなく中身から、ほかのどの形式でもなく自分の形式として読まれる。"""
    reading = reading_of(file.name if file.suffix in (".lastlog", "") else "x", file.read_bytes())
    try:
        tables = [table for _, some in reading for table in some]
    finally:
        reading.close()
    assert reading.report.events
    if file.parent.name not in MIXED and file.name.startswith("sample"):
        assert file.parent.name in reading.report.formats
        assert reading.report.formats[file.parent.name] == max(reading.report.formats.values())
    own = [table for table in tables if table.format == file.parent.name and len(table)]
    assert not own or any(table.sources for table in own) or file.parent.name == "syslog"


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_columns_say_what_the_fields_say(file: Path) -> None:
    """列（ルールと表が見るもの）と項目（人が見るもの）は、同じことを言う。"""
    reading = reading_of(file.name if file.suffix in (".lastlog", "") else "x", file.read_bytes())
    try:
        for _, tables in reading:
            for table in tables:
                columns = all_columns(table)
                for i in range(len(table)):
                    fields = table.fields(i)
                    for name in ("action", "outcome", "user", "address", "destination", "path", "host"):
                        if name in fields and ECS[name] in columns:
                            told = columns[ECS[name]][i]
                            told = told.decode() if isinstance(told, bytes) else told
                            assert (told or "") == (fields[name] or ""), (table.format, name, i)
    finally:
        reading.close()


@pytest.mark.parametrize("module", OF_LINES.values(), ids=list(OF_LINES))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_no_line_breaks_a_format(module: ModuleType, data: st.DataObject) -> None:
    """どの行が来ても、読めるか読めないかのどちらかになる。"""
    name = module.__name__.split(".")[-2]
    own = [raw for file in SAMPLES if file.parent.name == name for raw in file.read_bytes().splitlines() if raw]
    some = data.draw(st.lists(line(own or LINES) | st.sampled_from(own or LINES) | line(LINES), max_size=10))
    told = module.read(some, range(len(some)), context())
    check(told if isinstance(told, list) else [told], len(some))


@pytest.mark.parametrize("module", OF_MESSAGES.values(), ids=list(OF_MESSAGES))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_no_message_breaks_a_format(module: ModuleType, data: st.DataObject) -> None:
    """syslog の本文に何が来ても、読めるか読めないかのどちらかになる。"""
    name = module.__name__.split(".")[-2]
    own = [raw for file in SAMPLES if file.parent.name == name for raw in file.read_bytes().splitlines() if raw]
    own = [raw.partition(b": ")[2] or raw for raw in own]
    some = data.draw(st.lists(line(own or LINES) | line(LINES), max_size=10))
    frames = [Frame(0.0, b"host", b"program", b"1", "UTC") for _ in some]
    check([module.read_messages(some, range(len(some)), frames, context())], len(some))


@pytest.mark.parametrize("name", [name for name in FRAMINGS if any(file.parent.name == name for file in SAMPLES)])
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_no_bytes_break_a_framing(name: str, data: st.DataObject) -> None:
    """行ではない記録がどう壊れていても、一つ残らず、出来事か、読めないものとして数えられる。"""
    own = [file for file in SAMPLES if file.parent.name == name]
    file = data.draw(st.sampled_from(own))
    raw = data.draw(broken([file.read_bytes()]))
    try:
        reading = reading_of(file.name, raw)
    except Problem:
        return
    try:
        events = [event_of(c, t, i, "x") for c, tables in reading for t in tables for i in range(len(t))]
    except Problem:
        return
    finally:
        reading.close()
    assert reading.report.events == len(events)
    assert reading.report.events + reading.report.errors >= reading.report.lines - raw.count(b"\n\n") - 2


@pytest.mark.parametrize("name", [*OF_LINES, *(n for n in OF_MESSAGES if n not in OF_LINES)])
def test_a_long_line_costs_no_more_than_its_length(name: str) -> None:
    """長い行や、途中まで合う形のくり返しでも、かかる手間は長さに比例する。"""
    module = formats.all_formats()[name]
    own = [raw for file in SAMPLES if file.parent.name == name for raw in file.read_bytes().splitlines() if raw][:12]
    frame = Frame(0.0, b"host", b"program", b"1", "UTC")
    for raw in own:
        for middle in (b" ", b'"', b"[", b"a=", b" from 1.2.3.4 ", b"|", raw[len(raw) // 2 :], raw[: len(raw) // 2]):
            text = raw[: len(raw) // 2] + middle * (200_000 // len(middle)) + raw[len(raw) // 2 :]
            if hasattr(module, "read"):
                told = module.read([text], [0], context())
                check(told if isinstance(told, list) else [told], 1)
            if hasattr(module, "read_messages"):
                check([module.read_messages([text.partition(b": ")[2]], [0], [frame], context())], 1)
