"""どんな流れからも、行を取り出す。"""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.engines.common.encodings import Encoding
from hikeshi.engines.logs.lines import CHUNK, LONGEST, Chunk, chunks

PLAIN = Encoding("utf-8")


def cut(data: bytes, encoding: Encoding = PLAIN, head: int = 0) -> list[Chunk]:
    stream = io.BytesIO(data)
    return list(chunks(stream, encoding, stream.read(head)))


def numbered(data: bytes, encoding: Encoding = PLAIN, head: int = 0) -> list[tuple[int, int, bytes]]:
    return [(c.first + i, c.offset(i), line) for c in cut(data, encoding, head) for i, line in enumerate(c.lines)]


@given(st.lists(st.binary(max_size=40).filter(lambda b: b"\n" not in b and b"\r" not in b), min_size=1), st.booleans())
def test_every_line_comes_once_with_its_number_and_place(lines: list[bytes], ended: bool) -> None:
    """どの行も一度だけ、正しい番号と位置で出てくる。"""
    data = b"\n".join(lines) + (b"\n" if ended else b"")
    expected = data.split(b"\n")
    if not expected[-1]:
        expected.pop()
    found = numbered(data, head=7)
    assert [line for _, _, line in found] == expected
    assert [n for n, _, _ in found] == list(range(1, len(expected) + 1))
    assert all(data[at : at + len(line)] == line for _, at, line in found)


def test_a_log_larger_than_a_chunk_keeps_counting() -> None:
    """大きなログでも、番号と位置がずれない。"""
    data = b"".join(b"line %d\r\n" % n for n in range(60_000))
    assert len(data) > 3 * CHUNK
    found = numbered(data)
    assert [line for _, _, line in found] == [b"line %d" % n for n in range(60_000)]
    assert all(data[at:].startswith(line + b"\r\n") for _, at, line in found[::7000])


def test_windows_line_ends_are_line_ends() -> None:
    """Windows の改行でも、行の終わりに余計な文字は残らない。"""
    assert numbered(b"a\r\n\r\nb") == [(1, 0, b"a"), (2, 3, b""), (3, 5, b"b")]


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_wide_text_keeps_the_places_of_its_own_bytes(name: str) -> None:
    """UTF-16 でも、位置は元のファイルのバイトで数える。"""
    mark = "\ufeff".encode(name)
    data = mark + "一行目\n二行目 👍\n".encode(name)
    found = numbered(data, Encoding(name, len(mark)), head=64)
    assert [line.decode() for _, _, line in found] == ["一行目", "二行目 👍"]
    assert data[found[1][1] :].decode(name).startswith("二行目")


def test_damaged_wide_text_is_not_lost() -> None:
    """壊れた UTF-16 でも、読める行は読める。"""
    data = "good\n".encode("utf-16-le") + b"\x00\xdc\x00\xdc" + "\nmore\n".encode("utf-16-le") + b"x"
    assert {b"good", b"more"} <= {line for _, _, line in numbered(data, Encoding("utf-16-le"))}


class Endless:
    """A stream of letters that makes them as they are read."""

    def __init__(self, size: int, tail: bytes) -> None:
        self.left, self.tail = size, tail

    def read(self, size: int, /) -> bytes:
        if self.left <= 0:
            tail, self.tail = self.tail, b""
            return tail
        size = min(size, self.left)
        self.left -= size
        return b"A" * size


def test_a_line_of_100_megabytes_is_cut_and_the_next_is_whole() -> None:
    """100 MB の一行はメモリに載せず、次の行は無事に読む。"""
    size = 100 << 20
    found = list(chunks(Endless(size, b"\nnext\n"), PLAIN))
    assert [c.too_long for c in found] == [True, False]
    assert len(found[0].lines[0]) < LONGEST
    assert (found[1].lines, found[1].first, found[1].at) == ([b"next"], 2, size + 1)


def test_carriage_returns_alone_end_lines() -> None:
    """行の終わりが CR だけのファイルも、行に分ける。"""
    assert numbered(b"a\rbb\r\rc\n") == [(1, 0, b"a"), (2, 2, b"bb"), (3, 5, b""), (4, 6, b"c")]
    assert numbered(b"a\rb\nc\n") == [(1, 0, b"a\rb"), (2, 4, b"c")]
    assert numbered(b"a\r\n") == [(1, 0, b"a")]
