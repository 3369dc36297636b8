"""離れた Linux から、本物の SSH で集める。相手には何も入れない。"""

from __future__ import annotations

import getpass
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hikeshi.engines import evidence
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence import Order
from tests.components import needs
from tests.ports import free_port

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs an SSH server of its own")
SSHD = "/usr/sbin/sshd"


@dataclass
class Server:
    """An SSH server on the loopback, for one key."""

    config: Path
    process: subprocess.Popen[bytes]
    folder: Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """sshd for this user, on a free port of the loopback, with keys of its own."""
    needs(SSHD, "ssh", "ssh-keygen", "root")
    folder = tmp_path_factory.mktemp("ssh")
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    (folder / "keys").write_bytes((folder / "user.pub").read_bytes())
    port = free_port()
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/keys\n"
        f"PidFile {folder}/pid\nUsePAM no\nStrictModes no\nPermitRootLogin yes\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nAcceptEnv none\n"
    )
    public = (folder / "host.pub").read_text().split()
    (folder / "known").write_text(f"[127.0.0.1]:{port} {public[0]} {public[1]}\n")
    config = folder / "config"
    common = f"  HostName 127.0.0.1\n  Port {port}\n  UserKnownHostsFile {folder}/known\n  StrictHostKeyChecking yes\n"
    config.write_text(
        f"Host web1\n{common}  IdentityFile {folder}/user\n  IdentitiesOnly yes\n"
        f"Host stranger\n{common}  IdentityFile {folder}/host\n  IdentitiesOnly yes\n"
        f"Host gone\n  HostName 127.0.0.1\n  Port 1\n"
    )
    Path("/run/sshd").mkdir(exist_ok=True)  # where sshd parts its rights, and which a service unit would make
    with subprocess.Popen([SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Server(config, process, folder)
        process.terminate()


def order(server: Server, out: Path, host: str = "web1", **named: object) -> Order:
    """A collection from this server."""
    whole = {"stages": ("volatile",), "who": "花子", "why": 'it\'s "odd"; rm -rf $HOME', **named}
    return Order(out, host=f"{getpass.getuser()}@{host}", ssh_config=server.config, **whole)  # type: ignore[arg-type]


def test_a_package_comes_over_ssh_whole(server: Server, tmp_path: Path) -> None:
    """SSH 越しに集めたものは完全で、だれが、なぜ、は書いたとおりに残り、時計のずれの範囲が分かる。"""
    seen: list[str] = []
    taken = evidence.take(order(server, tmp_path / "web1.tar", sudo_if_free=True), seen.append)
    package = evidence.verify(taken.path)
    assert package.intact
    assert package.sha256 == taken.sha256
    assert len([item for item in package.items if item["stage"] == "volatile"]) >= 18
    assert package.package["why"] == 'it\'s "odd"; rm -rf $HOME'
    assert "01-clock.txt" in seen
    started = package.moment("started")
    assert started
    assert taken.asked_at <= started <= taken.heard_at


def test_a_line_that_drops_leaves_what_came_and_says_so(server: Server, tmp_path: Path) -> None:
    """途中で SSH が切れたら、届いた分を残し、完全なものとは呼ばず、そう知らせる。"""
    out = tmp_path / "web1.tar"

    def cut(name: str) -> None:
        if name.startswith("07-"):
            listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
            parents = {int(child): int(parent) for child, parent in (line.split() for line in listed.splitlines()[1:])}
            for child, parent in parents.items():
                if parent == server.process.pid:
                    os.kill(child, signal.SIGKILL)

    with pytest.raises(Problem, match=r"evidence\.cut_off") as raised:
        evidence.take(order(server, out), cut)
    assert not out.exists()
    assert int(str(raised.value.params["items"])) >= 7
    package = evidence.verify(tmp_path / "web1.tar.part")
    assert not package.whole
    assert package.files >= 6


def test_a_greeting_before_the_package_is_not_taken_for_it(server: Server, tmp_path: Path) -> None:
    """ログオンのときに何か表示する機械でも、まとまりはそのあとから始まる。"""
    (server.folder / "greet").write_text("#!/bin/sh\necho 'ようこそ web1 へ'\nexec sh -c \"$SSH_ORIGINAL_COMMAND\"\n")
    (server.folder / "greet").chmod(0o755)
    public = (server.folder / "user.pub").read_text()
    plain = (server.folder / "keys").read_text()
    try:
        (server.folder / "keys").write_text(f'command="{server.folder}/greet" {public}')
        taken = evidence.take(order(server, tmp_path / "web1.tar", stages=("none",)))
        assert evidence.verify(taken.path).intact
        (server.folder / "keys").write_text(f'command="echo sftp only" {public}')
        with pytest.raises(Problem, match=r"evidence\.refused") as raised:
            evidence.take(order(server, tmp_path / "b.tar"))
    finally:
        (server.folder / "keys").write_text(plain)
    assert "sftp only" in str(raised.value.params["reason"])
    assert [path.name for path in tmp_path.iterdir()] == ["web1.tar"]


@pytest.mark.parametrize(("host", "code"), [("gone", "ssh_failed"), ("stranger", "ssh_failed")])
def test_a_host_that_cannot_be_reached_leaves_nothing(server: Server, tmp_path: Path, host: str, code: str) -> None:
    """つながらない相手や、入れない相手では、理由を知らせ、ファイルを残さない。"""
    with pytest.raises(Problem, match=rf"evidence\.{code}") as raised:
        evidence.take(order(server, tmp_path / "a.tar", host))
    assert raised.value.params["reason"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "host", ["-oProxyCommand=touch x", "a b", "web1;id", "$(id)", "web1\n", "", "user@-oX", "`id`", "a/b", "u@h@h"]
)
def test_a_host_that_is_a_command_is_refused(tmp_path: Path, host: str) -> None:
    """相手の名前に、命令や ssh の指定を紛れ込ませられない。"""
    if not host:
        host = " "
    with pytest.raises(Problem, match=r"evidence\.bad_host"):
        evidence.take(Order(tmp_path / "a.tar", host=host))
    assert list(tmp_path.iterdir()) == []
