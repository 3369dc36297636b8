"""XML に書き出した Windows の記録を、EVTX と同じに読む。"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.engines.logs.parsers.xml_events import parser
from tests.engines.logs.parsers.records import Read, read_sample, source, values

SAMPLE = (Path(__file__).parent / "exported.xml").read_bytes()
BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>"""


def test_events_are_read_as_from_evtx() -> None:
    """項目も意味も、EVTX から読んだときと同じ。"""
    found = read_sample("xml_events", "exported.xml")
    assert (found.report.format, found.report.events, found.report.errors) == ("windows", 2, 0)
    assert values(found.events, "action", "outcome", "user", "address", "method") == [
        ("win.logon_failed", "failure", "Administrator", "203.0.113.9", "3"),
        ("win.log_cleared", "success", "hanako", "", ""),
    ]
    assert found.events[0].message == "アカウントがログオンに失敗しました。"
    assert found.rows[0]["Provider_Name"] == "Microsoft-Windows-Security-Auditing"
    assert found.rows[0]["Execution_ProcessID"] == "600"
    assert [SAMPLE[e.offset :].startswith(e.raw) for e in found.events] == [True, True]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_other_encodings_are_read(encoding: str) -> None:
    """UTF-16 や印のついた UTF-8 でも読める。"""
    found = Read(SAMPLE.decode().encode(encoding))
    assert (found.report.events, found.report.errors) == (2, 0)


def test_events_without_a_root_are_read() -> None:
    """全体を囲む要素がなくても読める。"""
    body = SAMPLE.split(b"<Events>")[1].split(b"</Events>")[0]
    assert Read(body * 3).report.events == 6


def test_entities_are_refused() -> None:
    """実体を使った爆弾は、広げずに断る。"""
    inside = SAMPLE.split(b"<Events>")[1].replace(b"hanako", b"&b;")
    found = Read(BOMB + b"<Events>" + inside)
    assert (found.report.events, found.report.errors) == (1, 1)


def test_a_broken_event_costs_itself() -> None:
    """壊れた1件は数えられ、次は読める。切れた最後も数えられる。"""
    first, second = SAMPLE.split(b"<Event ")[1:]
    found = Read(
        b"<Events><Event "
        + first.replace(b"</System>", b"")
        + b"<Event "
        + second.replace(b"</Events>", b"")
        + b"<Event xmlns"
    )
    assert (found.report.events, found.report.errors) == (1, 2)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_nothing_breaks_it(data: st.DataObject) -> None:
    """どう壊しても倒れない。"""
    raw = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 20))] = data.draw(
            st.sampled_from([b"<", b">", b"&x;", b"\0", b"<Event ", b"</Event>", b"\xff"])
        )
    for found in parser.objects(source(bytes(raw))):
        assert len(found.objects) == len(found.raw) == len(found.offsets)
