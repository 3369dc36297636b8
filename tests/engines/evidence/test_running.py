"""集める手順が終わらないときも、待ちつづけない。"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from hikeshi.engines import evidence
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence import Order, running
from tests.engines.evidence.parts import time_is_up_when

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="what is begun here is led by a POSIX shell")


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")  # a zombie is dead, whoever still has to bury it
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def test_whoever_keeps_the_pipe_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """手順の始めたものが時間のあとも出力をつかんでいても、届いた分を残して戻る。やめない手順そのものは終わらせる。"""
    note, ready, spoke = tmp_path / "pids", tmp_path / "ready", tmp_path / "spoke"
    # In a session of its own it is not ended with the group; the collector itself ignores being asked to end.
    keeps = f'import os, time; os.setsid(); open("{ready}", "w"); time.sleep(3000)'
    begun = f"{sys.executable} -c '{keeps}' & echo $! $$ >{note}\nuntil [ -e {ready} ]; do sleep 0.05; done"
    script = f"trap '' TERM\n{begun}\nprintf 'evidence/bagit.txt\\0'\n: >{spoke}\nwhile :; do sleep 1; done\n"
    time_is_up_when(monkeypatch, spoke.exists)
    monkeypatch.setattr(running, "_program", lambda *_: script.encode())
    with pytest.raises(Problem, match=r"evidence\.too_long"):
        evidence.take(Order(tmp_path / "a.tar", os="linux", seconds=1))
    keeper, collector = (int(one) for one in note.read_text().split())
    try:
        assert alive(keeper)
        until = time.monotonic() + 120
        while alive(collector) and time.monotonic() < until:
            time.sleep(0.05)
        assert not alive(collector)
    finally:
        os.kill(keeper, signal.SIGKILL)
    assert (tmp_path / "a.tar.part").read_bytes() == running.FIRST


SSH = '#!/bin/sh\nprintf "%s\\n" "$@" >"$0.asked"\nfor last; do :; done\nexec sh -c "$last"\n'
SUDO = '#!/bin/sh\nprintf "%s\\n" "$*" >>"$0.asked"\n{0}\nshift\nexec "$@"\n'


@pytest.mark.parametrize(
    ("uid", "sudo", "asked"),
    [
        ("1000", "", ["-n sh -c :", "-n sh -s"]),
        ("1000", "echo 'sudo: a password is required' >&2; exit 1", ["-n sh -c :"]),
        ("0", "", []),
    ],
)
def test_root_is_taken_where_it_asks_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uid: str, sudo: str, asked: list[str]
) -> None:
    """切る前の証拠は、パスワードなしで sudo できれば管理者として、できなければその利用者として集める。どれでも届く。"""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in (("ssh", SSH), ("sudo", SUDO.format(sudo)), ("id", f"#!/bin/sh\necho {uid}\n")):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    monkeypatch.setattr(running, "_program", lambda *_: b"printf 'evidence/bagit.txt\\0more'\n")
    order = Order(tmp_path / "a.tar", host="hanako@[2001:db8::1]", sudo_if_free=True)
    with pytest.raises(Problem, match=r"evidence\.cut_off"):  # this package has no end
        evidence.take(order)
    assert (tmp_path / "a.tar.part").read_bytes() == running.FIRST + b"more"
    log = tools / "sudo.asked"
    assert (log.read_text().splitlines() if log.exists() else []) == asked
    assert (tools / "ssh.asked").read_text().splitlines()[-3:-1] == ["--", "hanako@2001:db8::1"]
