"""`hikeshi isolate` as a person types it, on a machine of its own with a real network."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hikeshi.engines.evidence import journal
from hikeshi.site import dispatch
from tests.components import needs
from tests.engines.isolation.far import disk, hikeshi, on, sshd
from tests.engines.isolation.world import HOST, RESPONDER, World, eventually, gets_through, reaches


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[World]:
    """A host and its responder."""
    needs("root", "nft", "ip", "ss")
    made = World(tmp_path / "disk")
    try:
        made.build(whole=False)
        yield made
    finally:
        made.destroy()


def at(world: World, *words: str, lang: str = "ja") -> tuple[int, str, str]:
    """At the machine itself: (exit code, what it said, what it complained of)."""
    done = hikeshi(world.host, world.folder, "isolate", *words, lang=lang)
    return done.returncode, done.stdout, done.stderr


def kinds(world: World) -> list[str]:
    """What the journals say happened, in order."""
    files = sorted((world.folder / "data" / "isolation").glob("*.journal"))
    return [f"{line.kind} {line.data.get('verb', '')}".strip() for file in files for line in journal.read(file)]


def test_at_the_machine_it_stays_until_undone(pair: World) -> None:
    """この機械の前では、証拠を取ってから切り、タイマーはなく、取り消し方が表示され、記録が手控えに残る。"""
    code, said, complained = at(pair, "on", "--allow", f"{RESPONDER}:22")
    assert (code, complained) == (0, "")
    for words in ("消えやすい証拠: できた", "切り離されています", "start.py isolate", "sudo sh", "電源は切らないで"):
        assert words in said
    assert "確定" not in said
    assert gets_through(pair.responder, pair.host, HOST, 22)
    assert not reaches(pair.host, pair.responder, RESPONDER, 80)
    code, said, _ = at(pair, "on", "--no-evidence", "--json", lang="en")
    assert (code, json.loads(said)["already"], json.loads(said)["allow"]) == (0, True, [])
    code, said, _ = at(pair, "off", lang="en")
    assert (code, "not cut off" in said) == (0, True)
    code, said, _ = at(pair, "off")
    assert (code, "もともと切り離されていません" in said) == (0, True)
    assert pair.nft("list", "ruleset") == ""
    expected = ["collection.begun", "collection.done", "isolation.intended on", "isolation.done on"]
    expected += [f"isolation.{what} {verb}" for verb in ("on", "off", "off") for what in ("intended", "done")]
    assert kinds(pair) == expected
    assert len(list((pair.folder / "data" / "isolation").glob("*.tar"))) == 1


def test_killing_the_program_leaves_no_half(pair: World) -> None:
    """実行中の hikeshi が突然殺されても、始まった切り離しは最後まで行われる。"""
    command = on(pair.host, pair.folder, [sys.executable, "-P", "-m", "hikeshi", "isolate", "on", "--no-evidence"])
    environment = disk(pair.folder, {"HIKESHI_DATA": str(pair.folder / "data")})
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        assert eventually(lambda: (pair.folder / "hikeshi-isolation" / "phase").exists())
        process.kill()
    assert eventually(lambda: "hikeshi_isolation_owned" in pair.nft("list", "tables"))
    assert not reaches(pair.host, pair.responder, RESPONDER, 80)
    code, said, _ = at(pair, "off", "--out", str(pair.folder / "stick"))
    assert (code, "元に戻すには" in said) == (0, False)
    assert pair.nft("list", "ruleset") == ""
    assert len(list((pair.folder / "stick").glob("*.journal"))) == 1


def test_over_a_link_it_goes_back_unless_confirmed(pair: World, tmp_path: Path) -> None:
    """離れた機械は60秒のタイマーつきで切れ、新しい接続でも届き、確定できる。切れていない機械の確定はそう知らせる。"""
    home = tmp_path / "home"
    with sshd(pair, tmp_path / "ssh") as config:

        def lead(*words: str, lang: str = "ja") -> tuple[int, str, str]:
            link = ["--host", f"root@{HOST}", "--ssh-config", str(config)]
            done = hikeshi(pair.responder, home, "isolate", *words, *link, lang=lang)
            return done.returncode, done.stdout, done.stderr

        code, said, _ = lead("on", "--no-evidence", "--json")
        report = json.loads(said)
        assert (code, report["state"], report["after_reboot"]) == (0, "pending", False)
        assert report["seconds_left"] <= 60
        assert {"name": "reached_again", "result": "ok", "detail": ""} in report["steps"]
        assert report["undo"] == f"hikeshi isolate off --host root@{HOST} --ssh-config {config}"
        # However slow this machine is: there is time to confirm.
        assert lead("on", "--no-evidence", "--timer", "600")[0] == 0
        assert lead("confirm")[0] == 0
        assert lead("off")[0] == 0
        code, said, complained = lead("confirm", lang="en")
        assert (code, said) == (3, "")
        assert "is not isolated" in complained


@pytest.mark.parametrize(
    ("words", "code", "ja", "en"),
    [
        (["on", "--allow", "web server"], 2, "まだ何も切っていません", "Nothing was cut"),
        (["on", "--allow", "203.0.113.5:99999"], 2, "まだ何も切っていません", "Nothing was cut"),
        (["on", "--allow", "no-such-name.invalid"], 3, "まだ何も切っていません", "nothing was cut"),
        (["on", "--timer", "1"], 2, "5〜86400", "between 5 and 86400"),
        (["on", "--host", "root@web1", "--timer", "0"], 2, "なくせません", "cannot be left out"),
        (["on", "--host", "-oProxyCommand=id"], 2, "まだ何もしていません", "Nothing was done"),
        (["off", "--host", "root@web1;id"], 2, "まだ何もしていません", "Nothing was done"),
    ],
)
def test_mistakes_are_told_in_both_languages(
    words: list[str], code: int, ja: str, en: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """使い方の間違いは、何も動かさずに、何が無事で次に何をするかを両方の言葉で知らせる。"""
    monkeypatch.setattr("subprocess.run", lambda *words, **named: pytest.fail("something was run"))
    for lang, sentence in (("ja", ja), ("en", en)):
        monkeypatch.setenv("HIKESHI_LANG", lang)
        assert dispatch.main(["isolate", *words]) == code
        said, complained = capsys.readouterr()
        assert said == ""
        assert sentence in complained


def test_confirming_what_is_not_cut(pair: World) -> None:
    """切れていない機械の確定は、確定するものがないと知らせ、何も変えない。"""
    code, said, complained = at(pair, "confirm")
    assert (code, said) == (3, "")
    assert "確定するものがありません" in complained
    assert pair.nft("list", "ruleset") == ""
    assert kinds(pair) == ["isolation.intended confirm", "isolation.failed confirm"]


def test_show_prints_the_script_and_does_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """--show は、動かす手順を表示するだけで、何も動かさない。"""
    monkeypatch.setattr("subprocess.run", lambda *words, **named: pytest.fail("something was run"))
    assert dispatch.main(["isolate", "on", "--allow", RESPONDER, "--host", "root@web1", "--show"]) == 0
    assert f"any ip {RESPONDER} 0\n" in capsys.readouterr().out
