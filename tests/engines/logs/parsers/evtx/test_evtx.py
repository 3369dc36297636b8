"""EVTX ファイルを、壊れていても細工されていても読む。"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hikeshi.engines.common.limited import Limits
from hikeshi.engines.logs import scan
from hikeshi.engines.logs.objects import Objects
from hikeshi.engines.logs.parsers.evtx import parser
from tests.engines.logs.parsers.evtx import second
from tests.engines.logs.parsers.evtx.writing import CHUNK, HEADER, event, evtx_file, unfolding
from tests.engines.logs.parsers.records import source
from tests.engines.logs.reading import report

NAMES = ["hanako", "太郎", "Administrator"]


def a_file(chunks: int = 2, each: int = 5) -> bytes:
    return evtx_file(
        *(
            [
                event(4624, {"TargetUserName": NAMES[i % 3], "LogonType": i}, record=c * each + i + 1, second=i)
                for i in range(each)
            ]
            for c in range(chunks)
        )
    )


def unpack(data: bytes) -> list[Objects]:
    return list(parser.objects(source(data)))


def test_each_record_becomes_an_object_that_knows_its_place() -> None:
    """どの記録も、番号と、ファイルの中の位置と、JSON の原文を持つ。"""
    data = a_file()
    (found,) = unpack(data)
    assert len(found.objects) == len(found.raw) == len(found.offsets) == 10
    assert not found.broken
    assert found.objects[1]["Event"]["EventData"]["TargetUserName"] == "太郎"
    assert all(data[at:].startswith(b"**\0\0") for at in found.offsets)
    assert b"Administrator" in found.raw[2]


def test_a_chunk_carved_from_a_disk_is_read_too() -> None:
    """ヘッダーのないかけらからも読める。"""
    (found,) = unpack(a_file()[4096:])
    assert len(found.objects) == 10


def test_a_broken_record_costs_itself() -> None:
    """壊れた記録は1つだけ失われ、数えられる。"""
    data = bytearray(a_file())
    (whole,) = unpack(bytes(data))
    data[whole.offsets[3] + 28] = 0xEE
    (found,) = unpack(bytes(data))
    assert (len(found.objects), len(found.broken)) == (9, 1)
    assert found.broken[0][1] == whole.offsets[3]


def test_a_broken_chunk_costs_itself() -> None:
    """壊れたかたまりは、ほかのかたまりを巻き込まず、中の記録は数えられる。"""
    data = bytearray(a_file(3))
    data[4096 + CHUNK + 600 : 4096 + 2 * CHUNK] = b"\xff" * (CHUNK - 600)
    (found,) = unpack(bytes(data))
    assert len(found.objects) == 10
    assert found.broken


def test_a_chunk_without_its_mark_is_still_read() -> None:
    """先頭の印だけが消されたかたまりは、印を補って読む。"""
    data = bytearray(a_file())
    data[4096:4104] = b"\0" * 8
    assert sum(len(o.objects) for o in unpack(bytes(data))) == 10


def test_a_cut_file_gives_what_is_there() -> None:
    """途中で切れたファイルは、残っているところまで読む。"""
    data = a_file()
    (whole,) = unpack(data)
    (found,) = unpack(data[: whole.offsets[7] + 40])
    assert len(found.objects) == 7
    assert len(found.broken) == 1


def test_lists_that_bite_their_tail_do_not_hang() -> None:
    """名前の一覧が輪になっていても、止まらずに終わる。"""
    data = bytearray(a_file(1))
    for bucket in range(96):
        struct.pack_into("<I", data, 4096 + 128 + 4 * bucket, 600)
    struct.pack_into("<I", data, 4096 + 600, 604)
    struct.pack_into("<I", data, 4096 + 604, 600)
    assert sum(len(o.objects) + len(o.broken) for o in unpack(bytes(data))) == 5


def test_records_that_unfold_from_one_template_stay_within_bounds(tmp_path: Path) -> None:
    """1つの雛形から何百倍にもふくらむ記録を、決めたメモリの中で、1件も落とさずに読む。"""
    one = unfolding(event(4624, {"TargetUserName": "hanako", "Big": "\x01" * 14_000}), 600)
    (tmp_path / "a.evtx").write_bytes(one + one[HEADER:] * 2)
    done = scan([tmp_path], limits=Limits(memory=900 << 20))
    assert (done.files[0].events, done.files[0].errors, done.not_read) == (1800, 0, [])


def test_elements_inside_of_elements_cost_their_record_only() -> None:
    """何百重にも入れ子になった記録は、読めるか、壊れたと数えられ、次の記録は読める。"""
    deep: Any = ("x", {}, "a")
    for _ in range(800):
        deep = ("x", {}, [deep])
    (found,) = unpack(evtx_file([event(1, [deep]), event(4624, {"TargetUserName": "太郎"}, record=2)]))
    assert len(found.objects) + len(found.broken) == 2
    assert found.objects[-1]["Event"]["EventData"]["TargetUserName"] == "太郎"


def test_an_evtx_file_in_a_zip_is_read(tmp_path: Path) -> None:
    """圧縮された中の EVTX も、そのまま読める。"""
    import zipfile

    with zipfile.ZipFile(tmp_path / "logs.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Security.evtx", a_file())
    done = report(tmp_path)
    assert (done.events, done.files[0].format, done.files[0].errors) == (10, "windows", 0)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_nothing_that_is_done_to_a_file_breaks_the_parser(data: st.DataObject) -> None:
    """どこをどう壊しても倒れず、記録は読めるか、壊れたと数えられるかのどちらかになる。"""
    raw = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1) | st.integers(4096, 4096 + 3000))
        with_ = data.draw(st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\2\0\0"]) | st.binary(max_size=8))
        raw[at : at + len(with_)] = with_
    cut = bytes(raw[: data.draw(st.integers(8, len(raw)) | st.just(len(raw)))])
    if not parser.frames(cut[:100], "a.evtx"):
        return
    number = 1
    for found in unpack(cut):
        assert found.first == number
        assert len(found.objects) == len(found.raw) == len(found.offsets)
        number += len(found.objects) + len(found.broken)


GOOD = a_file()


def leaves(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """What an object of the parser says, in the form of the second reader."""
    if isinstance(value, dict):
        for key, inside in value.items():
            if key == "#attributes":
                yield from (leaf for name, one in inside.items() for leaf in leaves(one, f"{place}@{name}"))
            else:
                yield from leaves(inside, place if key == "#text" else f"{place}/{key}".lstrip("/"))
    elif isinstance(value, list):
        yield from (leaf for one in value for leaf in leaves(one, place))
    elif value not in (None, ""):
        yield place, str(value).lower() if isinstance(value, bool) else str(value)


def test_every_record_of_real_files_is_read(test_data: Callable[[str], Path]) -> None:
    """よその人が集めた EVTX は、どれも1件も落とさずに読め、仕様から別に書いた読み手と、項目も値も一つ残らず同じ。"""
    records = values = 0
    for name in ("sigma-regression", "evtx-attack-samples"):
        for path in sorted(test_data(name).rglob("*.evtx")):
            data = path.read_bytes()
            batches = list(unpack(data))
            assert not [one for found in batches for one in found.broken]
            objects = [one for found in batches for one in found.objects]
            for one, (number, said) in zip(objects, second.records(data), strict=True):
                event = {key: part for key, part in one["Event"].items() if key != "#attributes"}
                assert sorted(leaves(event)) == sorted(said), (path, number)
                records, values = records + 1, values + len(said)
    assert (records, values) == (8493, 223_062)


@pytest.mark.parametrize("head", [b"", b"ElfFil", b"PK\3\4", b"{}"])
def test_other_files_are_left_alone(head: bytes) -> None:
    """EVTX でないものは、自分のものと言わない。"""
    assert parser.frames(head, "a.evtx") == 0
