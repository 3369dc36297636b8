"""終わらない記録・重なった記録・端末を操る文字：どの枠の記録でも、それだけを失い、ほかは読む。"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hikeshi.engines import logs
from hikeshi.engines.common.limited import Limits
from hikeshi.investigate.cli import app
from tests.engines.logs.reading import events, report, web

BIG = b"A" * (24 << 20)
TIME = b'"time":"2026-11-23T10:00:00Z"'
SYSTEM = b'<System><Provider Name="x"/><EventID>1</EventID><TimeCreated SystemTime="2026-11-23T10:00:00Z"/></System>'
EVENT = b'<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">' + SYSTEM
LTSV = b"time:[23/Nov/2026:10:00:00 +0900]\thost:203.0.113.5\treq:GET / HTTP/1.1\tstatus:200\n"
ENDLESS = {
    "a.json": b"{" + TIME + b',"message":"' + BIG + b'"}',
    "b.jsonl": b"{" + TIME + b"}\n{" + TIME + b',"m":"' + BIG + b'"}\n{' + TIME + b"}\n",
    "c.csv": b'time,user,ip\n2026-11-23 10:00:00,a,203.0.113.5\n2026-11-23 10:00:00,"' + BIG,
    "d.xml": b"<Events>" + EVENT + b'<EventData><Data Name="a">' + BIG + b"</Data></EventData></Event></Events>",
    "e.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Events>' + EVENT + b"<EventData>&a;</EventData></Event></Events>",
    "f.json": b"{" + TIME + b',"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "g.log": LTSV * 3 + b"time:\t" + BIG + b"\n" + LTSV,
    "h.txt": b"Event[0]:\n  Log Name: Security\n  Event ID: 1\n  Description: \n"
    + BIG
    + b"\nEvent[1]:\n  Event ID: 2\n",
}
READ = {"a.json": 1, "b.jsonl": 3, "c.csv": 1, "d.xml": 0, "e.xml": 0, "f.json": 0, "g.log": 4}


def test_records_without_end_cost_themselves(tmp_path: Path) -> None:
    """24 MB の値、閉じない引用符、実体、10万重の入れ子は、決めたメモリの中で読むか数え、ほかは残らず読む。"""
    for name, content in ENDLESS.items():
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content, 1))
    done = logs.scan([tmp_path], rules=None, limits=Limits(memory=1 << 30, cpu=120))
    files = {Path(one.path).name.removesuffix(".gz"): one for one in done.files}
    assert set(files) == set(ENDLESS)
    assert done.not_read == []
    assert {name: files[name].events for name in READ} == READ
    assert {name for name, one in files.items() if not one.errors} == {"a.json", "b.jsonl"}


@pytest.mark.parametrize("sql", ["SELECT * FROM events", 'SELECT "message" FROM events'])
def test_names_and_values_move_no_terminal(tmp_path: Path, sql: str) -> None:
    """記録の項目名や値にある、端末を操る文字は、見える形で出る。"""
    evil = "\x1b]0;owned\x07\x1b[2J"
    record = {"time": "2026-11-23T10:00:00Z", f"name{evil}": "x", "message": evil}
    (tmp_path / "a.json").write_text("\n".join([json.dumps(record)] * 3))
    logs.scan([tmp_path / "a.json"], rules=None, out=tmp_path / "table")
    answer = CliRunner().invoke(app, ["sql", str(tmp_path / "table"), sql])
    assert answer.exit_code == 0
    assert "owned" in answer.output
    assert "\x1b" not in answer.output
    assert "\x07" not in answer.output


def test_nuls_before_a_log_are_no_end_of_it(tmp_path: Path) -> None:
    """先頭が長い NUL で埋まったログも、その後ろから読み、位置はファイルのとおりに数える。"""
    lines = [web("GET / HTTP/1.1", 200, second=n) for n in range(5)]
    text = "\n".join(lines).encode() + b"\n"
    for size in (9_000, 128 << 10, 300_001):
        (tmp_path / "access.log").write_bytes(bytes(size) + text)
        found = events(tmp_path / "access.log")
        assert len(found) == 5
        assert [one.offset for one in found[1:]] == [size + text.index(line.encode()) for line in lines[1:]]


def test_a_log_with_old_line_ends_is_read(tmp_path: Path) -> None:
    """行の終わりが CR だけのログも、一行を一件に読む。"""
    (tmp_path / "access.log").write_bytes("\r".join(web("GET / HTTP/1.1", 200, second=n) for n in range(8)).encode())
    done = report(tmp_path / "access.log")
    assert [(one.events, one.errors) for one in done.files] == [(8, 0)]
