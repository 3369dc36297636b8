"""記録の種類の約束。"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Literal

import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger import kinds
from hikeshi.engines.ledger.kinds import (
    KINDS,
    Blob,
    KindError,
    blobs,
    check,
    from_data,
    kind,
    kind_of,
    schema,
    to_data,
)
from hikeshi.engines.ledger.line import canonical

A, B = "a" * 64, "b" * 64


@dataclasses.dataclass(frozen=True)
class Device:
    name: str
    note: Blob | None = None


@pytest.fixture(autouse=True)
def kinds_of_the_test_only() -> Iterator[None]:
    """A test's kinds must not show up in the documentation of the real ones."""
    before = dict(KINDS)
    yield
    KINDS.clear()
    KINDS.update(before)


def seen() -> type[Any]:
    @kind("test.seen", version=1)
    class Seen:
        """Somebody saw something."""

        what: str
        count: int
        sure: bool
        status: Literal["confirmed", "unknown"]
        text: Blob | None = None
        devices: list[Device] = dataclasses.field(default_factory=list)
        marks: dict[str, list[int]] = dataclasses.field(default_factory=dict)
        anything: Any = None

    return Seen


DATA = {
    "what": "花子のPC",
    "count": 3,
    "sure": True,
    "status": "unknown",
    "text": A,
    "devices": [{"name": "PC", "note": None}, {"name": "NAS", "note": B}],
    "marks": {"x": [1, 2]},
    "anything": {"free": ["form"]},
}


def make(cls: type[Any]) -> Any:
    return cls(
        what="花子のPC",
        count=3,
        sure=True,
        status="unknown",
        text=Blob(A),
        devices=[Device("PC"), Device("NAS", Blob(B))],
        marks={"x": [1, 2]},
        anything={"free": ["form"]},
    )


def test_a_kind_is_a_frozen_dataclass() -> None:
    """種類は、名前つき引数だけで作れる、変えられないデータになる。"""
    cls = seen()
    made = make(cls)
    assert kind_of(made) == ("test.seen", 1)
    assert KINDS["test.seen", 1] is cls
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.what = "別のもの"
    with pytest.raises(TypeError):
        cls("花子のPC")


def test_data_goes_out_and_comes_back() -> None:
    """データにして戻すと、同じものになる。データはそのままJSONに書ける。"""
    cls = seen()
    assert to_data(make(cls)) == DATA
    assert from_data("test.seen", 1, DATA) == make(cls)
    assert type(from_data("test.seen", 1, DATA).devices[1].note) is Blob
    assert canonical(to_data(make(cls))) == canonical(DATA)


def test_fields_with_a_default_may_be_missing() -> None:
    """省いてよい項目がないデータも、読める。"""
    cls = seen()
    short = {name: DATA[name] for name in ("what", "count", "sure", "status")}
    assert from_data("test.seen", 1, short) == cls(what="花子のPC", count=3, sure=True, status="unknown")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"what": 1}, "what"),
        ({"what": None}, "what"),
        ({"count": True}, "count"),
        ({"count": 1.0}, "count"),
        ({"count": 2**53}, "count"),
        ({"sure": 1}, "sure"),
        ({"sure": "true"}, "sure"),
        ({"status": "invented"}, "status"),
        ({"status": ["unknown"]}, "status"),
        ({"text": "花子"}, "text"),
        ({"text": A.upper()}, "text"),
        ({"text": A + "\n"}, "text"),
        ({"devices": {"name": "PC"}}, "devices"),
        ({"devices": [{"name": "PC"}, {"name": 1}]}, "devices[1].name"),
        ({"devices": [{"name": "PC", "note": "x"}]}, "devices[0].note"),
        ({"devices": [{}]}, "devices[0].name"),
        ({"devices": ["PC"]}, "devices[0]"),
        ({"marks": {"x": [1, "2"]}}, "marks.x[1]"),
        ({"marks": [1]}, "marks"),
        ({"more": 1}, "more"),
        ({"devices": [{"name": "PC", "owner": "x"}]}, "devices[0].owner"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], field: str) -> None:
    """形の違うデータは、どの項目かを言って断る。"""
    seen()
    with pytest.raises(Problem) as caught:
        check("test.seen", 1, {**DATA, **change})
    assert caught.value.code == "ledger.bad_data"
    assert caught.value.params["field"] == field


@pytest.mark.parametrize("name", ["what", "count", "sure", "status"])
def test_a_missing_field_is_named(name: str) -> None:
    """なくてはならない項目がなければ、その名を言う。"""
    seen()
    with pytest.raises(Problem) as caught:
        check("test.seen", 1, {other: value for other, value in DATA.items() if other != name})
    assert caught.value.params["field"] == name


@pytest.mark.parametrize("data", [None, [], "x", 1])
def test_data_is_an_object(data: Any) -> None:
    """項目の集まりでないものは、断る。"""
    seen()
    with pytest.raises(Problem) as caught:
        check("test.seen", 1, data)
    assert caught.value.code == "ledger.bad_data"


@pytest.mark.parametrize(("name", "version"), [("test.unseen", 1), ("test.seen", 2)])
def test_an_unknown_kind_is_said(name: str, version: int) -> None:
    """知らない種類や版は、推測せずにそう言う。"""
    seen()
    with pytest.raises(Problem) as caught:
        check(name, version, DATA)
    assert caught.value.code == "ledger.unknown_kind"


def test_texts_that_an_entry_points_at_are_found() -> None:
    """1件が指している文章の指紋を、入れ子の中まで見つける。"""
    seen()
    assert blobs("test.seen", 1, DATA) == [A, B]
    assert blobs("test.seen", 1, {**DATA, "text": None, "devices": []}) == []


def test_two_kinds_of_one_name_conflict() -> None:
    """同じ名前と版を、違う形で2度決めることはできない。同じものの読み直しはよい。"""
    seen()
    seen()

    with pytest.raises(KindError, match=r"test\.seen version 1 is declared twice"):

        @kind("test.seen", version=1)
        class Other:
            """Another meaning."""

            what: str


def test_versions_live_side_by_side() -> None:
    """古い版は残り、新しい版と並ぶ。説明は新しい版を出す。"""
    seen()

    @kind("test.seen", version=2)
    class Seen:
        """Somebody saw something, newer."""

        what: str

    check("test.seen", 1, DATA)
    check("test.seen", 2, {"what": "x"})
    assert schema("test.seen")["version"] == 2
    assert schema("test.seen", 1)["description"] == "Somebody saw something."


def test_the_schema_says_each_field() -> None:
    """説明用のスキーマは、項目と型と、なくてはならないものを言う。"""
    seen()
    made = schema("test.seen")
    assert made["title"] == "test.seen" and made["type"] == "object" and made["additionalProperties"] is False
    assert made["required"] == ["what", "count", "sure", "status"]
    assert made["properties"]["status"] == {"enum": ["confirmed", "unknown"]}
    assert made["properties"]["count"]["type"] == "integer"
    assert made["properties"]["text"]["anyOf"][1] == {"type": "null"}
    assert made["properties"]["devices"]["items"]["required"] == ["name"]
    assert made["properties"]["marks"]["additionalProperties"]["items"]["type"] == "integer"


@pytest.mark.parametrize("hint", [float, bytes, list, dict, dict[int, str], str | int, set[str], tuple[str, ...]])
def test_what_cannot_be_stored_is_refused_at_import(hint: Any) -> None:
    """1行に書けない型の項目は、使う前に、決めたところで断る。"""
    made = type("Made", (), {"__doc__": "A kind.", "__annotations__": {"field": hint}})
    with pytest.raises(KindError, match="field"):
        kind("test.made", version=1)(made)
    assert ("test.made", 1) not in KINDS


@pytest.mark.parametrize(("name", "version"), [("Seen", 1), ("seen", 1), ("test.", 1), ("test.seen", 0)])
def test_names_have_one_form(name: str, version: int) -> None:
    """種類の名前は「部屋.できごと」、版は1からと決まっている。"""
    with pytest.raises(KindError):
        kind(name, version=version)


def test_a_kind_says_what_it_means() -> None:
    """一文の説明がない種類は、作れない。"""
    with pytest.raises(KindError, match="docstring"):
        kind("test.silent", version=1)(type("Silent", (), {"__annotations__": {"what": str}}))


@pytest.mark.parametrize("text", ["", "花子", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_a_blob_is_a_hash(text: str) -> None:
    """文章そのものを Blob として記録に入れることは、できない。"""
    with pytest.raises(ValueError, match="64"):
        Blob(text)


def test_a_wrong_kind_stays_out() -> None:
    """断られた種類は、名簿に残らない。"""
    before = dict(kinds.KINDS)
    with pytest.raises(KindError):
        kind("test.bad", version=1)(type("Bad", (), {"__doc__": "x", "__annotations__": {"a": float}}))
    assert before == kinds.KINDS
