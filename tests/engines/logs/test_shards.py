"""出来事の表：Parquet に一度書けば、ログをもう一度読まなくても、規則と質問に答えられる。"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pytest

from hikeshi.engines.common.encodings import Encoding
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.logs import scan
from hikeshi.engines.logs.asking import WHOLE, ask
from hikeshi.engines.logs.columns import Batch, Encoder
from hikeshi.engines.logs.lines import Chunk
from hikeshi.engines.logs.report import Report
from hikeshi.engines.logs.shards import DAYS, HOSTS, Shards, parts, read
from hikeshi.engines.logs.table import LogSource, of_columns

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DAY = 86_400.0
LINE = '203.0.113.9 - - [22/Nov/2026:10:00:{:02} +0900] "GET /a?x={} HTTP/1.1" 200 12 "-" "curl/8"\n'


def batch(columns: dict, times: list[float] | None = None) -> Batch:
    size = len(next(iter(columns.values())))
    chunk = Chunk([b"x"] * size, 1, 0, Encoding("utf-8", 0), offsets=list(range(size)))
    encoder = Encoder()
    rows = range(size)
    source = (LogSource("windows", "", "security"),)
    encoder.add(chunk, of_columns("t", rows, times or [0.0] * size, columns, sources=source), "a.log")
    return encoder.take()


def rows(folder: Path, name: str) -> list:
    return [one.column(name).values[code] for one in read(folder) for code in one.column(name).codes.tolist()]


def test_a_clock_that_was_fast_is_corrected(tmp_path: Path) -> None:
    """90秒進んでいた時計のログは、時刻をその分だけ直し、直した秒数が表のどの行にも残る。元の行はそのまま。"""
    (tmp_path / "access.log").write_text("".join(LINE.format(n, n) for n in (0, 30)))
    (file,) = scan([tmp_path / "access.log"], now=NOW, clock_error=90, out=tmp_path / "table").files
    true = datetime(2026, 11, 22, 0, 58, 30, tzinfo=UTC).timestamp()
    assert (file.clock_error, file.first, file.last) == (90, true, true + 30)
    asked = ask(tmp_path / "table", 'SELECT epoch(time), "log.clock_error", "source.ip" FROM events ORDER BY 1')
    assert [list(row) for row in asked["rows"]] == [[true, "90", "203.0.113.9"], [true + 30, "90", "203.0.113.9"]]


def test_the_time_that_a_line_says_can_be_had_back(tmp_path: Path) -> None:
    """何年もずれた時計でも、直した秒数は、丸められずに表に残る。"""
    (tmp_path / "access.log").write_text(LINE.format(0, 0))
    scan([tmp_path / "access.log"], now=NOW, clock_error=-31_536_001.25, out=tmp_path / "table")
    asked = ask(tmp_path / "table", 'SELECT epoch(time) + "log.clock_error"::DOUBLE FROM events')
    assert asked["rows"] == [[datetime(2026, 11, 22, 1, tzinfo=UTC).timestamp()]]


def written(folder: Path, *batches: Batch) -> Path:
    shards = Shards(folder)
    for one in batches:
        shards.take(one)
    shards.finish(Report())
    return folder


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    """どの値も、値がないことも、いくつもある値も、書いたとおりに読める。"""
    values = ["a", None, "", ("x", "y"), "𠮷野家", 7, True, "a\0b"]
    made = batch({"event.action": ["t"] * 8, "Data": values}, [i * DAY for i in range(8)])
    folder = written(tmp_path / "out", made)
    assert rows(folder, "Data") == ["a", None, "", ("x", "y"), "𠮷野家", "7", "true", "a\0b"]
    (first, *_) = list(read(folder))
    assert first.sources[first.source_of[0]] == (LogSource("windows", "", "security"),)
    assert sorted(n for one in read(folder) for n in one.records.tolist()) == list(range(1, 9))
    assert sorted(t for one in read(folder) for t in one.times.tolist()) == [i * DAY for i in range(8)]


def test_lists_of_true_and_one_stay_apart(tmp_path: Path) -> None:
    """[true] と [1] と [1.0] は、別の値として残る。"""
    made = batch({"event.action": ["t"] * 3, "Data": [(True,), (1,), (1.0,)]})
    assert rows(written(tmp_path / "out", made), "Data") == ["true", "1", "1.0"]


def test_one_folder_a_host_and_day(tmp_path: Path) -> None:
    """ホストと日ごとに一つのフォルダになり、悪意のある名前でも外へは出ない。"""
    hosts = ["web1", "../../etc", "web1", None, "", "web1 "]
    made = batch({"event.action": ["t"] * 6, "host.name": hosts}, [0, 0, DAY, 0, 0, 0])
    folder = written(tmp_path / "out", made)
    names = {part.parent.parent.name + "/" + part.parent.name for part in parts(folder)}
    assert {"host=web1/day=1970-01-01", "host=web1/day=1970-01-02"} <= names
    assert len(names) == 5
    assert {p.name for p in tmp_path.iterdir()} == {"out"}
    assert sorted(map(str, rows(folder, "host.name"))) == sorted(map(str, hosts))


def test_a_flood_of_hosts_and_days_shares_a_folder(tmp_path: Path) -> None:
    """ホストや日がいくつあっても、フォルダの数には限りがあり、出来事は一つも失われない。"""
    many = HOSTS + 300
    hosts = batch({"event.action": ["t"] * many, "host.name": [f"h{i}" for i in range(many)]})
    folder = written(tmp_path / "hosts", hosts)
    assert len({part.parent.parent for part in parts(folder)}) == HOSTS
    assert len(rows(folder, "host.name")) == many
    many = DAYS + 100
    days = Shards(tmp_path / "days")
    made = np.array(days._day_of(np.arange(many) * DAY))
    assert len(set(made.tolist())) == DAYS + 1


def test_names_that_differ_in_case_are_two_columns(tmp_path: Path) -> None:
    """大文字と小文字だけが違う欄は、混ざらない。"""
    made = batch({"event.action": ["t"], "User": ["A"], "user": ["b"], "time": ["now"], '"; DROP': ["x"]})
    folder = written(tmp_path / "out", made)
    assert [rows(folder, n) for n in ("User", "user", "time", '"; DROP')] == [["A"], ["b"], ["now"], ["x"]]
    assert ask(folder, 'SELECT "User", "user~2", "time~2" FROM events')["rows"] == [["A", "b", "now"]]


def test_a_scan_writes_the_table_and_questions_are_answered(tmp_path: Path) -> None:
    """読み取りながら表を書き、SQL の質問に答える。"""
    log = tmp_path / "access.log"
    log.write_text("".join(LINE.format(i, i) for i in range(50)))
    report = scan([log], now=NOW, out=tmp_path / "out")
    assert report.events == 50
    found = ask(tmp_path / "out", 'SELECT count(*) n, min(time), max("log.record") FROM events')
    assert found["columns"] == ["n", 'min("time")', 'max("log.record")'] or found["columns"][0] == "n"
    assert found["rows"][0] == [50, "2026-11-22T01:00:00Z", 50]
    (line,) = ask(tmp_path / "out", 'SELECT "source.ip", "log.offset", host FROM events ORDER BY time LIMIT 1')["rows"]
    assert line == ["203.0.113.9", 0, "unknown"]


def test_values_that_repeat_are_kept_once(tmp_path: Path) -> None:
    """同じ値が何度出ても、表には一度だけ書かれる（辞書で符号化された Parquet）。"""
    folder = written(tmp_path / "out", batch({"event.action": ["t"] * 5000, "user.name": ["hanako", "太郎"] * 2500}))
    (part,) = parts(folder)
    query = f"SELECT encodings FROM parquet_metadata('{part}') WHERE path_in_schema = 'user.name'"  # noqa: S608
    encodings = [one for (one,) in duckdb.sql(query).fetchall()]
    assert encodings
    assert all("DICTIONARY" in one for one in encodings)
    assert rows(folder, "user.name") == ["hanako", "太郎"] * 2500


def test_an_answer_ends_where_it_has_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """答えの大きさには上限があり、入らなかった行があることを言う。"""
    folder = written(tmp_path / "out", batch({"event.action": ["t"]}))
    found = ask(folder, "SELECT repeat('x', 19000) AS a, [repeat('y', 900)] AS b FROM range(2000)")
    assert found["more"]
    assert sum(len(a) + len(b[0]) for a, b in found["rows"]) <= WHOLE
    assert len(found["rows"]) > 500
    found = ask(folder, "SELECT repeat('x', 19000) AS a FROM range(20)", most=20)
    assert (len(found["rows"]), found["more"]) == (20, False)


def test_a_question_gets_the_logs_own_fields(tmp_path: Path) -> None:
    """ログに host や day という欄があれば、答えはその値になる。なければ、フォルダの名前の端末と日付になる。"""
    made = batch({"event.action": ["t"], "host": ["10.0.0.1"], "host.name": ["web1"], "day": ["Mon"]})
    own = written(tmp_path / "own", made)
    assert ask(own, "SELECT host, day FROM events")["rows"] == [["10.0.0.1", "Mon"]]
    plain = written(tmp_path / "plain", batch({"event.action": ["t"], "host.name": ["web1"]}))
    assert ask(plain, "SELECT host, day FROM events")["rows"] == [["web1", "1970-01-01"]]
    assert ask(plain, "SELECT * FROM events")["columns"].count("host") == 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('{folder}/../secret.csv')",
        "COPY (SELECT 1) TO '{folder}/events/x.csv'",
        "ATTACH '{folder}/x.db'",
        "INSTALL httpfs",
        "SELECT 1; SELECT 2",
        "SET enable_external_access=true",
        "SELEC",
        "",
    ],
)
def test_a_question_can_only_read_the_table(tmp_path: Path, sql: str) -> None:
    """質問からは、表を読むことしかできない。ほかのファイルも、書き込みも、通信もできない。"""
    (tmp_path / "secret.csv").write_text("a\nsecret\n")
    folder = written(tmp_path / "out", batch({"event.action": ["t"]}))
    before = sorted(p.name for p in folder.rglob("*"))
    with pytest.raises(Problem) as told:
        ask(folder, sql.format(folder=folder))
    assert told.value.code == "logs.bad_sql"
    assert "secret" not in str(told.value.params.get("why", "")).replace("secret.csv", "")
    assert sorted(p.name for p in folder.rglob("*")) == before


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """ファイルのあるフォルダには書かない。途中で止まった自分の書きかけだけは、作り直す。"""
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(Problem) as told:
        Shards(tmp_path)
    assert told.value.code == "logs.out_not_empty"
    half = tmp_path / "half"
    Shards(half).take(batch({"event.action": ["t"]}))
    with pytest.raises(Problem) as told:
        parts(half)
    assert told.value.code == "logs.not_shards"
    assert len(rows(written(half, batch({"event.action": ["again"]})), "event.action")) == 1
    assert json.loads((half / "shards.json").read_text())["rows"] == 1


def test_a_my_number_stands_in_no_table_and_no_report(tmp_path: Path) -> None:
    """ログに書かれたマイナンバーは、表にも報告にも出ない。"""
    number = "123456789018"
    line = f'203.0.113.9 - - [22/Nov/2026:10:00:01 +0900] "GET /a?n={number}%27%20OR%201=1-- HTTP/1.1" 200 1 "-" "x"\n'
    (tmp_path / "access.log").write_text(line * 3)
    report = scan([tmp_path / "access.log"], now=NOW, out=tmp_path / "out")
    assert number not in json.dumps(report.to_wire())
    assert "（マイナンバー）" in str(report.to_wire()["findings"])
    assert "（マイナンバー）" in str(rows(tmp_path / "out", "url.original"))
    assert all(number.encode() not in part.read_bytes() for part in parts(tmp_path / "out"))


def test_a_day_in_many_batches_is_one_file(tmp_path: Path) -> None:
    """何回かに分けて読まれた同じ日は、欄が違っても、時刻の順に一つのファイルになる。"""
    first = batch({"event.action": ["b", "d"], "User": ["花子", None]}, [1.0, 3.0])
    second = batch({"event.action": ["a", "c"], "Image": ["x.exe", "y.exe"]}, [0.0, 2.0])
    folder = written(tmp_path / "out", first, second)
    assert len(parts(folder)) == 1
    assert rows(folder, "event.action") == ["a", "b", "c", "d"]
    assert rows(folder, "User") == [None, "花子", None, None]
    assert rows(folder, "Image") == ["x.exe", None, "y.exe", None]


def test_a_full_day_does_not_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """十分にたまった日はその場で書かれ、あとの行は次のファイルになる。"""
    monkeypatch.setattr("hikeshi.engines.logs.shards.ENOUGH", 3)
    made = [batch({"event.action": [name, name]}, [0.0, 1.0]) for name in "abc"]
    folder = written(tmp_path / "out", *made)
    assert len(parts(folder)) == 2
    assert sorted(rows(folder, "event.action")) == [*"aabbcc"]
