"""syslog の読み取り。"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hikeshi.engines.logs.table import Event
from tests.engines.logs.reading import sample


@pytest.fixture(scope="module")
def lines() -> list[Event]:
    return sample("syslog")


def test_old_form_gets_the_year_of_the_file(lines: list[Event]) -> None:
    """年のない形には、ファイルの日付から数えた年が付く。"""
    assert lines[0].when() == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert lines[1].when() == datetime(2026, 11, 3, 0, 0, tzinfo=UTC)


def test_host_program_and_process_are_read(lines: list[Event]) -> None:
    """ホスト・プログラム・番号が読める。"""
    assert (lines[0].host, lines[0].source, lines[0].detail) == ("mail", "postfix/smtpd", "1201")
    assert (lines[2].host, lines[2].source) == ("gate", "su")


def test_iso_form_knows_its_zone(lines: list[Event]) -> None:
    """ISO の形は、書かれた時差に従う。"""
    assert lines[3].when() == datetime(2026, 11, 23, 1, 0, 2, 123456, tzinfo=UTC)
    assert lines[3].zone == "+09:00"


def test_rfc5424_is_read_past_its_structured_data(lines: list[Event]) -> None:
    """RFC 5424 は、構造化データの中の括弧に惑わされずに読む。"""
    assert (lines[4].source, lines[4].detail, lines[4].message) == ("app", "8710", "started")


def test_a_line_without_a_program_is_kept(lines: list[Event]) -> None:
    """プログラム名のない行も残る。"""
    assert lines[5].message == "last message repeated 3 times"


def test_what_nginx_sent_to_syslog_is_a_request(lines: list[Event]) -> None:
    """nginx が syslog に送った行は、アクセスログとして読む。"""
    assert (lines[6].format, lines[6].address, lines[6].status) == ("web_access", "192.0.2.41", 200)
