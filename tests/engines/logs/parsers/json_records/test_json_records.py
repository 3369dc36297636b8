"""JSON の記録を、並べ方・長さ・文字コードによらず取り出す。"""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hikeshi.engines.logs.flatten import flatten
from hikeshi.engines.logs.objects import Source
from hikeshi.engines.logs.parsers.json_records import framing, parser
from hikeshi.engines.logs.parsers.json_records.wrappers import unwrap
from tests.engines.logs.parsers.records import Read, read_sample, source, values

TEXTS = st.text(max_size=8) | st.sampled_from(['"', "\\", "}{", "]["])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 50), 1 << 50) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
# Names that are no envelope's.
RECORD = st.dictionaries(st.text(max_size=6).map("k".__add__), VALUES, max_size=4).map(lambda d: {"k": 1} | d)
RECORDS = st.lists(RECORD, max_size=8)


def unpack(data: bytes, head: int = 1 << 17) -> tuple[list[Any], list[tuple[int, int, bytes]]]:
    found = list(parser.objects(source(data, "a.json", head)))
    for one in found:
        assert len(one.objects) == len(one.raw) == len(one.offsets)
    return [obj for one in found for obj in one.objects], [b for one in found for b in one.broken]


WAYS = {
    "lines": lambda records, text: "\n".join(map(text, records)) + "\n",
    "crlf": lambda records, text: "\r\n".join(map(text, records)),
    "list": lambda records, text: "[" + ",".join(map(text, records)) + "]",
    "pretty list": lambda records, text: json.dumps(records, indent=2, ensure_ascii=False),
    "envelope": lambda records, text: '{"Records":[' + ", ".join(map(text, records)) + "]}",
    "pretty envelope": lambda records, text: json.dumps({"meta": {"n": 1}, "value": records}, indent=1),
    "documents": lambda records, text: "\n".join(json.dumps(r, indent=2) for r in records),
    "titles": lambda records, text: "\n".join(f"Record {i}\n{json.dumps(r, indent=2)}" for i, r in enumerate(records)),
    "no gaps": lambda records, text: "".join(map(text, records)),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(records=RECORDS, block=st.sampled_from([1, 7, 64, 1 << 20]))
def test_records_come_out_as_they_went_in(
    way: str, encoding: str, records: list[Any], block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """どの並べ方でも、どこで切れて届いても、入れた記録がそのまま出てくる。"""
    monkeypatch.setattr(framing, "BLOCK", block)
    data = WAYS[way](records, lambda r: json.dumps(r, ensure_ascii=False)).encode(encoding, "surrogatepass")
    objects, broken = unpack(data, 16)
    assert objects == records
    assert not broken


def test_each_record_knows_where_it_begins() -> None:
    """どの記録も、ファイルの中での位置と原文を持つ。"""
    data = b'{"a":"\xe8\x8a\xb1"}\n  {"a":2}\n\n{"a":3}'
    (found,) = parser.objects(source(data))
    assert list(found.offsets) == [0, 14, 23]
    assert all(data[at:].startswith(raw) for at, raw in zip(found.offsets, found.raw, strict=True))
    wide = data.decode().encode("utf-16")
    (found,) = parser.objects(source(wide))
    assert [wide[at : at + 2] for at in found.offsets] == [b"{\0"] * 3


def test_a_broken_line_costs_itself() -> None:
    """壊れた行は1行だけ失われ、数えられる。"""
    objects, broken = unpack(b'{"a":1}\n{"a":\n{"a":3}\nnot json\n"text"\n{"a":4}\n{"a":')
    assert objects == [{"a": 1}, {"a": 3}, {"a": 4}]
    assert [b[2] for b in broken] == [b'{"a":', b"not json", b'"text"', b'{"a":']


def test_a_cut_list_gives_what_is_whole() -> None:
    """途中で切れた一覧は、そこまでを読む。"""
    objects, broken = unpack(b'{"Records":[{"a":1},{"a":2},{"a"')
    assert objects in ([{"a": 1}, {"a": 2}], [])
    assert broken


class Endless:
    """A file of one line: many megabytes that nobody ever holds."""

    layers: tuple[str, ...] = ()

    def __init__(self, begin: bytes, middle: bytes, times: int, end: bytes) -> None:
        self._parts = self._all(begin, middle, times, end)

    @staticmethod
    def _all(begin: bytes, middle: bytes, times: int, end: bytes) -> Iterator[bytes]:
        yield begin
        for _ in range(times):
            yield middle
        yield end

    def read(self, size: int) -> bytes:
        return next(self._parts, b"")


def endless(begin: bytes, middle: bytes, times: int, end: bytes) -> Source:
    made = source(begin)
    made.head = b""
    made.stream = Endless(begin, middle, times, end)  # type: ignore[assignment]
    return made


@pytest.mark.parametrize(
    ("begin", "end"), [(b"[", b"{}]"), (b'{"Records":[', b"{}]}"), (b'{"a":1,"hits":{"hits":[', b"{}]}}")]
)
def test_one_endless_line_is_read_in_bounded_memory(begin: bytes, end: bytes) -> None:
    """1行で何百 MB もある一覧も、少しの記憶だけで読める。"""
    record = json.dumps({"text": 'a "quoted" \\ text' * 300, "list": [{"a": [1]}]}).encode()
    middle = (record + b",") * 100
    tracemalloc.start()
    count = sum(len(o.objects) for o in parser.objects(endless(begin, middle, 100, end)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100 * 100 + 1
    assert peak < 40 << 20 < 100 * len(middle)


def test_one_endless_record_is_counted_as_broken() -> None:
    """1件で何百 MB もある記録は、読まずに数え、その後を読む。"""
    found = list(parser.objects(endless(b'[{"a":"', b"x" * (1 << 20), 50, b'"},{"a":1}]')))
    assert [obj for one in found for obj in one.objects] == [{"a": 1}]
    assert sum(len(one.broken) for one in found) == 1


@pytest.mark.parametrize(
    ("obj", "inner"),
    [
        ({"Records": [{"a": 1}]}, [{"a": 1}]),
        ({"@odata.context": "x", "value": [{"a": 1}]}, [{"a": 1}]),
        (
            {"took": 1, "_shards": {}, "hits": {"total": {"value": 1}, "hits": [{"_index": "i", "_source": {"a": 1}}]}},
            [{"a": 1}],
        ),
        ({"preview": False, "result": {"a": 1}}, [{"a": 1}]),
        ({"kind": "x", "id": {"time": "t"}, "actor": {}, "events": [{"name": "login"}]}, None),
        ({"events": ["a"]}, None),
        ({"a": 1}, None),
    ],
)
def test_envelopes_are_opened_and_records_are_not(obj: Any, inner: Any) -> None:
    """封筒は開け、記録そのものは開けない。"""
    assert unwrap(obj) == inner


def test_unknown_records_are_read_by_their_names() -> None:
    """知らない種類でも、よくある項目名から、誰が・どこから・何をを読む。"""
    found = read_sample("json_records", "sample.log")
    assert found.report.format == "json_records"
    assert values(found.events, "user", "address", "action", "message")[:2] == [
        ("hanako", "192.0.2.10", "app.login", "ログインしました"),
        ("admin", "203.0.113.9", "app.login", "パスワードが違います"),
    ]
    assert (found.events[2].path, found.events[2].sent) == ("/files/顧客.csv", 20480)
    assert found.rows[0]["user.name"] == "hanako"
    assert found.rows[0]["level"] == "info"
    assert found.events[0].when().isoformat() == "2026-11-23T10:00:00+00:00"


def test_shift_jis_json_is_read() -> None:
    """Shift_JIS で書かれた JSON も読める。"""
    line = '{"time":"2026-11-23 10:00:00","user":"花子","message":"ログインに成功しました"}\n'
    found = Read((line * 3).encode("cp932"))
    assert [e.user for e in found.events] == ["花子"] * 3


def test_a_record_without_time_counts_as_broken() -> None:
    """いつのことか分からない記録は、数えるだけにする。"""
    found = Read(b'{"time":"2026-11-23T10:00:00Z"}\n{"user":"x"}\n')
    assert (found.report.events, found.report.errors) == (1, 1)


@settings(max_examples=100, deadline=None)
@given(records=st.lists(st.dictionaries(st.text(max_size=3), VALUES, max_size=4), min_size=1, max_size=6))
def test_flattening_keeps_every_row(records: list[Any]) -> None:
    """どの列も行の数だけあり、入れ子の値もどこかの列に残る。"""
    columns = flatten(records)
    assert all(len(column) == len(records) for column in columns.values())
    for i, record in enumerate(records):
        for name, value in record.items():
            if isinstance(value, str | int | float) and name not in ("#text", "#attributes", ""):
                assert columns[name][i] == value


def test_lists_of_records_become_columns_of_several_values() -> None:
    """記録の並びは、値の並んだ列になる。"""
    columns = flatten([{"a": [{"n": "x", "v": 1}, {"n": "y", "v": [2, 3]}]}, {"a": ["p"]}, {"b": {"c": {"d": 1}}}])
    assert columns == {
        "a.n": [("x", "y"), None, None],
        "a.v": [(1, (2, 3)), None, None],
        "a": [None, ("p",), None],
        "b.c.d": [None, None, 1],
    }


def test_records_unlike_each_other_do_not_multiply() -> None:
    """似ていない記録を並べても、列が際限なく増えない。"""
    records = [{"data": {f"{i}-{k}": k for k in range(50)}} for i in range(500)]
    columns = flatten(records)
    assert sum(map(len, columns.values())) < 100_000
    assert "7-3" in str(columns["data"][7])


PIECES = [b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"\n", b"1", b"\xff", b"\0", b" ", b'{"t":1}', b'{"value":[']


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
def test_no_bytes_break_it(data: bytes) -> None:
    """どんなバイトの並びでも倒れない。"""
    objects, _ = unpack(data or b"{", 8)
    for obj in objects:
        assert isinstance(obj, dict)
        assert 0 <= parser.recognises(obj, "a") <= 1


@pytest.mark.parametrize(
    "head", [b"[Mon Nov 23 10:00:00 2026] [error] x", b"Nov 23 host: {", b"a,b\n1,2", b"{hi}", b""]
)
def test_other_files_are_left_alone(head: bytes) -> None:
    """JSON でないものは、自分のものと言わない。"""
    assert parser.frames(head, "a.log") == 0


def test_day_and_hour_in_two_fields_are_one_time() -> None:
    """日付と時刻が別々の欄にある記録は、両方を合わせた時刻になる（0時にならない）。"""
    rows = "日付,時刻,利用者,接続元\n2026/11/20,9:00:01,花子,203.0.113.5\n2026/11/20,午後 9:00:02,太郎,203.0.113.6\n"
    record = json.dumps({"time": "09:00:01", "date": "2026-11-20", "user": "hanako"}).encode()
    assert [event.time for event in Read(rows.encode("cp932"), "a.csv").events] == [1795132801, 1795176002]
    assert [event.time for event in Read(record, "a.txt").events] == [1795132801]
