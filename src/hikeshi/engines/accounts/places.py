"""Where a host's script runs: on this machine, or on another over the person's own OpenSSH client."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field

from hikeshi.engines.common import openssh
from hikeshi.engines.common.problem import Problem

LONGEST = 180
MOST = 64_000_000  # every proof at its longest, in base64
# sudo, where it asks for no password, serves who may not log in as root.
AS_ROOT = 'if [ "$(id -u)" = 0 ]; then exec sh -s; else exec sudo -n env SUDO_USER="$(id -un)" sh -s; fi'
SIGNS = {
    "ssh_no_such_host": openssh.NO_SUCH_HOST,
    "ssh_unknown_key": openssh.UNKNOWN_KEY,
    "ssh_denied": openssh.DENIED,
    "ssh_refused": openssh.REFUSED,
    "ssh_unreachable": openssh.UNREACHABLE,
    "not_root": openssh.NO_SUDO,
}


@dataclass(frozen=True)
class Local:
    """This machine."""

    name: str = "localhost"
    before: tuple[str, ...] = ()

    def run(self, text: str, *, root: bool) -> bytes:
        """What the script said."""
        del root  # the script itself says when it is not allowed
        return _said([*self.before, "sh", "-s"], text, self.name)[0]


@dataclass(frozen=True)
class Ssh:
    """Another host; keys, port and jump hosts come from the person's own OpenSSH configuration."""

    name: str
    more: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if not openssh.HOST.fullmatch(self.name):
            raise Problem("accounts.bad_host", where=self.name, exit=2)

    def run(self, text: str, *, root: bool) -> bytes:
        """What the script said there."""
        said, complained = _said(openssh.command(self.name, AS_ROOT if root else "sh -s", self.more), text, self.name)
        if b"\ndone\t" in said or b"failed\t" in said:
            return said
        detail = complained.splitlines()[-1][:300] if complained else "-"
        if said.strip():
            raise Problem("accounts.broke_off", where=self.name, detail=detail)
        code = openssh.sign(complained, SIGNS)
        raise Problem(f"accounts.{code or 'broke_off'}", where=self.name, detail=detail)


Place = Local | Ssh


def _said(command: list[str], text: str, where: str) -> tuple[bytes, str]:
    try:
        # A session of its own: Ctrl-C must not end it half-way.
        done = subprocess.run(  # noqa: S603 - a list; its host is checked, its words are the engine's
            command, input=text.encode(), capture_output=True, timeout=LONGEST, start_new_session=command[0] != "ssh"
        )
    except FileNotFoundError:
        raise Problem("accounts.no_tool", where=where, detail=command[0]) from None
    except subprocess.TimeoutExpired:
        raise Problem("accounts.broke_off", where=where, detail=f"{LONGEST} s") from None
    return done.stdout[:MOST], done.stderr.decode("utf-8", "replace").strip()
