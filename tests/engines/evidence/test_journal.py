"""台帳が手もとにないときの手控え：台帳と同じ形の行で、書き換えれば分かる。"""

from __future__ import annotations

from pathlib import Path

import pytest

from hikeshi.engines import evidence
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence.journal import Journal, beside, is_journal, read
from hikeshi.engines.ledger.entry import Actor
from hikeshi.engines.ledger.line import FIRST_PREV, make_line, parse_line
from tests.engines.evidence.parts import contents, write

HANAKO = Actor("console", "花子")


def written(path: Path, count: int = 3) -> Path:
    """A journal of so many lines."""
    journal = Journal(path)
    for number in range(count):
        journal.append("collection.begun", 1, {"number": number, "why": "調べる\x00"}, HANAKO)
    return path


def test_lines_are_read_back_in_order_and_go_on_later(tmp_path: Path) -> None:
    """書いた行は順に読め、あとから続きを書いても一つながりになる。"""
    path = written(tmp_path / "a.journal", 2)
    Journal(path).append("collection.done", 1, {"sha256": "0" * 64}, HANAKO)
    found = read(path)
    assert [one.kind for one in found] == ["collection.begun", "collection.begun", "collection.done"]
    assert [one.number for one in found] == [1, 2, 3]
    assert found[0].actor.name == "花子"
    assert len({one.chain for one in found}) == 1
    assert is_journal(path)


def test_two_hands_write_one_journal_in_turn(tmp_path: Path) -> None:
    """証拠を集める側と切り離す側が交互に書いても、一つながりになる。"""
    first, second = Journal(tmp_path / "a.journal"), Journal(tmp_path / "a.journal")
    for journal in (first, second, second, first):
        journal.append("collection.begun", 1, {}, HANAKO)
    assert [one.number for one in read(tmp_path / "a.journal")] == [1, 2, 3, 4]


@pytest.mark.parametrize("line", [0, 1])
def test_a_changed_line_is_named(tmp_path: Path, line: int) -> None:
    """書き換えた行の次で、つながらないことが分かる。"""
    path = written(tmp_path / "a.journal")
    lines = path.read_bytes().splitlines(keepends=True)
    lines[line] = lines[line].replace("花子".encode(), "太郎".encode())
    path.write_bytes(b"".join(lines))
    with pytest.raises(Problem, match=r"evidence\.journal_broken") as raised:
        read(path)
    assert raised.value.params["line"] == line + 2


@pytest.mark.parametrize(
    "bad",
    [
        {"actor": {"id": 1, "name": 2}},
        {"data": []},
        {"recorded_at": "2026-11-23T00:00:00"},
        {"recorded_at": 5},
        {"kind": None},
        {"version": "1"},
        {"actor": "花子"},
    ],
)
def test_a_line_of_another_shape_is_named(tmp_path: Path, bad: dict[str, object]) -> None:
    """攻撃された機械が作った、形の違う行では、落ちずにその行を挙げる。"""
    (line,) = written(tmp_path / "a.journal", 1).read_bytes().splitlines(keepends=True)
    path = tmp_path / "b.journal"
    path.write_bytes(make_line(FIRST_PREV, {**parse_line(line).fields, **bad}))
    with pytest.raises(Problem, match=r"evidence\.journal_broken"):
        read(path)


def test_a_removed_line_is_named(tmp_path: Path) -> None:
    """抜いた行のところで、つながらないことが分かる。"""
    path = written(tmp_path / "a.journal")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    with pytest.raises(Problem, match=r"evidence\.journal_broken"):
        read(path)


def test_a_line_cut_by_a_pulled_plug_does_no_harm(tmp_path: Path) -> None:
    """電源が抜けて途中で切れた最後の行は数えず、その前の行はそのまま読め、続きも書ける。"""
    path = written(tmp_path / "a.journal")
    whole = path.read_bytes()
    path.write_bytes(whole + b"0" * 64 + b' {"actor"')
    assert len(read(path)) == 3
    Journal(path).append("collection.done", 1, {}, HANAKO)
    assert [one.number for one in read(path)] == [1, 2, 3, 4]
    assert path.read_bytes().startswith(whole)


def test_a_package_that_is_not_the_one_in_its_journal_is_told(tmp_path: Path) -> None:
    """まとまりを丸ごと作り直しても、手控えのハッシュと違うことが分かる。"""
    path = write(tmp_path / "a.tar", contents())
    Journal(beside(path)).append("collection.done", 1, {"sha256": evidence.verify(path).sha256}, HANAKO)
    assert evidence.verify(path).against_journal is True
    write(path, contents({"data/01-clock.txt": b"13:00"}))
    package = evidence.verify(path)
    assert not package.wrong
    assert package.against_journal is False
    assert not package.intact
