"""証拠を集めて事故の記録に入れる：する前、したあと、できなかったこと。"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.contain import evidence as collecting
from hikeshi.contain import evidence_books
from hikeshi.contain.evidence_import import take_in
from hikeshi.engines import evidence
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence import Order
from hikeshi.engines.evidence.journal import beside
from hikeshi.engines.ledger.entry import Actor
from hikeshi.site import dispatch
from tests.cast import Cast, assemble
from tests.engines.evidence.parts import contents, member, write

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="collects from this Linux"),
]
SHORT = '    item 01-clock volatile 5 4096 \'"name":"clock","command":"date"\' \'date; exit 3\''


@pytest.fixture
def cast() -> Cast:
    """花子, 太郎 and 三郎."""
    return assemble()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A collector of one item: what it takes is tested beside the engine."""
    whole = evidence.script("linux")
    start, end = whole.index("    item 01-clock"), whole.index("\n    finish\n")

    def short(os: str, **named: Any) -> str:
        settings = "".join(f"{name}='{value}'\n" for name, value in (named.get("settings") or {}).items())
        return settings + whole[:start] + SHORT + whole[end:]

    monkeypatch.setattr("hikeshi.engines.evidence.running.script", short)


def kinds(case: Any) -> list[str]:
    """What a case's record holds of the collection."""
    return [entry.kind for entry in casebook.entries(case) if entry.kind.startswith(("collection.", "evidence."))]


def test_the_intent_stands_in_the_record_before_anything_is_done(
    cast: Cast, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """集める前に「集め始める」が、集めたあとに結果が、記録に入る。ファイルは同じハッシュで保管される。"""
    case = cast.open_case()
    before: list[list[str]] = []
    real = evidence.take
    monkeypatch.setattr(evidence, "take", lambda *given: (before.append(kinds(case)), real(*given))[1])
    order = Order(tmp_path / "a.tar", stages=("volatile",), why="不審な通信")
    outcome = collecting.collect(order, collecting.InCase(case, cast.actor))
    assert before == [["collection.begun"]]
    assert kinds(case) == ["collection.begun", "evidence.kept", "collection.done"]
    begun, kept, done = (
        entry for entry in casebook.entries(case) if entry.kind.startswith(("collection.", "evidence."))
    )
    assert casebook.text(case, begun.data["why"]) == "不審な通信"
    assert done.data["sha256"] == kept.data["sha256"] == outcome.package.sha256
    assert done.data["failed"] == ["clock"]
    assert done.data["intact"] is True
    with casebook.open_evidence(case, done.data["sha256"]) as file:
        assert file.read() == (tmp_path / "a.tar").read_bytes()
    assert "a.tar" in casebook.saying(case, done, "ja").line
    assert casebook.saying(case, begun, "en").line


def test_a_failure_is_an_entry_too(cast: Cast, tmp_path: Path) -> None:
    """集められなかったことも記録に入る。"""
    case = cast.open_case()
    out = tmp_path / "a.tar"
    out.write_bytes(b"earlier")
    with pytest.raises(Problem, match=r"evidence\.exists"):
        collecting.collect(Order(out), collecting.InCase(case, cast.actor))
    (failed,) = casebook.entries(case, kinds=["collection.failed"])
    assert failed.data["problem"] == "evidence.exists"
    assert failed.data["sha256"] == ""
    assert kinds(case) == ["collection.begun", "collection.failed"]


def test_what_came_before_a_failure_is_kept(cast: Cast, tmp_path: Path, quick: None) -> None:
    """途中で止まっても、届いた分は記録とともに保管される。"""
    case = cast.open_case()
    with pytest.raises(Problem, match=r"evidence\.too_large"):
        collecting.collect(Order(tmp_path / "a.tar", most=1024), collecting.InCase(case, cast.actor))
    (failed,) = casebook.entries(case, kinds=["collection.failed"])
    with casebook.open_evidence(case, failed.data["sha256"]) as file:
        assert file.read() == (tmp_path / "a.tar.part").read_bytes()


def test_without_a_casebook_the_journal_is_taken_in_later(cast: Cast, tmp_path: Path, quick: None) -> None:
    """台帳がないときの手控えは、あとで取り込むと、同じ時刻の記録になる。二度取り込んでも増えない。"""
    out = tmp_path / "a.tar"
    collecting.collect(Order(out, why="調べる"), collecting.InJournal(out, Actor("console", "太郎")))
    assert beside(out).is_file()
    case = cast.open_case()
    package = take_in(case, out, cast.actor)
    assert package
    assert package.intact
    assert package.against_journal
    found = [entry for entry in casebook.entries(case) if entry.kind.startswith("collection.")]
    assert [entry.kind for entry in found] == ["collection.begun", "collection.done", "collection.imported"]
    assert found[0].actor.name == "太郎"
    assert found[0].happened_at < found[2].recorded_at
    assert casebook.text(case, found[0].data["why"]) == "調べる"
    assert found[2].data["intact"] is True
    count = len(list(casebook.entries(case)))
    take_in(case, out, cast.actor)
    assert len(list(casebook.entries(case))) == count


def test_a_hostile_package_is_kept_and_its_tricks_are_named(cast: Cast, tmp_path: Path) -> None:
    """攻撃された機械のまとまりも保管し、変わったもの、外へ出る名前、リンクを、記録に名前で残す。"""
    files = contents({"data/02-routes.txt": b"x"})
    files["data/02-routes.txt"] = b"y"
    odd = [member("../../etc/cron.d/x", b"* * * * *"), member("evidence/data/l", kind=b"2", link="/etc/shadow")]
    path = write(tmp_path / "a.tar", files, odd)
    case = cast.open_case()
    package = take_in(case, path, cast.actor)
    assert package
    assert not package.intact
    (entry,) = casebook.entries(case, kinds=["collection.imported"])
    assert entry.data["altered"] == ["data/02-routes.txt"]
    assert entry.data["refused"] == [
        "evidence.bad_name: ../../etc/cron.d/x",
        "common.not_a_file: a.tar!evidence/data/l",
    ]
    assert entry.data["host"] == "web1"
    assert casebook.is_intact(case, entry.data["sha256"])


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """A command: its exit code and what it said."""
    code = dispatch.main(["evidence", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_command_writes_into_the_only_open_incident(
    cast: Cast, tmp_path: Path, quick: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """開いている事故が一つなら、その記録に入る。二つあれば手控えに書き、どちらにも入れない。"""
    monkeypatch.setattr(evidence_books, "there", lambda: True)
    case = cast.open_case()
    code, out, _ = run(capsys, "collect", "--out", str(tmp_path / "a.tar"), "--json")
    told = json.loads(out)
    assert (code, told["case"], told["intact"]) == (0, case.reference, True)
    assert "collection.done" in kinds(case)
    other = cast.open_case("別の事故")
    code, out, _ = run(capsys, "collect", "--out", str(tmp_path / "b.tar"))
    assert code == 0
    assert beside(tmp_path / "b.tar").is_file()
    assert "b.tar.journal" in out
    assert kinds(other) == []
    code, _, err = run(capsys, "import", str(tmp_path / "b.tar"))
    assert code == 2
    assert other.reference in err
    code, out, _ = run(capsys, "import", str(tmp_path / "b.tar"), "--case", other.reference)
    assert (code, "collection.imported" in kinds(other)) == (0, True)


def test_the_command_names_what_was_altered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """変わったファイルの名前を言い、終了番号は 1。端末を乱す文字は見える形になる。"""
    files = contents({"data/02-routes.txt": b"x"})
    files["data/02-routes.txt"] = b"y"
    path = write(tmp_path / "a.tar", files, [member("evidence/data/\x1b[2J.txt", b"x")])
    code, out, _ = run(capsys, "verify", str(path))
    assert code == 1
    assert "data/02-routes.txt" in out
    assert "\x1b" not in out
    assert "<U+001B>" in out
    code, out, _ = run(capsys, "verify", str(write(tmp_path / "b.tar", contents())))
    assert (code, "変えられたところは見つかりません" in out) == (0, True)


@pytest.mark.parametrize("system", ["linux", "macos", "windows"])
def test_the_collector_is_written_to_a_stick(tmp_path: Path, capsys: pytest.CaptureFixture[str], system: str) -> None:
    """持っていく手順を、フォルダに書き出せる。"""
    code, _, _ = run(capsys, "script", "--os", system, "--out", str(tmp_path / "usb"))
    (made,) = (tmp_path / "usb").iterdir()
    assert code == 0
    assert made.name == evidence.collector(system).script
    assert made.read_bytes().startswith(b"\xef\xbb\xbf#" if system == "windows" else b"#!/bin/sh")


def test_mistakes_are_told_and_change_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """書き間違いは、何が起き、次に何をすればよいかを言って終わる。"""
    for words in (
        ["collect", "--out", "a.tar", "--stage", "fast"],
        ["collect", "--out", "a.tar", "--host", "-oProxyCommand=x"],
        ["collect", "--out", "a.tar", "--os", "amiga"],
        ["collect", "--out", "a.tar", "--os", "windows"],
        ["collect", "--out", "a.tar", "--case", "HKS-1999-001"],
        ["script", "--os", "amiga", "--out", "usb"],
        ["import", "a.tar", "--case", "HKS-1999-001"],
    ):
        placed = [str(tmp_path / word) if word in ("a.tar", "usb") else word for word in words]
        code, out, err = run(capsys, *placed)
        assert (code, out) == (2, ""), words
        assert err.strip().endswith("。"), words
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(".journal")] == []
