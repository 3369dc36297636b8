"""CSV を、文字コード・区切り・改行の入ったセルによらず読む。"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.engines.logs.parsers.csv_records import parser
from tests.engines.logs.parsers.records import Read, read_sample, source, values

SAMPLE = (Path(__file__).parent / "sample.csv").read_bytes()
VIEWER_JA = """レベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ
情報,2026/11/23 19:00:00,Microsoft-Windows-Security-Auditing,4624,Logon,"アカウントが正常にログオンしました。

サブジェクト:
\tセキュリティ ID:\t\tSYSTEM"
エラー,2026/11/23 19:00:05,Service Control Manager,7045,なし,サービスがインストールされました。
"""
VIEWER_EN = """Level,Date and Time,Source,Event ID,Task Category
Information,11/23/2026 7:00:00 PM,Microsoft-Windows-Eventlog,1102,Log clear,The audit log was cleared.
"""


def test_rows_are_read_by_their_names() -> None:
    """日本語の見出しからも、いつ・誰が・どこから・何をを読む。"""
    found = read_sample("csv_records", "sample.csv")
    assert (found.report.format, found.report.events, found.report.errors) == ("csv_records", 2, 0)
    assert values(found.events, "user", "action", "address", "path") == [
        ("hanako", "ダウンロード", "192.0.2.10", "顧客一覧\n（最新）.xlsx"),
        ("taro", "ログイン", "198.51.100.7", ""),
    ]
    assert found.events[0].when().isoformat() == "2026-11-23T10:00:00+00:00"
    assert SAMPLE[found.events[1].offset :].startswith(found.events[1].raw)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932", "euc_jp", "utf-16", "iso2022_jp"])
def test_the_encodings_of_japan_are_read(encoding: str) -> None:
    """Excel の Shift_JIS など、日本で使われる文字コードのどれでも読める。"""
    found = Read(SAMPLE.decode().encode(encoding))
    assert values(found.events, "action") == [("ダウンロード",), ("ログイン",)]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_delimiters_are_recognised(delimiter: str) -> None:
    """区切りが何かは、見出しの行から分かる。"""
    text = f"time{delimiter}user{delimiter}ip\n2026-11-23 19:00:00{delimiter}hanako{delimiter}192.0.2.1\n" * 1
    assert values(Read(text.encode()).events, "user", "address") == [("hanako", "192.0.2.1")]


def test_the_event_viewers_csv_is_windows() -> None:
    """イベントビューアーの CSV は、日本語でも英語でも Windows の出来事になる。最後の説明の列には見出しがない。"""
    found = Read(VIEWER_JA.encode("utf-8-sig"))
    assert (found.report.format, found.report.errors) == ("windows", 0)
    assert values(found.events, "action") == [("win.logon",), ("win.service_installed",)]
    assert "セキュリティ ID" in found.events[0].message
    assert values(Read(VIEWER_EN.encode()).events, "action") == [("win.log_cleared",)]


def test_objects_inside_of_cells_are_opened() -> None:
    """セルの中の JSON も、項目として読む。"""
    text = 'time,user,AuditData\n2026-11-23T10:00:00Z,hanako,"{""ClientIP"":""192.0.2.1"",""a"":{""b"":1}}"\n'
    (row,) = Read(text.encode()).rows
    assert (row["AuditData.ClientIP"], row["AuditData.a.b"]) == ("192.0.2.1", 1)


def test_a_broken_row_costs_itself() -> None:
    """列の足りない行や多すぎる行は、数えるだけにする。"""
    found = Read(b"time,user,ip,a,b\n2026-11-23T10:00:00Z,x,192.0.2.1,1,2\nonly\n2026-11-23T10:00:00Z,1,2,3,4,5,6,7\n")
    assert (found.report.events, found.report.errors) == (1, 2)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8).map(lambda t: t.strip("{"))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(CELLS.map("x".__add__), min_size=3, max_size=3), min_size=1, max_size=8))
def test_cells_come_out_as_they_went_in(rows: list[list[str]]) -> None:
    """どんな文字のセルも、そのまま出てくる。"""
    text = io.StringIO()
    csv.writer(text).writerows([["a", "b", "c"], *rows])
    found = list(parser.objects(source(text.getvalue().encode())))
    assert [list(obj.values()) for one in found for obj in one.objects] == rows


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([b'"', b",", b"\n", b"\r", b"x", b"\0", b"\xff", b"{", b"}", b"a,b,c\n", b"2026-11-23"]),
        max_size=30,
    )
)
def test_nothing_breaks_it(pieces: list[bytes]) -> None:
    """どう壊しても倒れない。"""
    for found in parser.objects(source(b"time,user,ip\n" + b"".join(pieces))):
        assert len(found.objects) == len(found.raw) == len(found.offsets)


@pytest.mark.parametrize(
    "head", [b"a,b,c\n1,2,3\n", b"Nov 23, host, x: 1\n", b"", b'{"a":1}', b"<a>,b,c\n2026-11-23,1,2\n"]
)
def test_other_files_are_left_alone(head: bytes) -> None:
    """見出しのない文は、自分のものと言わない。"""
    assert parser.frames(head, "a.csv") == 0


def test_lines_with_commas_are_no_table() -> None:
    """コンマの多いログの行は、表の見出しではない。"""
    line = b"Nov 23 10:00:03 nas WinFileService Event: read, Path: /share/list.xlsx, Size: 12 KB, User: hanako\n"
    assert parser.frames(line * 5, "messages") == 0.0
    assert parser.frames(b"10:00:03,read,list.xlsx\n10:00:04,read,list.xlsx\n", "a.csv") == 0.0


def test_two_columns_are_a_table_where_one_is_the_time() -> None:
    """「日時,内容」の2列だけの表も読む。日時の列がない2列の文は、表とは言わない。"""
    rows = "日時,内容\n2026/11/20 9:00:01,花子がログインしました\n2026/11/20 9:00:02,終了しました\n"
    found = Read(rows.encode("cp932"), "a.txt")
    assert values(found.events, "time", "message") == [
        (1795132801, "花子がログインしました"),
        (1795132802, "終了しました"),
    ]
    assert parser.frames("期間,内容\n2026/11/20 9:00:01,花子\n".encode(), "a.txt") == 0.0


def test_product_codes_are_no_times() -> None:
    """「R8-11」や14桁の番号がある商品の表は、ログではない。"""
    rows = "".join(f"R{n}-{n},ねじ,2012345678901{n}\n" for n in range(1, 9))
    assert parser.frames(f"品番,品名,番号\n{rows}".encode(), "a.csv") == 0.0
    assert parser.frames("操作日,品名,番号\nR8.11.20,ねじ,5\n".encode(), "a.csv") > 0
    assert parser.frames("操作,品名,番号\n20261120090001,ねじ,5\n".encode(), "a.csv") > 0
