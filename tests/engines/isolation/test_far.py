"""離れた機械を本物のSSHで切る：つながった道は残り、間違えれば自動で戻る。"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.isolation import Plan, Report, Ssh, act, over_link, resolved
from tests.engines.isolation.far import disk, sshd
from tests.engines.isolation.world import HOST, RESPONDER, World, eventually, gets_through, reaches

USER = f"root@{HOST}"


@pytest.fixture
def far(pair: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A host with sshd; `ssh` of this process runs where the responder is."""
    with sshd(pair, tmp_path / "ssh") as config:
        tools = tmp_path / "tools"
        tools.mkdir()
        (tools / "ssh").write_text(
            f'#!/bin/sh\nexec ip netns exec {pair.responder} /usr/bin/ssh -F {config} "$@"\n', encoding="utf-8"
        )
        (tools / "ssh").chmod(0o755)
        monkeypatch.setenv("PATH", str(tools), prepend=":")
        for name in [name for name in disk(tmp_path) if name.startswith("SSH_")]:
            monkeypatch.delenv(name)
        yield pair


def lead(verb: str, *allow: str, timer: int = 0, escape: bool = True) -> Report:
    return act(verb, Ssh(USER), Plan(resolved(allow), timer, escape))


def test_the_session_that_asks_for_the_cut_survives_it(far: World) -> None:
    """何も通さないと書いても、操作しているSSHの道だけは残る。確定すると残り、取り消すと元に戻る。"""
    before = far.nft("list", "ruleset")
    report = lead("on", timer=600)
    assert (report.state, report.allow) == ("pending", [f"{RESPONDER} → :22"])
    assert not report.failed
    # Inwards only: what runs on the host cannot use the way to attack the one who leads.
    assert not reaches(far.host, far.responder, RESPONDER, 22)
    assert not reaches(far.responder, far.host, HOST, 23)
    assert lead("confirm").state == "isolated"
    assert lead("status").state == "isolated"
    off = lead("off")
    assert (off.state, off.failed) == ("open", [])
    assert far.nft("list", "ruleset") == before
    assert lead("off").already


def test_a_cut_that_cuts_ourselves_off_rolls_back(far: World) -> None:
    """操作している道まで切れてしまったら、接続が途中で切れたと知らせ、時間が来れば元に戻る。"""
    with pytest.raises(Problem, match=r"isolation\.(link_lost|no_answer)"):
        lead("on", "192.0.2.1", timer=3, escape=False)
    assert eventually(lambda: not far.is_cut())
    assert lead("status").state == "open"


def test_wrong_hosts_are_told_apart(far: World, tmp_path: Path) -> None:
    """相手の間違いは、見つからない・鍵が違う・入れない・受け付けていない・届かない、と区別して知らせる。"""
    (tmp_path / "empty").touch()
    cases = {
        "ssh_no_such_host": Ssh("root@no-such-host.invalid"),
        "ssh_unknown_key": Ssh(USER, more=("-oUserKnownHostsFile=/dev/null",)),
        "ssh_denied": Ssh(USER, more=("-oIdentityFile=none", "-oIdentitiesOnly=yes", "-oPubkeyAuthentication=no")),
        "ssh_refused": Ssh(USER, more=("-p23",)),
        "ssh_unreachable": Ssh("root@10.77.0.99", more=("-oConnectTimeout=1",)),
    }
    told = {}
    for code, place in cases.items():
        with pytest.raises(Problem) as caught:
            act("status", place)
        told[code] = caught.value.code.removeprefix("isolation.")
    assert told == {code: code for code in cases}


def test_at_the_machine_over_ssh_is_over_a_link(pair: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """その機械にSSHで入って「この機械」を切るときも、入ってきた道は残る。sudo が忘れていても見つける。"""
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    assert not over_link()
    asked = (
        f"import sys; sys.path[:0] = {sys.path!r}; from hikeshi.engines.isolation import connection as c; print(c())"
    )
    way = f"{RESPONDER} 50022 {HOST} 22"
    command = ["sh", "-c", 'env -u SSH_CONNECTION "$@"; exit', "sh", sys.executable, "-c", asked]
    done = subprocess.run(command, env={**os.environ, "SSH_CONNECTION": way}, capture_output=True, text=True)
    assert done.stdout.strip() == way
    monkeypatch.setenv("SSH_CONNECTION", way)
    assert over_link()
    report = pair.act("on", timer=600)
    assert report.allow == [f"{RESPONDER} → :22"]
    assert gets_through(pair.responder, pair.host, HOST, 22)
    assert not reaches(pair.responder, pair.host, HOST, 80)


@pytest.fixture
def at_the_machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing tells of a way in from afar."""
    for name in ("SSH_CONNECTION", "XRDP_SESSION", "SESSIONNAME"):
        monkeypatch.delenv(name, raising=False)
    assert not over_link()
    return monkeypatch


@pytest.mark.parametrize(
    ("name", "value", "afar"),
    [("SESSIONNAME", "RDP-Tcp#0", True), ("SESSIONNAME", "Console", False), ("XRDP_SESSION", "1", True)],
)
def test_a_remote_desktop_is_a_link(at_the_machine: pytest.MonkeyPatch, name: str, value: str, afar: bool) -> None:
    """リモートデスクトップで入っているときも、離れたところからとして扱う。"""
    at_the_machine.setenv(name, value)
    assert over_link() is afar


def test_a_remote_desktop_is_seen_through_sudo(at_the_machine: pytest.MonkeyPatch) -> None:
    """リモートデスクトップの中で sudo を使い、その印が消えていても見つける。"""
    asked = f"import sys; sys.path[:0] = {sys.path!r}; from hikeshi.engines.isolation import over_link as o; print(o())"
    command = ["sh", "-c", 'env -u XRDP_SESSION "$@"; exit', "sh", sys.executable, "-c", asked]
    for more, said in (({}, "False"), ({"XRDP_SESSION": "1"}, "True")):
        done = subprocess.run(command, env={**os.environ, **more}, capture_output=True, text=True)
        assert done.stdout.strip() == said


@pytest.mark.parametrize(
    ("line", "afar"),
    [
        ("hanako pts/0 Nov  6 14:05 (192.0.2.9)", True),
        ("hanako pts/0 2026-11-06 14:05 (2001:db8::9)", True),
        ("hanako pts/3 2026-11-06 14:05 (192.0.2.9:S.0)", True),
        ("hanako pts/0 2026-11-06 14:05 (192.0.2.9 via mosh [812])", True),
        ("hanako pts/1 2026-11-06 14:05 (:0)", False),
        ("hanako pts/3 2026-11-06 14:05 (:S.0)", False),
        ("hanako pts/2 2026-11-06 14:05 (tmux(812).%0)", False),
        ("hanako seat0 2026-11-06 14:05 (login screen)", False),
        ("hanako tty2 2026-11-06 14:05 (tty2)", False),
        ("hanako tty1 2026-11-06 14:05", False),
        ("", False),
    ],
)
def test_the_list_of_who_is_on_tells_of_a_link(
    at_the_machine: pytest.MonkeyPatch, tmp_path: Path, line: str, afar: bool
) -> None:
    """端末の一覧（who）に遠くのアドレスがあれば、離れたところから。画面の番号やtmuxは、そうではない。"""

    class Terminal:
        def isatty(self) -> bool:
            return True

    (tmp_path / "who").write_text(f"#!/bin/sh\necho '{line}'\n")
    (tmp_path / "who").chmod(0o755)
    at_the_machine.setenv("PATH", str(tmp_path), prepend=":")
    at_the_machine.setattr("sys.stdin", Terminal())
    assert over_link() is afar


@pytest.mark.parametrize("began", ["/usr/sbin/sshd", "/usr/libexec/sshd-session", "/sbin/launchd"])
def test_on_a_mac_sshd_is_found_among_the_parents(
    at_the_machine: pytest.MonkeyPatch, tmp_path: Path, began: str
) -> None:
    """macOSでは、この手順を始めたものをたどり、sshd があれば離れたところから（本物のMacではまだ動かしていない）。"""
    here = os.getpid()
    (tmp_path / "ps").write_text(
        f'#!/bin/sh\ncase $4 in {here}) echo "  71 python3";; 71) echo "  70 sudo";; 70) echo "   1 {began}";; esac\n'
    )
    (tmp_path / "ps").chmod(0o755)
    at_the_machine.setenv("PATH", str(tmp_path), prepend=":")
    at_the_machine.setattr("sys.platform", "darwin")
    assert over_link() is ("sshd" in began)


@pytest.mark.parametrize("name", ["-oProxyCommand=id", "root@", "a b", "root@web;id", "x@y@z", "", "root@[::1"])
def test_what_is_no_host_never_reaches_ssh(name: str) -> None:
    """機械の名前に見えないもの（オプションや命令）は、ssh に渡さない。"""
    with pytest.raises(Problem, match=r"isolation\.bad_host"):
        Ssh(name)
