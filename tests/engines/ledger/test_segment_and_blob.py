"""記録の区切りと、捨てられる文章の約束。"""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.blob import blob_of, new_text_blob, read_text_blob
from hikeshi.engines.ledger.segment import SEGMENT_LINES, first_line, parse_segment_name, segment_name, segments


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (1, "line-000000000001.txt"),
        (SEGMENT_LINES, "line-000000000001.txt"),
        (SEGMENT_LINES + 1, "line-000000010001.txt"),
        (1_000_000, "line-000000990001.txt"),
    ],
)
def test_a_segment_is_named_after_its_first_line(number: int, name: str) -> None:
    """区切りのファイルは、最初の行の番号を名前に持つ。"""
    assert segment_name(number) == name
    assert parse_segment_name(name) == first_line(number)


@pytest.mark.parametrize(
    "name", ["line-1.txt", "line-000000000002.txt", "line-000000000000.txt", "line-000000010001.txt ", "../x", ""]
)
def test_other_names_are_no_segments(name: str) -> None:
    """区切りの始まりでない番号や、ほかの名前は、区切りではない。"""
    assert parse_segment_name(name) is None


def test_lines_are_numbered_from_one() -> None:
    """0行目の区切りはない。"""
    with pytest.raises(ValueError, match="from 1"):
        segment_name(0)


@pytest.mark.parametrize("count", [0, 1, SEGMENT_LINES, SEGMENT_LINES + 1, 2 * SEGMENT_LINES])
def test_segments_laid_end_to_end_are_the_chain(count: int) -> None:
    """区切りをつなげると元の記録と1バイトも違わず、短いのは最後だけ。"""
    lines = [b"%d\n" % number for number in range(1, count + 1)]
    cut = [(name, list(group)) for name, group in segments(iter(lines))]
    assert [line for _, group in cut for line in group] == lines
    assert [name for name, _ in cut] == sorted(segment_name(n) for n in range(1, count + 1, SEGMENT_LINES))
    assert all(len(group) == SEGMENT_LINES for _, group in cut[:-1])


@given(st.text(max_size=50))
def test_a_text_comes_back_as_it_was(text: str) -> None:
    """残した文章は、空でも複数行でも、そのまま読み戻せる。"""
    if "\x00" not in text:
        data = new_text_blob(text)
        assert read_text_blob(data, blob_of(data)) == text


def test_sha256sum_checks_a_text(tmp_path: Path) -> None:
    """文章のファイルの sha256sum が、記録の指す名前と同じになる。"""
    data = new_text_blob("患者 山田さまの件")
    (tmp_path / "x").write_bytes(data)
    said = subprocess.run(["sha256sum", tmp_path / "x"], capture_output=True, text=True, check=True).stdout
    assert said.split()[0] == blob_of(data) == hashlib.sha256(data).hexdigest()


def test_the_same_text_has_another_name_each_time() -> None:
    """同じ文章でも名前は毎回違い、名前から中身を当てることはできない。"""
    assert blob_of(new_text_blob("はい")) != blob_of(new_text_blob("はい"))
    assert new_text_blob("はい", salt=bytes(32)) == b"0" * 64 + b"\n" + "はい".encode()
    with pytest.raises(ValueError, match="32"):
        new_text_blob("はい", salt=b"short")


def test_what_no_text_can_hold_is_replaced_visibly() -> None:
    """文字として書けないものは、見える形で残る。"""
    assert read_text_blob(new_text_blob("a\x00\udc80")) == "a〔U+0000〕〔U+DC80〕"


@pytest.mark.parametrize("data", [b"", b"x", b"0" * 64, b"0" * 63 + b"\nx", b"0" * 64 + b"\n\xff", b"G" * 64 + b"\nx"])
def test_other_files_are_no_texts(data: bytes) -> None:
    """文章のファイルでないものは、そう言う。"""
    with pytest.raises(Problem) as caught:
        read_text_blob(data)
    assert caught.value.code == "ledger.not_a_blob"


def test_a_changed_text_is_told() -> None:
    """1文字でも変わった文章は、読まずにそう言う。"""
    data = new_text_blob("はい")
    with pytest.raises(Problem) as caught:
        read_text_blob(data + b"!", blob_of(data))
    assert caught.value.code == "ledger.blob_changed"
