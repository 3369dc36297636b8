"""規則のフォルダからパックを作る。悪い規則は、その規則だけを失う。"""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.logs.report import Report
from hikeshi.engines.logs.sigma import files as place
from hikeshi.engines.logs.sigma import opening
from hikeshi.engines.logs.sigma.build import build
from hikeshi.engines.logs.sigma.kernel import Kernel
from hikeshi.engines.logs.sigma.making import make
from hikeshi.engines.logs.sigma.opening import open_rules
from hikeshi.engines.logs.sigma.pack import COMPILER, Pack
from hikeshi.engines.logs.sigma.sink import Rules
from tests.engines.logs.sigma.batches import batch, files, fired, matches, pack_of, rule

GOOD = rule({"s": {"A": "x"}, "condition": "s"})


def refused(detection: object, **more: object) -> str:
    made = pack_of([GOOD, {"title": "bad", "logsource": {"product": "test"}, "detection": detection, **more}])
    assert [one["title"] for one in made.rules] == ["rule 0"]
    assert [one["title"] for one in made.refused] == ["bad"]
    return made.refused[0]["why"]


def test_bad_rules_cost_only_themselves() -> None:
    """読めない規則は理由とともに外れ、ほかの規則は残る。"""
    assert "nosuch" in refused({"s": {"A|nosuch": "x"}, "condition": "s"})
    assert "t" in refused({"s": {"A": "x"}, "condition": "s and t"})
    assert "%who%" in refused({"s": {"A|expand": "%who%"}, "condition": "s"})
    assert "invalid" in refused({"s": {"A|re": "(?=x)"}, "condition": "s"})
    assert refused({"s": {"A": "x"}})
    assert "id" in refused({"s": {"A": "x"}, "condition": "s"}, id=GOOD["id"])


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"a: [",
        b"- 1\n- 2",
        b"title: x",
        b"a: &a [x]\nb: *c",
        b"[" * 5000,
        b"!!python/object:os.system {}",
    ],
)
def test_a_file_that_is_no_rule(content: bytes) -> None:
    """規則でないファイルがあっても、ほかの規則は残る。"""
    made = build([("bad.yml", content), *files([GOOD])])
    assert len(made.rules) == 1
    assert [one["file"] for one in made.refused] == ["bad.yml"]


def test_what_a_refused_rule_asks_is_not_kept() -> None:
    """外れた規則の問いは、パックに残らない。"""
    bad = {
        "title": "bad",
        "logsource": {"product": "test"},
        "detection": {"s": {"Z": "q", "A|expand": "%w%"}, "condition": "s"},
    }
    last = rule({"s": {"B": "y"}, "condition": "s"}, 1)
    made = pack_of([bad, last])
    assert [(atom.field, atom.value) for atom in made.atoms] == [("B", "y")]
    assert fired(Kernel([made]), batch([{"B": "y"}])) == {(last["id"], 0)}


def test_equal_questions_are_asked_once() -> None:
    """同じ項目の同じ問いは、いくつの規則にあっても1つになる。"""
    made = pack_of([rule({"s": {"A|contains": ["x", "X"]}, "condition": "s"}, n) for n in range(5)])
    assert len(made.atoms) == 1


def test_what_is_told_of_a_rule() -> None:
    """題・重さ・作者・参考などは、パックに残る。"""
    more = {
        "references": ["https://example.jp/1"],
        "tags": ["attack.t1110"],
        "status": "test",
        "falsepositives": ["棚卸し"],
    }
    one = pack_of([GOOD | more]).rules[0]
    told = {name: one[name] for name in ("title", "level", "author", *more)}
    assert told == {"title": "rule 0", "level": "high", "author": "花子"} | more


def test_placeholders() -> None:
    """%名前% には、与えた値のどれもが入る。"""
    one = rule({"s": {"A|expand": r"corp\%admins%"}, "condition": "s"})
    kernel = Kernel([pack_of([one], placeholders={"admins": ["hanako", "taro*"]})])
    some = batch([{"A": r"CORP\Hanako"}, {"A": r"corp\taro1"}, {"A": r"corp\%admins%"}])
    assert {row for _, row in fired(kernel, some)} == {0, 1}
    cased = rule({"s": {"A|expand|cased": "%admins%"}, "condition": "s"})
    kernel = Kernel([pack_of([cased], placeholders={"admins": ["Hanako"]})])
    assert {row for _, row in fired(kernel, batch([{"A": "hanako"}, {"A": "Hanako"}]))} == {1}


def test_filters() -> None:
    """除外の規則は、指した規則にだけ効く。"""
    other = rule({"s": {"A": "x"}, "condition": "s"}, 1)
    besides = {
        "title": "the backup",
        "logsource": {"product": "test"},
        "filter": {"rules": [GOOD["id"]], "sel": {"B": "backup"}, "condition": "not sel"},
    }
    some = batch([{"A": "x"}, {"A": "x", "B": "backup"}])
    assert fired(Kernel([pack_of([GOOD, other, besides])]), some) == {
        (GOOD["id"], 0),
        (other["id"], 0),
        (other["id"], 1),
    }
    lost = besides | {
        "filter": {"rules": ["00000000-0000-4000-8000-00000000ffff"], "sel": {"B": "b"}, "condition": "sel"}
    }
    assert pack_of([GOOD, lost]).refused[0]["title"] == "the backup"


def test_global_and_repeat() -> None:
    """昔の書き方（action: global・repeat）も読める。"""
    common = {"action": "global", "title": "t", "logsource": {"product": "test"}, "level": "low"}
    text = yaml.safe_dump_all(
        [
            common,
            {"detection": {"s": {"A": "x"}, "condition": "s"}},
            {"action": "repeat", "detection": {"s": {"A": "y"}}},
        ]
    )
    kernel = Kernel([build([("a.yml", text.encode())])])
    assert {row for _, row in fired(kernel, batch([{"A": "x"}, {"A": "y"}, {"A": "z"}]))} >= {1}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rules = tmp_path / "rules" / "deep"
    rules.mkdir(parents=True)
    for name, content in files([GOOD, rule({"s": {"B": "y"}, "condition": "s"}, 1)]):
        (rules / name).write_bytes(content)
    (rules / "README.md").write_text("no rule")
    (tmp_path / "rules" / ".github").mkdir()
    (tmp_path / "rules" / ".github" / "ci.yml").write_text("jobs: {}")
    return tmp_path / "rules"


def test_folder_zip_and_tar_are_the_same(folder: Path, tmp_path: Path) -> None:
    """フォルダからでも zip からでも tar からでも、同じパックができる。"""
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive, tarfile.open(tmp_path / "r.tar.gz", "w:gz") as tar:
        for name, content in place.rule_files(folder):
            archive.writestr(name, content)
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    packs = [open_rules(path, None) for path in (folder, tmp_path / "r.zip", tmp_path / "r.tar.gz")]
    assert len(packs[0].rules) == 2
    assert [(one.atoms, one.rules, one.refused) for one in packs[1:]] == [(packs[0].atoms, packs[0].rules, [])] * 2


def test_the_same_rules_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """同じ規則からは、1バイトも違わないパックができ、読み戻すと同じ。"""
    first, second = make(folder, tmp_path / "a.pack"), make(folder, tmp_path / "b.pack")
    assert (first.rules, first.refused, first.sha256) == (2, [], second.sha256)
    assert (tmp_path / "a.pack").read_bytes() == (tmp_path / "b.pack").read_bytes()
    assert Pack.read(tmp_path / "a.pack").rules == open_rules(folder, None).rules


def test_a_folder_is_compiled_once(folder: Path, tmp_path: Path) -> None:
    """規則のフォルダは、変わらないかぎり一度しかまとめない。壊れた控えは作り直す。"""
    first = open_rules(folder, tmp_path / "cache")
    (kept,) = (tmp_path / "cache" / "packs").iterdir()
    before = kept.stat().st_mtime_ns
    assert open_rules(folder, tmp_path / "cache").rules == first.rules
    assert kept.stat().st_mtime_ns == before
    kept.write_bytes(b"PK\x03\x04 half")
    assert open_rules(folder, tmp_path / "cache").rules == first.rules
    assert kept.stat().st_size > 100


def test_a_folder_is_compiled_anew_by_another_version(folder: Path, tmp_path: Path, monkeypatch) -> None:
    """まとめ方の版が変われば作り直し、同じ中身でも、名前の違うフォルダの規則はその名で出る。"""
    cache = tmp_path / "cache"
    open_rules(folder, cache)
    monkeypatch.setattr(opening, "version_of", lambda name: f"{name} next")
    open_rules(folder, cache)
    assert len(list((cache / "packs").iterdir())) == 2
    other = folder.rename(folder.with_name("others"))
    assert open_rules(other, cache).source == "others"


def problem_of(path: Path) -> str:
    with pytest.raises(Problem) as raised:
        open_rules(path, None)
    return raised.value.code


def test_what_is_no_pack(tmp_path: Path, folder: Path) -> None:
    """パックでないもの、壊れたもの、新しすぎるものは、そう告げる。"""
    pack = tmp_path / "a.pack"
    make(folder, pack)
    whole = pack.read_bytes()
    assert problem_of(tmp_path / "none.pack") == "logs.no_pack"
    (tmp_path / "empty").mkdir()
    assert problem_of(tmp_path / "empty") == "logs.no_rules"
    pack.write_bytes(whole[: len(whole) // 2])
    assert problem_of(pack) == "logs.not_a_pack"
    for data, code in (
        (b'{"format": "other"}', "logs.not_a_pack"),
        (b'{"format":"hikeshi.sigma-pack","version":9}', "logs.newer_pack"),
    ):
        with zipfile.ZipFile(pack, "w") as archive:
            archive.writestr("pack.json", data)
        assert problem_of(pack) == code


def test_two_packs_together() -> None:
    """2つのパックをいっしょに使える。同じ id の規則は、先のパックのものだけが働く。"""
    mine = pack_of([GOOD, rule({"s": {"B": "y"}, "condition": "s"}, 1)])
    theirs = pack_of([GOOD | {"title": "theirs"}, rule({"s": {"C": "z"}, "condition": "s"}, 2)])
    kernel = Kernel([mine, theirs])
    some = batch([{"A": "x"}, {"B": "y"}, {"C": "z"}])
    assert sorted((kernel.rules[n]["title"], rows.tolist()) for n, rows in kernel.run(some)[0]) == [
        ("rule 0", [0]),
        ("rule 1", [1]),
        ("rule 2", [2]),
    ]


def test_levels_choose_rules() -> None:
    """重さを選ぶと、その重さの規則だけが働く。"""
    low = rule({"s": {"A": "x"}, "condition": "s"}, 1, level="low")
    assert fired(Kernel([pack_of([GOOD, low])], levels=["low"]), batch([{"A": "x"}])) == {(low["id"], 0)}


def test_a_long_list_of_ors() -> None:
    """値が何千あっても、規則は働く。"""
    assert matches({"A|contains": [f"value{n}x" for n in range(3000)]}, {"A": "a value2999x b"})


def test_a_pack_says_who_made_it(tmp_path: Path) -> None:
    """パックは、規則を書いた人と、まとめた道具の版を覚えていて、前の版のものだとわかる。"""
    made = pack_of([rule({"s": {"A": "b"}, "condition": "s"}, 1, author="三郎")])
    made.write(tmp_path / "a.pack")
    read = Pack.read(tmp_path / "a.pack")
    assert (read.maker["compiler"], read.rules[0]["author"], read.old) == (COMPILER, "三郎", False)
    assert set(read.maker) == {"compiler", "pysigma"}
    for maker in ({"compiler": COMPILER - 1}, {}):
        made.maker = maker
        made.write(tmp_path / "b.pack")
        sink = Rules({"packs": [str(tmp_path / "a.pack"), str(tmp_path / "b.pack")], "cache": None})
        report = Report()
        sink.finish(report)
        assert len(report.old_packs) == 1
        assert Report.from_wire(report.to_wire()).old_packs == report.old_packs
