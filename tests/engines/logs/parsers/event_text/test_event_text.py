"""テキストで書き出した Windows のイベントの読み取り。"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.engines.logs.parsers.event_text import parser
from tests.engines.logs.parsers.records import source
from tests.engines.logs.reading import PARSERS, events, report

SAMPLE = PARSERS / "event_text" / "sample.txt"
LIST = """
TimeCreated  : 2026/11/23 10:00:00
ProviderName : Microsoft-Windows-Security-Auditing
Id           : 4625
Message      : An account failed to log on.

               Account For Which Logon Failed:
               \tAccount Name:\t\tadmin

               Network Information:
               \tSource Network Address:\t203.0.113.9
"""


def test_what_the_sample_says() -> None:
    """wevtutil の書き出しから、だれが、どこから、入れたかが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.host, e.method) for e in events(SAMPLE)] == [
        ("win.logon_failed", "failure", "Administrator", "203.0.113.9", "PC01", "10"),
        ("win.logon", "success", "Administrator", "203.0.113.9", "PC01", "10"),
    ]
    assert events(SAMPLE)[1].when().isoformat() == "2026-11-23T10:00:01.123000+00:00"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp932"])
def test_a_list_of_powershell_is_read(tmp_path: Path, encoding: str) -> None:
    """Format-List の書き出しも、どの文字コードでも、同じに読む。元の場所も分かる。"""
    (tmp_path / "a.txt").write_bytes((LIST * 2).replace("\n", "\r\n").encode(encoding))
    (one,) = report(tmp_path).files
    assert (one.format, one.events, one.errors) == ("windows", 2, 0)
    found = events(tmp_path / "a.txt")
    assert [(e.action, e.user, e.address) for e in found] == [("win.logon_failed", "admin", "203.0.113.9")] * 2
    data = (tmp_path / "a.txt").read_bytes()
    begin = "TimeCreated".encode(encoding.removesuffix("-16") + "-16-le" if encoding == "utf-16" else encoding)
    assert all(data[e.offset :].startswith(begin) for e in found)


def test_an_event_without_end_or_number_costs_itself() -> None:
    """終わらない出来事と番号のない出来事は数えられ、次は読める。"""
    text = SAMPLE.read_text()
    broken = "Event[9]:\n  Source: x\n\n"
    endless = "Event[10]:\n  Log Name: Security\n  Event ID: 1\n  Description: \n" + "a\n" * 12_000
    (found,) = parser.objects(source((text + broken + endless + text).encode()))
    assert len(found.objects) == 5
    assert len(found.broken) >= 1
    assert len(found.objects) == len(found.raw) == len(found.offsets)
    assert found.objects[-1]["Event ID"] == "4624"


@pytest.mark.parametrize(
    "text", ["", "Event[0]:\nhello\nthere\n", "Subject: x\nDate: y\nFrom: z\n", "a : b\nc : d\ne : f\n"]
)
def test_other_texts_are_left_alone(text: str) -> None:
    """手紙やほかの一覧は、自分のものと言わない。"""
    assert parser.frames(text.encode(), "a.txt") == 0


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([*SAMPLE.read_text().splitlines()[:16], *LIST.splitlines(), "", ":", "Event[", "\0 : \x1b"])
    )
)
def test_no_lines_break_it(lines: list[str]) -> None:
    """行がどう並んでも倒れず、どれも記録か、壊れた記録になる。"""
    number = 1
    for found in parser.objects(source("\n".join(lines).encode())):
        assert found.first == number
        assert len(found.objects) == len(found.raw) == len(found.offsets)
        number += len(found.objects) + len(found.broken)
