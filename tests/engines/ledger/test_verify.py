"""記録の行を調べる仕組みの約束。"""

from __future__ import annotations

import io
import random
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.engines.ledger.line import FIRST_PREV, MAX_LINE, line_sha256, make_line, parse_line
from hikeshi.engines.ledger.verify import MAX_FINDINGS, Report, check_lines, read_lines
from tests.engines.ledger.samples import chain, checkpoint, fields, link

LINES = chain(12)
Lines = list[bytes]


def codes(report: Report) -> list[str]:
    return [problem.code.removeprefix("ledger.") for problem in report.findings]


def places(report: Report) -> list[tuple[str, object]]:
    return [(code, problem.params.get("line")) for code, problem in zip(codes(report), report.findings, strict=True)]


def edited(number: int) -> Lines:
    """One word of an entry, without new hashes."""
    return [line.replace("花子".encode(), "太郎".encode()) if n == number else line for n, line in enumerate(LINES, 1)]


def renumbered(number: int, to: int) -> Lines:
    prev, entry, _ = parse_line(LINES[number - 1])
    return [*LINES[: number - 1], make_line(prev, {**entry, "number": to}), *LINES[number:]]


def relinked(number: int) -> Lines:
    """An entry given another prev."""
    return [*LINES[: number - 1], b"f" * 64 + LINES[number - 1][64:], *LINES[number:]]


def without(*numbers: int) -> Lines:
    return [line for number, line in enumerate(LINES, 1) if number not in numbers]


def order(*numbers: int) -> Lines:
    return [LINES[number - 1] for number in numbers]


def between(place: int, line: bytes) -> Lines:
    return [*LINES[: place - 1], line, *LINES[place - 1 :]]


def forged(number: int, prev: str) -> bytes:
    return make_line(prev, fields(number, data={"key": "planted", "value": "三郎"}))


def prev_of(place: int) -> str:
    """What a line inserted at this place would rightly point at."""
    return line_sha256(LINES[place - 2]) if place > 1 else FIRST_PREV


@pytest.mark.parametrize("count", [0, 1, 2, 12])
def test_a_whole_chain_is_intact(count: int) -> None:
    """手の加わっていない記録は、そう言う。"""
    lines = chain(count)
    report = check_lines(lines, [checkpoint(lines)])
    assert report.intact and report.covered == report.lines == count
    assert report.size == sum(map(len, lines))
    assert report.head == (line_sha256(lines[-1]) if lines else FIRST_PREV)
    assert report.chain == (checkpoint(lines).chain if lines else None)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (edited(1), [("edited", 1)]),
        (edited(5), [("edited", 5)]),
        (edited(11), [("edited", 11)]),
        (renumbered(5, 50), [("edited", 5)]),
        (renumbered(5, 2), [("edited", 5)]),
        (without(1), [("deleted", 1)]),
        (without(5), [("deleted", 5)]),
        (without(5, 6, 7), [("deleted", 5)]),
        (without(2, 9), [("deleted", 2), ("deleted", 8)]),
        (order(1, 3, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12), [("reordered", 2)]),
        (order(1, 2, 3, 10, 4, 5, 6, 7, 8, 9, 11, 12), [("reordered", 4)]),
        (order(1, 3, 4, 5, 6, 7, 2, 8, 9, 10, 11, 12), [("reordered", 7)]),
        (order(2, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), [("reordered", 1)]),
        (order(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 11), [("reordered", 11)]),
        (order(1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), [("inserted", 4)]),
        (order(1, 2, 3, 4, 5, 6, 7, 2, 8, 9, 10, 11, 12), [("inserted", 8)]),
        (between(5, forged(5, prev_of(5))), [("inserted", 5)]),
        (between(5, forged(5, "f" * 64)), [("inserted", 5)]),
        (between(5, forged(99, prev_of(5))), [("inserted", 5)]),
        (between(5, forged(4, prev_of(4))), [("inserted", 5)]),
        (between(1, forged(1, FIRST_PREV)), [("inserted", 1)]),
        (between(6, b"rubbish\n"), [("line_without_prev", 6)]),
        (between(6, b"\n"), [("line_without_prev", 6)]),
        (
            [line.replace(b"\n", b"\r\n") if n == 3 else line for n, line in enumerate(LINES)],
            [("line_not_canonical", 4)],
        ),
        ([*LINES[:-1], LINES[-1][:-1]], [("line_unfinished", 12)]),
        ([*LINES[:-1], LINES[-1][:40]], [("line_unfinished", 12)]),
        (
            [*LINES[:4], LINES[4][:65] + b"{}\n", *LINES[5:]],
            [("line_without_number", 5)],
        ),
    ],
)
def test_each_hand_in_the_chain_is_found_where_it_was(lines: Lines, found: list[tuple[str, int]]) -> None:
    """書き換え、削除、並べ替え、挿入を、その場所だけで見つける。"""
    assert places(check_lines(lines)) == found
    assert places(check_lines(lines, [checkpoint(LINES)]))[: len(found)] == found


def test_a_changed_link_shows_at_both_its_ends() -> None:
    """前の行の指紋だけを書き換えても、つながりの両側で分かる。"""
    assert places(check_lines(relinked(5))) == [("edited", 4), ("edited", 5)]
    assert places(check_lines(relinked(1))) == [("edited", 1)]


def test_a_deleted_range_is_named() -> None:
    """なくなった番号の範囲を言う。"""
    (problem,) = check_lines(without(5, 6, 7)).findings
    assert (problem.params["first"], problem.params["last"]) == (5, 7)


def test_a_reversed_chain_is_no_single_fault() -> None:
    """逆順の記録は、並べ替えと言う。"""
    found = codes(check_lines(LINES[::-1]))
    assert set(found) == {"reordered"} and len(found) == 11


def rewritten(number: int) -> Lines:
    """An entry edited and every hash after it made anew: a chain without a fault of its own."""
    entries = [parse_line(line).fields for line in LINES]
    entries[number - 1] = {**entries[number - 1], "data": {"key": "planted", "value": "三郎"}}
    return link(entries)


WHOLE = {
    "cut short": (LINES[:-1], "cut_short"),
    "cut to nothing": ([], "cut_short"),
    "rewritten from the first": (rewritten(1), "not_as_signed"),
    "rewritten in the middle": (rewritten(6), "not_as_signed"),
    "the last entry forged": (rewritten(12), "not_as_signed"),
    "rewritten and continued": ([*rewritten(6), forged(13, line_sha256(rewritten(6)[-1]))], "not_as_signed"),
    "an entry taken out and all renumbered": (link([fields(n) for n in range(1, 12)]), "cut_short"),
}


@pytest.mark.parametrize("name", list(WHOLE))
def test_what_leaves_the_chain_whole_shows_against_a_checkpoint(name: str) -> None:
    """切り取り、書き直し、最後の行の差し替えは、別に置いた控えと比べると分かる。"""
    lines, code = WHOLE[name]
    assert check_lines(lines).intact
    assert codes(check_lines(lines, [checkpoint(LINES)])) == [code]


def test_growing_after_the_checkpoint_is_no_fault() -> None:
    """控えのあとに続いた記録は、問題ではない。どこまで控えと同じかを言う。"""
    report = check_lines(LINES, [checkpoint(LINES[:7])])
    assert report.intact and report.covered == 7


def test_several_checkpoints_narrow_the_place() -> None:
    """控えがいくつもあれば、どこまで無事かを狭められる。"""
    points = [checkpoint(LINES[:count]) for count in (12, 3, 9)]
    report = check_lines(rewritten(6), points)
    assert [(p.params["number"], p.params["since"]) for p in report.findings] == [(9, 3), (12, 3)]
    assert report.covered == 3


def test_the_size_of_a_checkpoint_counts_too() -> None:
    """最後の行が同じでも、全体の長さが違えば分かる。"""
    report = check_lines(LINES, [checkpoint(LINES, size=1)])
    assert codes(report) == ["not_as_signed"]


def test_lines_of_another_case_are_told() -> None:
    """別の案件の行や控えが混ざれば、そう言う。"""
    mixed = link([fields(1), fields(2, chain="another"), fields(3)])
    assert places(check_lines(mixed)) == [("other_chain", 2)]
    assert codes(check_lines(LINES, [checkpoint(LINES, chain="another")])) == ["checkpoint_of_another_chain"]


@given(st.integers(0, sum(map(len, LINES)) - 1), st.integers(1, 255))
def test_any_byte_that_changes_is_found(place: int, flip: int) -> None:
    """どの1バイトがどう変わっても、控えがあれば見つかる。"""
    data = bytearray(b"".join(LINES))
    data[place] ^= flip
    assert not check_lines(read_lines([io.BytesIO(bytes(data))]), [checkpoint(LINES)]).intact


@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_mix_of_hands_is_found(chance: random.Random, hands: int) -> None:
    """何をどう組み合わせて手を加えても、元のままでない限り見つかる。"""
    lines = list(LINES)
    for _ in range(hands):
        place = chance.randrange(len(lines))
        act: Callable[[], None] = chance.choice(
            [
                lambda place=place: lines.pop(place),
                lambda place=place: lines.insert(chance.randrange(len(lines)), lines[place]),
                lambda place=place: lines.insert(
                    place, forged(chance.randrange(1, 15), prev_of(chance.randrange(1, 12)))
                ),
                lambda place=place: lines.sort(key=lambda _: chance.random()),
                lambda place=place: lines.__setitem__(place, chance.randbytes(30) + b"\n"),
            ]
        )
        act()
    report = check_lines(lines, [checkpoint(LINES)])
    assert report.intact == (lines == LINES)


def test_files_are_read_as_one_chain() -> None:
    """区切りに分かれたファイルも、つながったひとつの記録として調べる。"""
    parts = [io.BytesIO(b"".join(LINES[:5])), io.BytesIO(b"".join(LINES[5:6])), io.BytesIO(b"".join(LINES[6:]))]
    assert check_lines(read_lines(parts), [checkpoint(LINES)]).intact


def test_a_line_without_end_fills_no_memory() -> None:
    """終わりのない行は、頭だけを読んで先へ進む。"""
    endless = io.BytesIO(b"x" * (5 * MAX_LINE) + b"\n" + LINES[0])
    pieces = list(read_lines([endless]))
    assert [len(piece) for piece in pieces] == [MAX_LINE + 1, len(LINES[0])]
    assert codes(check_lines(pieces))[0] == "line_too_long"


def endless_chain(count: int) -> Iterator[bytes]:
    prev = FIRST_PREV
    for number in range(1, count + 1):
        line = make_line(prev, fields(number))
        prev = line_sha256(line)
        yield line


@pytest.mark.parametrize("make", [endless_chain, lambda count: (b"rubbish %d\n" % n for n in range(count))])
def test_memory_stays_bounded(make: Callable[[int], Iterator[bytes]]) -> None:
    """記録が何倍長くても、ごみばかりでも、使うメモリーは増えない。"""
    peaks = []
    for count in (4_000, 20_000):
        tracemalloc.start()
        report = check_lines(make(count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert report.lines == count
        assert len(report.findings) <= MAX_FINDINGS
        assert len(report.findings) + report.unlisted in (0, count)
    assert peaks[1] < peaks[0] * 1.2
