"""hikeshi logs rules：規則をまとめ、新しくし、見る。"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hikeshi.engines.logs.sigma import making
from hikeshi.site.dispatch import main
from tests.engines.logs.sigma.batches import files, rule

Run = Callable[..., tuple[int, str, str]]
GOOD = rule({"s": {"A": "x"}, "condition": "s"}, 1, description="a line\nand another")
BAD = {"title": "\x1b[31mbad", "logsource": {"product": "test"}, "detection": {"s": {"A|nosuch": 1}, "condition": "s"}}


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))

    def call(*words: object) -> tuple[int, str, str]:
        code = main(["logs", "rules", *map(str, words)])
        said = capsysbinary.readouterr()
        return code, said.out.decode(), said.err.decode()

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    for name, content in files([GOOD, BAD]):
        (folder / name).write_bytes(content)
    return folder


def test_build_tells_what_was_left_out(run: Run, folder: Path, tmp_path: Path) -> None:
    """まとめた数と、外れた規則とその理由を知らせる。"""
    code, out, _ = run("build", folder, "--out", tmp_path / "a.pack", "--json")
    said: dict[str, Any] = json.loads(out)
    assert (code, said["rules"], [one["file"] for one in said["refused"]]) == (0, 1, ["00001.yml"])
    code, out, _ = run("build", folder, "--out", tmp_path / "a.pack")
    assert code == 0 and "00001.yml" in out and "nosuch" in out and "\x1b" not in out


def test_list_and_show(run: Run, folder: Path, tmp_path: Path) -> None:
    """一覧と1件の内容に、作者の名前が出る。"""
    run("build", folder, "--out", tmp_path / "a.pack")
    (listed,) = json.loads(run("list", "--rules", tmp_path / "a.pack", "--json")[1])
    assert (listed["title"], listed["author"], listed["level"]) == ("rule 1", "花子", "high")
    assert json.loads(run("list", "--rules", tmp_path / "a.pack", "--level", "low", "--json")[1]) == []
    assert "花子" in run("show", GOOD["id"], "--rules", folder)[1]
    assert run("show", "ffffffff", "--rules", folder)[0] == 2


def test_update_from_a_file(run: Run, folder: Path, tmp_path: Path) -> None:
    """受け取ってある zip から入れた規則は、次から何も指定しなくても使われる。"""
    with zipfile.ZipFile(tmp_path / "release.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"rules/{file.name}")
    assert run("update", tmp_path / "release.zip")[0] == 0
    assert making.community().is_relative_to(tmp_path)
    assert GOOD["id"] in {one["id"] for one in json.loads(run("list", "--json")[1])}


def test_a_bad_release_leaves_what_was_there(run: Run, folder: Path, tmp_path: Path) -> None:
    """入れられない zip なら、前の規則がそのまま残る。"""
    run("update", folder)
    before = making.community().read_bytes()
    (tmp_path / "release.zip").write_bytes(b"PK\x03\x04 half")
    assert run("update", tmp_path / "release.zip")[0] == 3
    assert making.community().read_bytes() == before


def test_the_network_is_asked_only_when_told(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ネットにつなぐのは --from-home と書いたときだけ。"""
    asked: list[str] = []
    with zipfile.ZipFile(tmp_path / "release.zip", "w") as archive:
        archive.write(folder / "00000.yml", "a.yml")

    def fetched(address: str) -> bytes:
        asked.append(address)
        return (tmp_path / "release.zip").read_bytes()

    monkeypatch.setattr(making, "_fetched", fetched)
    assert run("update")[0] == 2
    assert run("update", folder, "--from-home")[0] == 2
    assert run("update", folder)[0] == 0
    assert asked == []
    assert run("update", "--from-home")[0] == 0
    assert asked == [making.HOME]


def test_a_home_that_does_not_answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """配布元につながらなければ、そう告げて何も変えない。"""
    monkeypatch.setattr(making, "HOME", "http://127.0.0.1:9/none.zip")
    code, _, err = run("update", "--from-home")
    assert code == 3 and "127.0.0.1" in err
    assert not making.community().exists()


def test_placeholders_from_a_file(run: Run, tmp_path: Path) -> None:
    """%名前% の値を、TOML からも JSON からも読む。"""
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "a.yml").write_bytes(files([rule({"s": {"A|expand": "%who%"}, "condition": "s"})])[0][1])
    (tmp_path / "v.toml").write_text('who = ["hanako"]')
    (tmp_path / "v.json").write_text('{"who": "hanako"}')
    (tmp_path / "bad.toml").write_text("who = [")
    assert run("build", folder, "--out", tmp_path / "a.pack")[0] == 3
    for name, code in (("v.toml", 0), ("v.json", 0), ("bad.toml", 2)):
        assert run("build", folder, "--out", tmp_path / "a.pack", "--placeholders", tmp_path / name)[0] == code
