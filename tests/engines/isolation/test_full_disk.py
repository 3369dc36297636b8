"""控えのディスクが一杯でも：切れて、時間が来れば戻り、取り消せて、空きができても勝手に切れない。"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hikeshi.engines.isolation import Plan, Report, act, resolved
from tests.components import needs
from tests.engines.isolation.world import RESPONDER, Inside, World, eventually, gets_through, reaches, sh


@dataclass(frozen=True)
class Elsewhere(Inside):
    """A host with a memory of its own, which serves where its disk does not."""

    memory: str = ""

    def run(self, text: str, shell: list[str]) -> str:
        assert "FALLBACK=/run/hikeshi-isolation" in text
        return super().run(text.replace("FALLBACK=/run/hikeshi-isolation", f"FALLBACK={self.memory}"), shell)


class SmallWorld(World):
    """A host whose notes lie on a real file system of 256 KB."""

    @property
    def memory(self) -> Path:
        return self.folder.parent.parent / "memory"

    def act(self, verb: str, *allow: str, timer: int = 0, escape: bool = True) -> Report:
        place = Elsewhere(space=self.host, memory=str(self.memory))
        return act(verb, place, Plan(resolved(allow), timer, escape), folder=self.state)

    def fill(self) -> None:
        """No byte more goes onto the disk."""
        with (self.folder.parent / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"x" * 4096):
                pass

    def waits_for_its_time(self) -> bool:
        """Whether the program that waits for the timer runs."""
        found = subprocess.run(["ip", "netns", "pids", self.host], capture_output=True, text=True).stdout.split()
        lines = []
        for process in found:
            with contextlib.suppress(OSError):
                lines.append(Path("/proc", process, "cmdline").read_bytes())
        return any(b"\0expire\0" in line for line in lines)

    def make_room(self) -> None:
        (self.folder.parent / "filler").unlink()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallWorld]:
    needs("root", "nft", "ip", "ss", "mount")
    disk = tmp_path / "disk"
    disk.mkdir()
    sh(f"mount -t tmpfs -o size=256k tmpfs {disk}")
    made = SmallWorld(disk / "kept")
    try:
        made.build(whole=False)
        yield made
    finally:
        made.destroy()
        sh(f"umount -l {disk}")


def test_a_disk_that_fills_after_the_cut_lets_go(small: SmallWorld) -> None:
    """切ったあとにディスクが一杯になっても、確定も取り消しもでき、空きができたあとも切り直されない。"""
    small.act("on", timer=600)
    small.fill()
    assert small.act("confirm").state == "isolated"
    assert small.act("off").state == "open"
    assert small.nft("list", "ruleset") == ""
    small.make_room()
    # Nothing is left that a watch or a boot would put back.
    phase = small.folder / "phase"
    assert not phase.exists() or phase.read_text() == "off\n"
    assert not small.act("status").owned
    assert eventually(lambda: not small.act("status").watched)
    assert gets_through(small.host, small.responder, RESPONDER, 80)
    assert small.act("on").state == "isolated"
    assert small.act("off").state == "open"


@pytest.mark.parametrize("room", [False, True])
def test_a_cut_on_a_full_disk_goes_back_in_time(small: SmallWorld, room: bool) -> None:
    """前に使った跡があり、ディスクが一杯でも、切れて、見張られ、時間が来れば戻る。途中で空きができても同じ。"""
    small.act("on")
    small.act("off")
    small.fill()
    report = small.act("on", timer=600)
    assert (report.state, report.folder) == ("pending", str(small.memory))
    if room:
        small.make_room()
    status = small.act("status")
    assert (status.state, status.watched, status.folder) == ("pending", True, str(small.memory))
    assert not reaches(small.host, small.responder, RESPONDER, 80)
    (small.memory / "deadline").write_text("0\n")
    assert eventually(lambda: small.act("status").state == "open")
    assert gets_through(small.host, small.responder, RESPONDER, 80)


def test_a_cut_on_a_full_disk_is_undone_when_there_is_room_again(small: SmallWorld) -> None:
    """一杯のディスクで切り、空きができてから取り消しても、見張りは切り直さない。次に切れば、控えはまたディスクにある。"""
    small.act("on")
    small.act("off")
    small.fill()
    assert small.act("on").folder == str(small.memory)
    small.make_room()
    off = small.act("off")
    assert (off.state, off.failed) == ("open", [])
    assert eventually(lambda: not small.act("status").watched)
    assert small.nft("list", "ruleset") == ""
    assert small.act("on").folder == small.state
    assert small.act("off").state == "open"


def test_a_wiped_folder_keeps_no_timer_spinning(small: SmallWorld) -> None:
    """控えのフォルダを消されても、時間を待つプログラムは、時間が来れば終わる。"""
    small.act("on", timer=600)
    assert small.waits_for_its_time()
    sh(f"rm -rf {small.folder}; mkdir {small.folder}")
    small.time_is_up()
    sh(f"rm -rf {small.folder}")
    assert eventually(lambda: not small.waits_for_its_time())
    assert small.act("off").state == "open"
