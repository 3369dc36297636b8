"""どんな行が来ても、どの解析器も倒れず、行を失わない。"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hikeshi.engines.common.walk import Found
from hikeshi.engines.logs import formats
from hikeshi.engines.logs.reading import Reading
from hikeshi.engines.logs.scanning import Scan, event_of
from hikeshi.engines.logs.table import Context
from hikeshi.engines.logs.times import Years
from tests.engines.logs.reading import NOW, PARSERS
from tests.engines.logs.test_forged import FAILED, NO_SUCCESS

TOKYO = ZoneInfo("Asia/Tokyo")
LINES = [line for file in sorted(PARSERS.glob("*/sample.log")) for line in file.read_bytes().splitlines()]
LINES += [line.encode() for line in (*FAILED.values(), *NO_SUCCESS.values())]
OF_LINES = {name: module for name, module in formats.all_formats().items() if hasattr(module, "read")}
SPICE = [b'"', b"\\", b"[", b"]", b"\0", b"\xff", b"%", b" ", b"-", b"\x1b[2J", b"::", b"1e9", b"9" * 30, "花".encode()]


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A line of a sample, cut, doubled, or with something in the middle that does not belong there."""
    line = draw(st.sampled_from(LINES))
    for _ in range(draw(st.integers(0, 4))):
        at, to = sorted((draw(st.integers(0, len(line))), draw(st.integers(0, len(line)))))
        middle = draw(st.sampled_from([b"", line[at:to] * 2, *SPICE]) | st.binary(max_size=6))
        line = line[:at] + middle + line[to:]
    return line.replace(b"\n", b" ").replace(b"\r", b" ")


LOGS = st.lists(
    broken() | st.sampled_from(LINES) | st.binary(max_size=60).map(lambda b: b.replace(b"\n", b"")), max_size=12
)


def context() -> Context:
    return Context(TOKYO, "Asia/Tokyo", Years(datetime(2026, 12, 1, tzinfo=UTC), (11, 30)))


@pytest.mark.parametrize("module", OF_LINES.values(), ids=list(OF_LINES))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(lines=LOGS)
def test_no_line_breaks_a_parser(module: ModuleType, lines: list[bytes]) -> None:
    """どの行も、読めるか読めないかのどちらかで、出てくる項目は決めた型を持つ。"""
    tables = module.read(lines, range(len(lines)), context())
    tables = tables if isinstance(tables, list) else [tables]
    rows = [row for table in tables for row in table.rows]
    assert len(rows) == len(set(rows))
    for table in tables:
        assert len(table.rows) == len(table.times)
        for i in range(len(table)):
            fields = table.fields(i)
            assert all(isinstance(v, str | int | None) for v in fields.values())
            assert fields.get("outcome", "unknown") in ("success", "failure", "unknown")
            assert isinstance(table.times[i], int | float)
        # What a program says besides ("….message") is kept once the program is known, though no rule knows the line.
        own = table.format == module.__name__.split(".")[-2]
        said = [row for i, row in enumerate(table.rows) if not table.fields(i)["action"].endswith(".message")]
        assert not own or all(module.understands(lines[row]) for row in said)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(lines=LOGS)
def test_each_line_is_an_event_or_counted_as_broken(lines: list[bytes]) -> None:
    """どの行も、出来事になるか、読めない行として数えられる。空の行だけは数えない。"""
    data = b"\n".join([*LINES[:1] * (len(lines) + 1), *lines]) + b"\n"
    found = Found("a.log", Path("a.log"), len(data), NOW, lambda: io.BytesIO(data))
    reading = Reading(found, now=NOW, zone=TOKYO)
    events = [event_of(chunk, t, i, "a.log") for chunk, tables in reading for t in tables for i in range(len(t))]
    blank = sum(not line.strip(b" \t\r\0") for line in lines)
    report = reading.report
    reading.close()
    assert len(events) == report.events
    assert report.events + report.errors + blank == report.lines == 2 * len(lines) + 1
    assert all(data[e.offset :].startswith(e.raw) for e in events)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(lines=LOGS)
def test_no_line_breaks_a_finder(lines: list[bytes]) -> None:
    """どの行でも、探す側は倒れず、成功と言うのは印のあるときだけ。"""
    data = b"\n".join([*LINES[:1] * (3 * len(lines) + 1), *lines * 3]) + b"\n"
    found = Found("a.log", Path("a.log"), len(data), NOW, lambda: io.BytesIO(data))
    report = Scan(now=NOW, zone=TOKYO).run([found])
    assert report.not_read == []
    for one in report.findings:
        assert one.first <= one.last
        assert one.samples
        if one.kind == "ssh_bruteforce" and one.success == "yes":
            assert b"Accepted" in data
