"""機械の側で足りないもの：何も変えずに、何が無事で次に何をするかを両方の言葉で知らせる。"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

import pytest

from hikeshi import words
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.isolation import Plan, Report, act, read
from hikeshi.engines.isolation.platforms.linux import platform
from tests.components import needs
from tests.engines.isolation.world import Inside, World


@dataclass(frozen=True)
class Nobody(Inside):
    """A host led by somebody without rights."""

    def run(self, text: str, shell: list[str]) -> str:
        return super().run(text, ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *shell])


def said(problem: Problem) -> tuple[str, str]:
    return words.problem(problem, "ja"), words.problem(problem, "en")


def test_without_rights(pair: World) -> None:
    """管理者でなければ、sudo を付けるように知らせ、何も変えない。"""
    needs("setpriv")
    place = Nobody(space=pair.host)
    with pytest.raises(Problem, match=r"isolation\.not_root") as caught:
        act("on", place, Plan(), folder=pair.state)
    ja, en = said(caught.value)
    assert "sudo" in ja
    assert "nobody" in en
    assert pair.nft("list", "ruleset") == ""


def test_without_nft(pair: World, tmp_path: Path) -> None:
    """nft がなければ、ケーブルを抜くように知らせ、何も変えない。"""
    with pytest.raises(Problem, match=r"isolation\.no_nft") as caught:
        run_without(pair, tmp_path, "nft")
    ja, en = said(caught.value)
    assert "LANケーブル" in ja
    assert "network cable" in en
    assert not pair.folder.exists()


def test_without_the_lesser_tools(pair: World, tmp_path: Path) -> None:
    """ss・ping・setsid・conntrack がなくても切れ、試せなかったことを知らせる。"""
    report = run_without(pair, tmp_path, "ss", "ping", "setsid", "conntrack", "systemctl")
    assert report.state == "isolated"
    assert {step.name for step in report.steps if step.result == "skipped"} == {"flows_killed", "tried"}
    assert (report.owned, report.watched) == (True, True)
    assert pair.act("off").state == "open"


def run_without(world: World, folder: Path, *missing: str) -> Report:
    """`on` where these tools are not to be found."""
    tools = folder / "tools"
    tools.mkdir()
    for place in ("/usr/sbin", "/usr/bin", "/sbin", "/bin"):
        for tool in Path(place).iterdir():
            if tool.name not in missing and not (tools / tool.name).exists():
                (tools / tool.name).symlink_to(tool)

    @dataclass(frozen=True)
    class Bare(Inside):
        def run(self, text: str, shell: list[str]) -> str:
            whole = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
            assert whole in text
            return super().run(text.replace(whole, f"PATH={tools}"), shell)

    return act("on", Bare(space=world.host), Plan(), folder=world.state)


def test_an_answer_that_breaks_off_is_no_success(pair: World) -> None:
    """返事が途中で終わっていたら、成功とは言わず、状態を確かめるように知らせる。"""
    for answer in ("", "step\tcut ok inet\n", "state\tisolated\n"):
        with pytest.raises(Problem, match=r"isolation\.no_answer"):
            read(answer, "on", "web1")


def test_half_a_script_does_nothing(pair: World) -> None:
    """送っている途中で接続が切れ、手順が半分しか届かなくても、何も起きない。"""
    text = platform.text("on", Plan(timer=60), pair.state)
    place = Inside(space=pair.host)
    for part in (len(text) // 4, len(text) // 2, len(text) - 40):
        place.run(text[:part].rsplit("main on", 1)[0], ["sh", "-s"])
        assert pair.nft("list", "ruleset") == ""
        assert not pair.folder.exists()


def test_notes_are_for_root_only(pair: World) -> None:
    """機械に置かれる控えは、管理者にしか読めず、書けない。"""
    pair.act("on")
    assert stat.S_IMODE(pair.folder.stat().st_mode) == 0o700
    assert [file.name for file in pair.folder.iterdir() if stat.S_IMODE(file.stat().st_mode) & 0o077] == []
