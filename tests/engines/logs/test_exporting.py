"""出来事の表を書き出す：値は攻撃者が書いたものなので、表計算の式として動かない。"""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.logs import browsing, exporting, rescan, scan
from hikeshi.engines.logs.browsing import Look
from hikeshi.engines.logs.exporting import FORMS, REST, WIDEST, export, safe
from tests.engines.logs.test_shards import batch, written

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HOSTILE = '203.0.113.9 - - [22/Nov/2026:10:00:01 +0900] "GET /=cmd|x HTTP/1.1" 200 12 "-" "=HYPERLINK(1)\\x1b[31m"\n'
PLAIN = '198.51.100.7 - hanako [22/Nov/2026:10:00:02 +0900] "GET /お店 HTTP/1.1" 200 34 "-" "curl/8"\n'


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "access.log").write_text(HOSTILE + PLAIN)
    scan([tmp_path / "access.log"], now=NOW, out=tmp_path / "table")
    return tmp_path / "table"


def test_csv_is_for_people(table: Path, tmp_path: Path) -> None:
    """CSV は日本語の表計算でそのまま開け、式で始まる値は式にならない。"""
    assert export(table, "csv", tmp_path / "out.csv") == 2
    raw = (tmp_path / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    first, second = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert first["time"] == "2026-11-22T01:00:01.000000Z"
    assert first["user_agent.original"].startswith("'=HYPERLINK")
    assert second["user.name"] == "hanako"
    assert second["log.record"] == "2"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_value_begins_a_formula(begin: str) -> None:
    """改行や全角の記号で始まる値も、式にならない。"""
    assert safe(f"{begin}1+1") == f"'{begin}1+1"
    assert safe(f"1{begin}1") == f"1{begin}1"


def test_no_column_is_named_as_a_formula(tmp_path: Path) -> None:
    """JSON の項目の名前も攻撃者が書けるので、見出しとしても式にならない。"""
    record = {"time": "2026-11-22T10:00:01+09:00", "message": "x", "level": "info", '=HYPERLINK("x")': "1"}
    (tmp_path / "app.jsonl").write_text(json.dumps(record) + "\n")
    scan([tmp_path / "app.jsonl"], now=NOW, out=tmp_path / "table")
    assert export(tmp_path / "table", "csv", tmp_path / "out.csv") == 1
    heads = next(csv.reader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()))
    assert [head for head in heads if "HYPERLINK" in head] == ['\'=HYPERLINK("x")']


@pytest.mark.parametrize("form", ["jsonl", "timesketch"])
def test_lines_for_other_tools(table: Path, tmp_path: Path, form: str) -> None:
    """JSON の行は値をそのまま持ち、Timesketch の三つの欄がある。"""
    assert export(table, form, tmp_path / "out.jsonl") == 2
    first, second = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert first["user_agent.original"].startswith("=HYPERLINK")
    if form == "timesketch":
        assert second["datetime"] == "2026-11-22T01:00:02.000000+00:00"
        assert second["timestamp_desc"] == "web.request"
        assert "/お店" in second["message"]


def test_a_workbook_holds_text_only(table: Path, tmp_path: Path) -> None:
    """Excel のファイルには式が一つもなく、制御文字は見える形になる。"""
    import zipfile

    assert export(table, "xlsx", tmp_path / "out.xlsx") == 2
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    said = "".join(sheet.itertext())
    assert "=HYPERLINK(1)<U+001B>" in said
    assert not sheet.findall(".//{*}f")
    assert len(sheet.findall(".//{*}row")) == 3


def test_a_workbook_loses_no_column(tmp_path: Path) -> None:
    """列が多すぎるとき、入らなかった項目は最後の列にまとめて残る。"""
    import zipfile

    columns = {"event.action": ["t"]} | {f"f{n:03}": [f"value {n}"] for n in range(WIDEST + 20)}
    export(written(tmp_path / "table", batch(columns)), "xlsx", tmp_path / "out.xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    first, second = sheet.findall(".//{*}row")
    said = ["".join(cell.itertext()) for cell in (*first, *second)]
    assert [f"value {n}" for n in range(WIDEST + 20) if not any(f"value {n}" in one for one in said)] == []
    assert REST in said
    assert json.loads(said[-1])["f519"] == "value 519"


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_overwritten(table: Path, tmp_path: Path, form: str) -> None:
    """すでにあるファイルには書かない。"""
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(Problem) as told:
        export(table, form, tmp_path / "mine")
    assert told.value.code == "logs.out_exists"
    assert (tmp_path / "mine").read_text() == "mine"


def test_an_unknown_form_is_told(table: Path, tmp_path: Path) -> None:
    """知らない形は、選べる形とともに断る。"""
    with pytest.raises(Problem) as told:
        export(table, "pdf", tmp_path / "x")
    assert told.value.code == "logs.no_such_form"


def test_rescan_reads_no_log(table: Path, tmp_path: Path) -> None:
    """もう一度調べるのに、元のログはいらない。"""
    (tmp_path / "access.log").unlink()
    report = rescan(table, None)
    assert (report.events, [file.events for file in report.files]) == (2, [2])
    assert report.files[0].format == "web_access"


@pytest.mark.parametrize(
    ("look", "count"),
    [
        (Look(), 3),
        (Look(only=(("A", "x"),)), 1),
        (Look(without=(("A", "x"),)), 2),
        (Look(only=(("B", "a, b"),)), 1),
        (Look(text="Y"), 1),
        (Look(since="1970-01-01T00:00:01Z", until="1970-01-01T00:00:02Z"), 1),
        (Look(only=(("B", "nothing"),)), 0),
    ],
)
def test_a_look_chooses_what_is_given(tmp_path: Path, look: Look, count: int) -> None:
    """絞り込みに合うできごとだけを、いくつの表からでも書き出す。画面に出る件数と同じ。"""
    one = written(tmp_path / "one", batch({"A": ["x", "y"]}, [0.0, 1.0]))
    two = written(tmp_path / "two", batch({"B": [("a", "b")]}, [2.0]))
    order = {"folders": [str(one), str(two)], "look": asdict(look)}
    assert exporting.work(order | {"form": "jsonl", "out": str(tmp_path / "out")}, print) == count
    assert browsing.work(order, print)["total"] == count


def test_a_filter_on_no_column_is_told(tmp_path: Path) -> None:
    """どの表にもない列での絞り込みは断り、何も書かない。"""
    one = written(tmp_path / "one", batch({"A": ["x"]}, [0.0]))
    look = asdict(Look(only=(("nothing", "1"),)))
    with pytest.raises(Problem) as raised:
        exporting.work({"folders": [str(one)], "form": "csv", "out": str(tmp_path / "out"), "look": look}, print)
    assert raised.value.code == "logs.bad_filter"
    assert not (tmp_path / "out").exists()
