"""systemd のジャーナルの読み取り。"""

from __future__ import annotations

from pathlib import Path

from hikeshi.engines.common.walk import Found, walk
from hikeshi.engines.logs.reading import Reading
from hikeshi.engines.logs.table import all_columns
from tests.engines.logs.reading import NOW, PARSERS, events, report

SAMPLE = PARSERS / "journald" / "sample.export"


def test_each_message_goes_to_the_format_of_its_program() -> None:
    """メッセージは、それを書いたプログラムの形式として読まれる。"""
    assert [(e.format, e.action, e.user, e.address) for e in events(SAMPLE)] == [
        ("openssh", "ssh.login", "hanako", "192.0.2.50"),
        ("linux_auth", "sudo.command", "hanako", ""),
        ("syslog", "syslog.message", "", ""),
    ]


def test_values_with_line_ends_are_whole() -> None:
    """行の終わりや文字でないバイトを含む値も、欠けずに読める。"""
    assert events(SAMPLE)[2].message == "first line\n\nsecond line \\xff"


def test_a_record_without_a_time_is_counted() -> None:
    """時刻のない記録は、読めなかったものとして数える。"""
    (one,) = report(SAMPLE).files
    assert (one.events, one.errors) == (3, 1)


def test_the_journals_own_fields_are_columns() -> None:
    """ジャーナル自身の項目も、列になる。"""
    (found,) = walk([SAMPLE])
    assert isinstance(found, Found)
    reading = Reading(found, now=NOW, zone=None)
    columns = [all_columns(table) for _, tables in reading for table in tables]
    reading.close()
    assert {"0", "1000"} <= {value for one in columns for value in one.get("_UID", ())}


def test_a_cut_export_keeps_what_is_whole(tmp_path: Path) -> None:
    """途中で切れた書き出しからも、完全な記録は読める。"""
    data = SAMPLE.read_bytes()
    (tmp_path / "cut.export").write_bytes(data[: data.index(b"second")])
    (one,) = report(tmp_path / "cut.export").files
    assert (one.events, one.errors) == (2, 1)
