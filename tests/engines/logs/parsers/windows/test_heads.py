"""Windows の記録の頭をまとめて読んでも、1件ずつすべて読んだときと同じになる。"""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.engines.logs.objects import Dispatch, Objects
from hikeshi.engines.logs.parsers.windows.heads import Heads
from tests.engines.logs.parsers.records import Read, context

HEAD = (
    '{"Event":{"#attributes":{"xmlns":"n"},"System":{"Provider":{"#attributes":{"Name":"P","Guid":"G"}},"EventID":4624,'
    '"Version":1,"Level":0,"Task":1,"Opcode":0,"Keywords":"0x8020000000000000","TimeCreated":{"#attributes":'
    '{"SystemTime":"2026-11-23T10:00:00.25Z"}},"EventRecordID":7,'
)
TAIL = '"Channel":"Security","Computer":"PC1","Security":{"#attributes":{"UserID":"S-1-5-18"}}},'
NONE = '"Correlation":null,'
CORRELATED = '"Correlation":{"#attributes":{"ActivityID":"A-1"}},'
EXECUTED = '"Execution":{"#attributes":{"ProcessID":4,"ThreadID":88}},'
DATA = '"EventData":{"TargetUserName":"hanako","IpAddress":"192.0.2.1"}}}'
NOBODY = TAIL.replace('{"#attributes":{"UserID":"S-1-5-18"}}', "null")
PLAIN = [
    HEAD + NONE + EXECUTED + TAIL + DATA,
    HEAD + CORRELATED + EXECUTED + TAIL + DATA,
    HEAD.replace('"Guid":"G"', '"EventSourceName":"E"') + CORRELATED + '"Execution":null,' + TAIL + DATA,
    HEAD + NONE + EXECUTED + NOBODY + '"UserData":{"X":{"P":[1]}}}}',
    HEAD.replace("4624", '{"#attributes":{"Qualifiers":16384},"#text":7045}') + TAIL[:-1] + "}}",
    (HEAD + NONE + EXECUTED + TAIL + DATA).replace(":", ": ").replace(",", ", "),
]
EARLY = HEAD.replace('"TimeCreated"', EXECUTED + NONE + '"TimeCreated"') + TAIL + DATA
HIDDEN = '"\\u0054imeCreated":{"#attributes":{"SystemTime":"2001-01-01T00:00:00Z"}},"EventRecordID":1,'
SPLICES = [
    *(
        '"',
        "\\",
        ",",
        "{",
        "}",
        "}}",
        "null",
        "true",
        "-1",
        "007",
        '"System":{},',
        '"EventID":9,',
        '"Channel":"x",',
        " ",
    ),
    *('"TimeCreated":{"#attributes":{"SystemTime":"x"}},', '"Event":{},', "12345678901234567890", "\\u0041", "é"),
    *(
        '"Execution":{"#attributes":{"ProcessID":1}},',
        '"EventRecordID":0,',
        '"Security":null,',
        "\n",
        "\x01",
        '"a":[],',
    ),
]


def said(tables: list[Any]) -> list[Any]:
    """All that tables say, in their order and that of their columns."""
    return [
        (
            [*table.rows],
            table.times,
            table.tags,
            [(name, [repr(one) for one in values]) for name, values in table.columns().items()],
            [table.fields(i) for i in range(len(table))],
        )
        for table in tables
    ]


def both(texts: list[str]) -> tuple[list[Any] | None, list[Any], list[Any]]:
    """The parts, what is said when records are cut up, and when they are read whole."""
    raw = [text.encode() for text in texts]
    some = Objects([], raw, 1, range(len(raw)))
    parts = Heads().cut(raw)
    some.cut = list(parts or ())
    whole = Dispatch("a").tables([*map(orjson.loads, raw)], context())[0]
    cut = Dispatch("a").read(some, context())[0] if parts else whole
    return parts, said(cut), said(whole)


def test_usual_records_are_cut_and_say_the_same() -> None:
    """いつもの形の記録は、どれも頭と本体に分けて読まれ、読めることも列の順も変わらない。"""
    for texts in (PLAIN * 3, PLAIN[:2] * 2, PLAIN[2:3], PLAIN[4:]):
        parts, cut, whole = both(texts)
        assert parts is not None
        assert cut == whole
    parts, _, _ = both(PLAIN * 3)
    assert parts is not None
    assert len({id(part[0]) for part in parts}) == 5  # the second has the head of the first


def test_what_was_cut_is_read_whole_when_somebody_asks() -> None:
    """分けて読んだ記録も、求められればそのままの形で渡される。"""
    raw = [text.encode() for text in PLAIN]
    some = Objects([], raw, 1, range(len(raw)))
    some.cut = list(Heads().cut(raw) or ())
    assert some.cut
    assert some.objects == [*map(orjson.loads, raw)]
    assert not some.cut


def test_heads_that_never_come_again_are_not_cut_for_ever() -> None:
    """頭が毎回違う記録では、分けて読むのをやめる。"""
    heads = Heads()
    texts = [PLAIN[0].replace("S-1-5-18", f"S-1-5-{n}").encode() for n in range(3_000)]
    assert heads.cut(texts)
    assert heads.cut(texts[:1]) is None


@pytest.mark.parametrize(
    "extra",
    [
        '"System":{"EventID":1}',
        '"\\u0053ystem":{"EventID":1}',
        '"a":1},"b":{"c":1',
        '"EventData":{}},"Event":{"d":1',
        '"#attributes":{"a":1}',
    ],
)
def test_names_that_come_twice_count_as_json_says(extra: str) -> None:
    """同じ名前が2度ある記録も、JSON の決まりどおりに読む。"""
    odd = PLAIN[0][:-2] + "," + extra + "}}"
    _, cut, whole = both([PLAIN[0], odd])
    assert cut == whole


def test_a_line_that_ends_in_a_comma_costs_itself() -> None:
    """System の後がカンマで終わる壊れた行は、その行だけが読めず、ほかの行の読み取りは止まらない。"""
    lines = [PLAIN[4], PLAIN[4][:-2] + ",}}", PLAIN[4], PLAIN[4][:-2] + ", }}"]
    assert [Heads().cut([one.encode()]) is None for one in lines] == [False, True, False, True]
    read = Read("\n".join(lines).encode(), "a.json")
    assert (len(read.events), read.report.errors) == (2, 2)


@pytest.mark.parametrize(
    "text",
    [
        EARLY,
        HEAD.replace('"TimeCreated"', HIDDEN + NONE + EXECUTED + TAIL[:-1] + ',"#attributes":{"TimeCreated"')
        + TAIL.replace("S-1-5-18", "S-1-5-19")
        + DATA,
    ],
)
def test_what_stands_elsewhere_is_not_lost(text: str) -> None:
    """プロセス番号が時刻より前にあっても、時刻の名前が書き方で隠されていても、すべてを読んだ結果と同じになる。"""
    for texts in ([text] * 2, [PLAIN[0], text], [text, PLAIN[1]]):
        _, cut, whole = both(texts)
        assert cut == whole


def test_only_short_heads_are_remembered() -> None:
    """とても長い頭は、覚えない。覚えておくと、記憶が足りなくなる。"""
    for name in ('"Name":"P"', '"Computer":"PC1"', '"UserID":"S-1-5-18"'):
        long = PLAIN[0].replace(name, name[:-1] + "x" * 5_000 + '"')
        assert long != PLAIN[0]
        assert Heads().cut([long.encode()]) is None


def test_a_provider_may_not_make_columns_without_end() -> None:
    """提供元に、記録ごとに違う名前の属性がいくつあっても、列は際限なく増えない。"""
    odd = [PLAIN[0].replace('"Guid":"G"', ",".join(f'"G{n}_{i}":1' for i in range(100))) for n in range(100)]
    _, cut, whole = both(odd)
    assert cut == whole
    assert len(whole[0][3]) < 100


def test_nothing_is_cut_that_is_no_record_as_a_whole() -> None:
    """深すぎる入れ子や、閉じた後に続きのある記録は、分けて読まない。"""
    for depth in (900, 1_021, 1_022, 1_023, 1_024, 1_100):
        text = PLAIN[0].replace('"hanako"', "[" * (depth - 2) + "]" * (depth - 2)).encode()
        try:
            orjson.loads(text)
        except orjson.JSONDecodeError:
            assert Heads().cut([text]) is None
        else:
            assert Heads().cut([text])
    assert Heads().cut([(PLAIN[0][:-1] + ',{"a":1}}').encode()]) is None


@pytest.mark.parametrize("odd", ["{}", "[]", '{"a":{"b":[1]}}', "[[1],{}]"])
@pytest.mark.parametrize("name", ["Version", "Level", "Keywords", "Computer", "UserID", "ProcessID", "ActivityID"])
def test_a_value_that_is_none_stops_nothing(name: str, odd: str) -> None:
    """System の値が値でなく入れ物でも、その記録は読まれ、隣の記録も読まれる。"""
    whole = json.loads(PLAIN[1])
    system = whole["Event"]["System"]
    inner = {"UserID": "Security", "ProcessID": "Execution", "ActivityID": "Correlation"}.get(name)
    (system[inner]["#attributes"] if inner else system)[name] = json.loads(odd)
    _, cut, read = both([PLAIN[0], json.dumps(whole)])
    assert cut == read
    columns = Dispatch("a").tables([whole], context())[0][0].columns
    assert columns is not None
    assert {hash(value) for values in columns().values() for value in values}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_done_to_records_they_say_the_same(data: st.DataObject) -> None:
    """記録のどこに何を差し込んでも、隣の記録も含めて、すべてを読んだ結果と同じになる。"""
    texts = []
    for _ in range(data.draw(st.integers(1, 3))):
        text = data.draw(st.sampled_from([*PLAIN, EARLY]))
        for _ in range(data.draw(st.integers(0, 2))):
            at, more = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 12))
            text = text[:at] + data.draw(st.sampled_from(SPLICES)) + text[at + more :]
        try:
            if type(orjson.loads(text)) is not dict:
                continue
        except orjson.JSONDecodeError:
            assert Heads().cut([text.encode()]) is None
            continue
        texts.append(text)
    if texts:
        _, cut, whole = both(texts)
        assert cut == whole
