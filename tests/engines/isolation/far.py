"""A host that is led from afar: a real sshd in the host's namespace, with a disk of its own for its notes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.components import needs
from tests.engines.isolation.world import HOST, World, eventually

SSHD = "/usr/sbin/sshd"
# A namespace of mounts comes with `ip netns exec`: what is kept below /var/lib is this host's alone.
OWN_DISK = 'mount --bind "$DISK" /var/lib; mount -t tmpfs none /run/lock; exec "$@"'


@contextmanager
def sshd(world: World, folder: Path, instead: str = "") -> Iterator[Path]:
    """sshd on the host; the ssh configuration that leads to it as root. `instead` runs for what was asked."""
    needs("root", SSHD, "ssh", "ssh-keygen")
    folder.mkdir(exist_ok=True)
    for name in ("host", "user"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name]
        subprocess.run(key, check=True, capture_output=True)
    (folder / "authorized_keys").write_text((folder / "user.pub").read_text())
    (folder / "known_hosts").write_text(f"{HOST} {(folder / 'host.pub').read_text()}")
    (folder / "sshd_config").write_text(
        f"Port 22\nListenAddress {HOST}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized_keys\n"
        "PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nUseDNS no\n"
        + (f"ForceCommand {instead}\n" if instead else "")
    )
    config = folder / "ssh_config"
    config.write_text(
        f"Host *\n  IdentityFile {folder}/user\n  IdentitiesOnly yes\n  UserKnownHostsFile {folder}/known_hosts\n"
        "  GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n"
    )
    Path("/run/sshd").mkdir(exist_ok=True)
    command = on(world.host, world.folder, [SSHD, "-D", "-e", "-f", str(folder / "sshd_config")])
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=disk(world.folder)) as process:
        try:
            assert eventually(lambda: shakes(world))
            yield config
        finally:
            process.kill()


def shakes(world: World) -> bool:
    """Whether sshd listens."""
    listening = subprocess.run(
        ["ip", "netns", "exec", world.host, "ss", "-Hltn", "sport = :22"], capture_output=True, text=True
    )
    return "22" in listening.stdout


def disk(folder: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a machine whose /var/lib is that folder."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SSH_")}
    return {**environment, "DISK": str(folder), **(more or {})}


def on(space: str, folder: Path, command: list[str]) -> list[str]:
    """A command on the machine of this namespace."""
    return ["ip", "netns", "exec", space, "sh", "-c", OWN_DISK, "sh", *command]


def hikeshi(space: str, folder: Path, *words: str, lang: str = "ja") -> subprocess.CompletedProcess[str]:
    """`hikeshi …` as a person types it on the machine of this namespace."""
    more = {"HIKESHI_DATA": str(folder / "data"), "HIKESHI_LANG": lang, "PYTHONWARNINGS": ""}
    command = on(space, folder, [sys.executable, "-P", "-m", "hikeshi", *words])
    return subprocess.run(command, capture_output=True, text=True, env=disk(folder, more), timeout=600)
