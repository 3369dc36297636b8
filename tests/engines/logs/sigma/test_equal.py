"""速い評価と、遅く素朴な評価は、どんな規則と出来事でも同じ答えを出す。"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hikeshi.engines.logs.columns import text_of
from hikeshi.engines.logs.sigma.build import build, parse
from hikeshi.engines.logs.sigma.kernel import Kernel
from tests.engines.logs.sigma.batches import batch, files, fired, rule
from tests.engines.logs.sigma.oracle import Oracle, events_of

FIELDS = st.sampled_from(["A", "B", "C", "D E", "DE"])
LETTERS = st.sampled_from(list("aAbBß.-/\\*? 1é\n") + ["ア", "ab", "ΑΣ"])
TEXT = st.lists(LETTERS, max_size=5).map("".join)
NUMBERS = st.sampled_from(["1", "12", "0x10", "-3.5", "1e1", "x", "", " 7"])
ADDRESSES = st.sampled_from(["10.0.0.1", "10.1.2.3", "::ffff:10.0.0.9", "2001:db8::1", "fe80::1", "10.0.0.256", "a"])
TIMES = st.sampled_from(["2026-11-23T09:05:00Z", "2026-01-01T00:30:00+09:00", "2024-12-30 23:59:59", "1700000000", "x"])
BOOLS = st.sampled_from(["true", "True", "false"])
VALUES = st.one_of(TEXT, TEXT, NUMBERS, ADDRESSES, TIMES, BOOLS)
CELLS = st.one_of(st.none(), VALUES, st.lists(VALUES, max_size=3).map(tuple))
EXPRESSIONS = st.sampled_from(
    ["a+b?", "^A.*b$", "[aB]{2}", r"\.", r"a\\b", "a|^$", "(ab)+", r"^\d+$", "a.b", r"\bab\b"]
)
PLAIN = st.sampled_from(
    [
        "",
        "|contains",
        "|startswith",
        "|endswith",
        "|contains|all",
        "|all",
        "|cased",
        "|contains|cased",
        "|neq",
        "|expand",
    ]
)
ENCODED = st.sampled_from(
    [
        "|windash|contains",
        "|base64offset|contains",
        "|base64",
        "|wide|base64offset|contains",
        "|utf16be|base64|contains",
    ]
)
LITTLE = st.lists(st.sampled_from(list("abA-/ ")), min_size=1, max_size=4).map("".join)


def listed(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, st.lists(values, min_size=1, max_size=3))


def item(modifier: st.SearchStrategy[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Any]]:
    return st.tuples(st.tuples(FIELDS, modifier).map("".join), listed(values))


ITEMS = st.one_of(
    item(PLAIN, TEXT),
    item(PLAIN, TEXT),
    item(st.just(""), st.one_of(st.none(), st.integers(0, 12), st.booleans(), st.just(""), st.just("*"))),
    item(ENCODED, LITTLE),
    item(st.sampled_from(["|re", "|re|i", "|re|s", "|re|m", "|re|i|m|s"]), EXPRESSIONS),
    item(st.just("|cidr"), st.sampled_from(["10.0.0.0/8", "10.0.0.0/30", "2001:db8::/32", "0.0.0.0/0"])),
    item(st.sampled_from(["|lt", "|lte", "|gt", "|gte"]), st.sampled_from([1, 7, 12, 16, -3.5])),
    item(
        st.sampled_from(["|minute", "|hour", "|day", "|week", "|month", "|year"]),
        st.sampled_from([0, 1, 5, 15, 53, 2024]),
    ),
    item(st.sampled_from(["|hour|gte", "|day|lt"]), st.sampled_from([9, 23])),
    st.tuples(FIELDS.map("{}|exists".format), st.booleans()),
    item(st.sampled_from(["|fieldref", "|fieldref|startswith", "|fieldref|endswith", "|fieldref|contains"]), FIELDS),
)
KEYWORDS = st.one_of(
    listed(st.one_of(TEXT.filter(bool), st.integers(0, 12))), st.just({"|all": ["a", "b"]}), st.just({"|re": "a+B"})
)
SELECTIONS = st.one_of(
    st.lists(ITEMS, min_size=1, max_size=3).map(dict),
    st.lists(st.lists(ITEMS, min_size=1, max_size=2).map(dict), min_size=1, max_size=2),
    KEYWORDS,
)
CONDITIONS = st.sampled_from(
    [
        "sel_a",
        "not sel_a",
        "sel_a and sel_b",
        "sel_a and not sel_b",
        "sel_a or not sel_b",
        "not (sel_a or sel_b)",
        "not (sel_a and sel_b) and sel_c",
        "1 of sel_*",
        "all of them",
        "1 of them and not sel_c",
        "(sel_a or sel_b) and not (sel_b and sel_c)",
        ["sel_a and sel_b", "sel_c"],
    ]
)


@st.composite
def detections(draw: st.DrawFn) -> dict[str, Any]:
    return {f"sel_{name}": draw(SELECTIONS) for name in "abc"} | {"condition": draw(CONDITIONS)}


EVENTS = st.lists(
    st.tuples(st.dictionaries(st.sampled_from(["A", "B", "C", "D E", "DE"]), CELLS, max_size=4), TEXT),
    min_size=1,
    max_size=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(detections(), min_size=1, max_size=12), EVENTS)
def test_random_rules_on_random_events(rules: list[dict[str, Any]], events: list[tuple[dict[str, Any], str]]) -> None:
    """でたらめな規則とでたらめな出来事の、どの組でも答えは同じ。"""
    given_files = files([rule(one, number) for number, one in enumerate(rules)])
    some = batch([{k: text_of(v) for k, v in event.items()} for event, _ in events], raw=[raw for _, raw in events])
    pack = build(given_files)
    kernel = Kernel([pack])
    refused = {one["title"] for one in pack.refused}
    slow = Oracle(one for _, one in parse(given_files).rules if one.title not in refused)
    assert fired(kernel, some) == slow.hits(events_of(some))
