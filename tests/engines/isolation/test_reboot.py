"""再起動：確定したものは起動のときに戻り、確定していないものは戻らない（systemdのない名前空間で、その命令だけを動かす）。"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from hikeshi.engines.isolation.platforms.linux.platform import functions
from tests.components import needs
from tests.engines.isolation.world import HOST, RESPONDER, World, eventually, reaches, sh


def reboot(world: World) -> None:
    """What a reboot leaves: the notes on the disk; no process, no rule, another boot."""
    for name in ("watch", "owner"):
        sh(f"kill -9 $(cat {world.state}/{name}.pid)")
    assert eventually(lambda: "owned" not in world.nft("list", "tables"))
    world.nft("flush", "ruleset")
    Path(world.state, "boot").write_text("an earlier one\n")
    assert world.nft("list", "ruleset") == ""


def start(world: World, *words: str) -> None:
    """As the unit does it: `boot` before the network, then the watch."""
    host = f"ip netns exec {world.host} sh {world.state}/host.sh"
    sh(f"{host} boot; (setsid {host} watch </dev/null >/dev/null 2>&1 &)")


def test_what_was_confirmed_is_cut_again(pair: World) -> None:
    """確定した切り離しは、起動のときに、ネットワークより先に元どおり入る。"""
    pair.act("on", f"{RESPONDER}:22", timer=30)
    pair.act("confirm")
    reboot(pair)
    assert pair.act("status").state == "lost"
    start(pair)
    assert not reaches(pair.host, pair.responder, RESPONDER, 80)
    assert reaches(pair.responder, pair.host, HOST, 22)
    # The copy that cannot be flushed comes with the watch, a moment later.
    assert eventually(lambda: pair.act("status").owned)
    assert pair.act("status").state == "isolated"
    pair.act("off")
    assert pair.nft("list", "ruleset") == ""


@pytest.mark.parametrize("kept", [False, True])
def test_what_was_not_confirmed_is_not(pair: World, kept: bool) -> None:
    """確定を待つ間に再起動したら、確定していた前の切り離しに、それがなければ元に戻る。"""
    if kept:
        pair.act("on", f"{RESPONDER}:22")
    pair.act("on", "192.0.2.1", timer=60)
    reboot(pair)
    start(pair)
    assert eventually(lambda: pair.act("status").state == ("isolated" if kept else "open"))
    assert reaches(pair.responder, pair.host, HOST, 22)
    assert reaches(pair.host, pair.responder, RESPONDER, 80) != kept


def test_the_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    """書かれるユニットは、systemd が読める形をしている。"""
    needs("systemd-analyze")
    text = functions("/var/lib/hikeshi-isolation")
    body = text[text.index("[Unit]") : text.index("\n\tE\n", text.index("[Unit]"))]
    unit = tmp_path / "hikeshi-isolation.service"
    unit.write_text(
        "\n".join(line.strip() for line in body.splitlines()).replace("$STATE", str(tmp_path)), encoding="utf-8"
    )
    assert "Before=network-pre.target" in unit.read_text()
    done = subprocess.run([str(shutil.which("systemd-analyze")), "verify", unit], capture_output=True, text=True)
    assert "hikeshi" not in done.stderr, done.stderr
