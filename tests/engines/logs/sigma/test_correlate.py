"""相関規則：どの項目でまとめ、何を数え、どうつなげるか。"""

from __future__ import annotations

from typing import Any

import pytest

from hikeshi.engines.logs.report import Hit, Report
from hikeshi.engines.logs.sigma.correlate import Correlator
from hikeshi.engines.logs.sigma.kernel import Kernel
from hikeshi.engines.logs.sigma.sink import Rules
from tests.engines.logs.sigma.batches import batch, pack_of, rule

FAILED = rule({"s": {"action": "failed"}, "condition": "s"}, 1, name="failed")
ENTERED = rule({"s": {"action": "entered"}, "condition": "s"}, 2, name="entered")


def together(kind: str, rules: list[str], number: int = 9, **more: Any) -> dict[str, Any]:
    about = {"type": kind, "rules": rules, "timespan": "10m", "group-by": ["ip"]} | more
    about = {name: value for name, value in about.items() if value is not None}
    return {
        "title": f"correlation {number}",
        "id": f"00000000-0000-4000-8000-{number:012}",
        "correlation": about,
        "level": "high",
        "author": "太郎",
    }


def told(rules: list[dict[str, Any]], *batches: tuple[list[dict[str, Any]], list[float]], tmp: Any) -> list[Hit]:
    """What the sink puts into the report."""
    made = pack_of(rules)
    assert not made.refused
    made.write(tmp / "a.pack")
    sink = Rules({"packs": [str(tmp / "a.pack")], "cache": None, "levels": []})
    for events, times in batches:
        sink.take(batch(events, times=times, raw=[f"raw {time}" for time in times]))
    report = Report()
    sink.finish(report)
    return report.hits


def failures(ip: str, times: list[float], **more: Any) -> tuple[list[dict[str, Any]], list[float]]:
    return [{"action": "failed", "ip": ip} | more for _ in times], times


def test_too_many_failures_from_one_address(tmp_path: Any) -> None:
    """同じ接続元から10分に5回失敗したときだけ知らせ、もとの規則は知らせない。"""
    count = together("event_count", ["failed"], condition={"gte": 5})
    spread = failures("192.0.2.2", [0, 400, 800, 1200, 1600])
    (hit,) = told(
        [FAILED, count], failures("192.0.2.1", [0, 1, 2]), spread, failures("192.0.2.1", [3, 4, 5, 6]), tmp=tmp_path
    )
    assert (hit.rule["title"], hit.rule["author"], hit.count, hit.first, hit.last) == ("correlation 9", "太郎", 1, 0, 6)
    assert [(one.time, one.raw) for one in hit.samples][-1] == (6, "raw 6")
    assert len(hit.samples) <= 8


def test_generate_tells_both(tmp_path: Any) -> None:
    """generate: true なら、もとの規則も知らせる。"""
    count = together("event_count", ["failed"], condition={"gte": 2}, generate=True)
    hits = told([FAILED, count], failures("192.0.2.1", [0, 1]), tmp=tmp_path)
    assert {one.rule["title"] for one in hits} == {"rule 1", "correlation 9"}


def test_values_are_counted_without_case(tmp_path: Any) -> None:
    """value_count は、違う値の数。大文字と小文字は同じ値とみなし、値のないものは数えない。"""
    rules = [FAILED, together("value_count", ["failed"], condition={"gte": 3, "field": "user"})]
    few = [{"action": "failed", "ip": "a", "user": user} for user in ("x", "X", "y", None)]
    assert told(rules, (few, [0, 1, 2, 3]), tmp=tmp_path) == []
    many = [*few, {"action": "failed", "ip": "A", "user": "z"}]
    (hit,) = told(rules, (many, [0, 1, 2, 3, 4]), tmp=tmp_path)
    assert (hit.first, hit.last) == (0, 4)


def test_sum_of_bytes(tmp_path: Any) -> None:
    """value_sum は、窓の中の数の合計。"""
    rules = [FAILED, together("value_sum", ["failed"], condition={"gt": 100, "field": "bytes"})]
    events = [{"action": "failed", "ip": "a", "bytes": size} for size in ("60", "x", "41")]
    assert len(told(rules, (events, [0, 1, 2]), tmp=tmp_path)) == 1
    assert told(rules, (events, [0, 1, 2000]), tmp=tmp_path) == []


def test_a_sequence_with_names_of_their_own(tmp_path: Any) -> None:
    """順番のある規則は、順番どおりのときだけ。項目の名前が違っても、別名でつながる。"""
    other = rule({"s": {"action": "entered"}, "condition": "s"}, 2, name="entered")
    aliases = {"who": {"failed": "user", "entered": "account"}}
    sequence = together("temporal_ordered", ["failed", "entered"], **{"group-by": ["who"], "aliases": aliases})
    failed, entered = {"action": "failed", "user": "hanako"}, {"action": "entered", "account": "Hanako"}
    (hit,) = told([FAILED, other, sequence], ([failed, entered], [0, 1]), tmp=tmp_path)
    assert [one.time for one in hit.samples] == [0, 1]
    assert told([FAILED, other, sequence], ([entered, failed], [0, 1]), tmp=tmp_path) == []
    (hit,) = told(
        [FAILED, other, sequence], ([entered], [1]), ([failed], [0]), tmp=tmp_path
    )  # the files' order is not time's
    assert hit.count == 1


def test_within_one_second_the_order_of_lines_counts(tmp_path: Any) -> None:
    """同じ秒の中では、行の順番で決める。"""
    sequence = together("temporal_ordered", ["failed", "entered"])
    failed, entered = {"action": "failed", "ip": "a"}, {"action": "entered", "ip": "a"}
    assert len(told([FAILED, ENTERED, sequence], ([failed, entered], [5, 5]), tmp=tmp_path)) == 1
    assert told([FAILED, ENTERED, sequence], ([entered, failed], [5, 5]), tmp=tmp_path) == []


def test_a_correlation_of_a_correlation(tmp_path: Any) -> None:
    """総当たりのあとのログイン：相関規則を、別の規則とつなげられる。"""
    many = together("event_count", ["failed"], 8, condition={"gte": 3}) | {"name": "many"}
    broken = together("temporal_ordered", ["many", "entered"])
    long = failures("a", [float(n) * 60 for n in range(60)])  # an hour, so that its beginning is long gone
    (hit,) = told([FAILED, ENTERED, many, broken], long, ([{"action": "entered", "ip": "a"}], [3600]), tmp=tmp_path)
    assert hit.rule["title"] == "correlation 9"
    assert told([FAILED, ENTERED, many, broken], long, ([{"action": "entered", "ip": "b"}], [3600]), tmp=tmp_path) == []


def test_a_condition_in_words(tmp_path: Any) -> None:
    """「失敗があり、成功がない」のような条件も書ける。"""
    only = together("temporal", ["failed", "entered"], condition="failed and not entered")
    assert len(told([FAILED, ENTERED, only], failures("a", [0]), tmp=tmp_path)) == 1


def test_without_a_group_all_belong_together(tmp_path: Any) -> None:
    """まとめる項目がなければ全体で数え、項目を欠く出来事はどのまとまりにも入れない。"""
    count = {"condition": {"gte": 2}}
    events = ([{"action": "failed", "ip": "a"}, {"action": "failed"}], [0.0, 1.0])
    assert (
        len(told([FAILED, together("event_count", ["failed"], **count, **{"group-by": None})], events, tmp=tmp_path))
        == 1
    )
    assert told([FAILED, together("event_count", ["failed"], **count)], events, tmp=tmp_path) == []


def test_memory_is_bounded() -> None:
    """覚える出来事の数には上限があり、超えた分は数えて知らせる。"""
    kernel = Kernel([pack_of([FAILED, together("event_count", ["failed"], condition={"gte": 2})])])
    correlator = Correlator(kernel, most=10)
    for _ in range(3):
        some = batch(*[failures("a", [0, 1, 2, 3, 4, 5])[0]])
        correlator.take(some, kernel.run(some)[0])
    assert correlator.forgotten == 8
    assert sum(len(alerts) for alerts in correlator.alerts().values()) == 1


def test_a_flood_blinds_no_other_correlation() -> None:
    """一つの相関規則があふれても、ほかの相関規則の場所は残り、あふれた規則でも、ほかのまとまりの場所は残る。"""
    failing = together("event_count", ["failed"], condition={"gte": 3})
    entering = together("event_count", ["entered"], 8, condition={"gte": 3})
    kernel = Kernel([pack_of([FAILED, ENTERED, failing, entering])])
    correlator = Correlator(kernel, most=20_000)
    flood = [{"action": "failed", "ip": "a"}] * 15_000
    after = [{"action": action, "ip": "b"} for action in ("failed", "entered") for _ in range(3)]
    for some in (batch(flood), batch(after)):
        correlator.take(some, kernel.run(some)[0])
    assert correlator.forgotten == 15_000 - (10_000 + 1_250)
    found = {kernel.rules[number]["title"]: alerts for number, alerts in correlator.alerts().items()}
    assert sorted((alert.said["ip"], len(alert.events)) for alert in found["correlation 9"]) == [("a", 8), ("b", 3)]
    assert [alert.said["ip"] for alert in found["correlation 8"]] == ["b"]


def test_what_waits_for_itself_is_refused() -> None:
    """自分を待つ規則、ない規則を待つ規則は、理由とともに外れる。"""
    loop = [
        together("temporal", ["b", "failed"], 8) | {"name": "a"},
        together("temporal", ["a", "failed"], 9) | {"name": "b"},
    ]
    lost = together("event_count", ["nobody"], 7, condition={"gte": 1})
    bad = rule({"s": {"A|nosuch": 1}, "condition": "s"}, 3, name="bad")
    above = together("event_count", ["bad"], 6, condition={"gte": 1})
    made = pack_of([FAILED, *loop, lost, bad, above])
    assert [one["title"] for one in made.rules] == ["rule 1"]
    assert {one["title"] for one in made.refused} == {
        "correlation 6",
        "correlation 7",
        "correlation 8",
        "correlation 9",
        "rule 3",
    }


def test_a_range_has_two_bounds(tmp_path: Any) -> None:
    """回数の下限と上限を両方書いた規則は、そのあいだのときだけ知らせる。"""
    some = together("event_count", ["failed"], condition={"gte": 3, "lte": 4}, timespan="1m")
    times = [0.0, 1, 2, 1000, 1001, 1002, 1003, 1004, 5000, 5000, 5000, 5000, 5000]
    (hit,) = told([FAILED, some], failures("192.0.2.1", times), tmp=tmp_path)
    assert (hit.count, hit.first, hit.last) == (2, 0, 1003)
    different = together("value_count", ["failed"], condition={"gt": 1, "lt": 3, "field": "user"})
    two, three = (
        [{"action": "failed", "ip": ip, "user": f"u{n}"} for n in range(size)] for ip, size in (("a", 2), ("b", 9))
    )
    (hit,) = told([FAILED, different], (two, [0.0, 1]), (three, [9000.0] * 9), tmp=tmp_path)
    assert (hit.count, hit.last) == (1, 1)


@pytest.mark.parametrize("condition", [{"gte": 3, "lte": "many"}, {"gte": 3, "most": 4}, {"field": "user"}])
def test_a_range_that_is_none_is_refused(condition: dict[str, Any]) -> None:
    """数でない上限や、知らない言葉のある条件は、その規則だけを断る。"""
    made = pack_of([FAILED, together("event_count", ["failed"], condition=condition)])
    assert [one["title"] for one in made.refused] == ["correlation 9"]
