"""付属の規則：どれも、横に置いた例のとおりに当たり、当たらない。"""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
import yaml

from hikeshi.engines.logs.running import STARTER
from hikeshi.engines.logs.sigma.pack import Pack
from hikeshi.engines.logs.sigma.sink import Rules
from tests.engines.logs.reading import report
from tests.engines.logs.starter.examples import FOLDER, compiled, examples, fired, rule_files, rule_names

LEVELS = {"low", "medium", "high", "critical"}


@pytest.mark.parametrize("name", rule_names())
def test_rule_fires_on_its_examples_and_on_no_others(name: str, tmp_path: Path) -> None:
    """規則は、当たるべき例のすべてに当たり、当たるべきでない例のどれにも当たらない。"""
    given = examples(name)
    assert given["fires"]
    assert given["quiet"]
    for log in given["fires"]:
        assert name in fired(tmp_path, log), log[:300]
    for log in given["quiet"]:
        assert name not in fired(tmp_path, log), log[:300]


def test_the_pack_is_what_the_rules_compile_to(tmp_path: Path) -> None:
    """付属のパックは、いまの規則をまとめたものと同じ（hikeshi logs rules build で作り直す）。"""
    assert compiled().refused == []
    compiled().write(tmp_path / "again.pack")
    assert Pack.read(STARTER).rules == Pack.read(tmp_path / "again.pack").rules
    assert STARTER.read_bytes() == (tmp_path / "again.pack").read_bytes()


def test_there_are_enough_and_each_says_what_it_is() -> None:
    """60 以上の規則のどれにも、日英の題、説明、段階、攻撃の分類、誤りうる場合がある。"""
    shown = [rule for rule in compiled().rules if rule["shown"]]
    assert len(shown) >= 60
    for rule in shown:
        assert rule["author"] == "Hikeshi", rule["file"]
        assert rule["title"], rule["file"]
        assert rule["ja"], rule["file"]
        assert rule["description"], rule["file"]
        assert rule["falsepositives"], rule["file"]
        assert rule["level"] in LEVELS, rule["file"]
        assert rule["tags"], rule["file"]
        assert all(tag.startswith("attack.") for tag in rule["tags"]), rule["file"]
    assert len({rule["title"] for rule in shown}) == len(shown)
    assert len({rule["ja"] for rule in shown}) == len(shown)


def test_ids_are_their_own() -> None:
    """番号（UUID）は、土台となる規則も含めて、どれも書かれていて、ほかと違う。"""
    documents = [one for _, content in rule_files(FOLDER) for one in yaml.safe_load_all(content)]
    ids = [UUID(one["id"]) for one in documents]
    assert len(set(ids)) == len(ids) == len(compiled().rules)
    assert {one.version for one in ids} == {4}


def test_a_scan_tells_the_title_in_both_languages(tmp_path: Path) -> None:
    """走査の答えには、規則の題が日英とも、書いた人の名前とともに載る。"""
    path = tmp_path / "events.jsonl"
    path.write_text(examples("ransomware/shadow_copies_deleted")["fires"][0], encoding="utf-8")
    done = report(path, sinks=[Rules({"packs": [str(STARTER)], "cache": str(tmp_path / "cache")})])
    (hit,) = done.hits
    assert (hit.rule["level"], hit.rule["author"], hit.rule["source"]) == ("critical", "Hikeshi", "starter")
    assert hit.rule["title"] == "The shadow copies of Windows are deleted"
    assert hit.rule["ja"] == "Windows の控え（シャドウコピー）が消される"
