"""Where the host's script runs: on this machine, or on another over OpenSSH with nothing installed there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hikeshi.engines.common import openssh
from hikeshi.engines.common.problem import Problem

LONGEST = 90
CONNECTION = re.compile(rb"(?:^|\0)SSH_CONNECTION=([0-9A-Fa-f.:% ]+)\0")
AFAR = re.compile(rb"(?:^|\0)(?:SSH_CONNECTION|XRDP_SESSION)=[^\0]")
# The host's shell reads the whole text first; sudo, where it asks for no password, serves who may not log in as root.
FAR = 'if [ "$(id -u)" = 0 ]; then exec sh -s; else exec sudo -n env SSH_CONNECTION="$SSH_CONNECTION" sh -s; fi'
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
    remote: bool = False

    def run(self, text: str, shell: list[str]) -> str:
        """What the script said."""
        try:
            # A session of its own: Ctrl-C must not end it half-way. The words are the platform's, never a user's.
            done = subprocess.run(  # noqa: S603
                shell,
                input=text.encode(),
                capture_output=True,
                timeout=LONGEST,
                start_new_session=True,
                # sudo forgets by which address this session came in; the way back must not be forgotten.
                env={**os.environ, **({"SSH_CONNECTION": link} if (link := connection()) else {})},
            )
        except FileNotFoundError:
            raise Problem("isolation.no_tool", where=self.name, detail=shell[0], step="-") from None
        except subprocess.TimeoutExpired as late:
            raise Problem(
                "isolation.no_answer", where=self.name, detail=_words(late.output)[-300:] or "-", step="-"
            ) from None
        return _words(done.stdout) or f"failed\thost_failed\ndetail\t{_words(done.stderr)[-300:].strip()}\n"


@dataclass(frozen=True)
class Ssh:
    """Another Linux host; keys, port and jump hosts come from the person's own OpenSSH configuration."""

    name: str
    remote: bool = True
    more: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if not openssh.HOST.fullmatch(self.name):
            raise Problem("isolation.bad_host", where=self.name, exit=2)

    def run(self, text: str, shell: list[str]) -> str:
        """What the script said there."""
        command = openssh.command(self.name, FAR, self.more)
        try:
            done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=LONGEST)  # noqa: S603
        except FileNotFoundError:
            raise Problem("isolation.no_ssh", where=self.name) from None
        except subprocess.TimeoutExpired as late:
            raise Problem(
                "isolation.link_lost", where=self.name, step=last_step(_words(late.output)), detail="-"
            ) from None
        said, complained = _words(done.stdout), _words(done.stderr).strip()
        if "\ndone\t" in said or "failed\t" in said:
            return said
        raise self._problem(said, complained)

    def _problem(self, said: str, complained: str) -> Problem:
        detail = complained.splitlines()[-1][:300] if complained else "-"
        if said.strip():
            return Problem("isolation.link_lost", where=self.name, step=last_step(said), detail=detail)
        if code := openssh.sign(complained, SIGNS):
            return Problem(f"isolation.{code}", where=self.name, detail=detail, step="-")
        return Problem("isolation.no_answer", where=self.name, step="-", detail=detail)


Place = Local | Ssh


def last_step(said: str) -> str:
    """The last step that an answer which broke off tells of."""
    steps = re.findall(r"(?m)^step\t(\S+)", said)
    return steps[-1] if steps else "-"


def over_link() -> bool:
    """Whether this very session came in from afar (SSH, remote desktop), seen through sudo and su, which forget it."""
    if os.environ.get("SSH_CONNECTION") or os.environ.get("XRDP_SESSION"):
        return True
    if os.environ.get("SESSIONNAME", "").upper().startswith("RDP-"):
        return True
    return any(AFAR.search(one) for one in _environments()) or _under_sshd() or _seen_from() != ""


def connection() -> str | None:
    """SSH_CONNECTION of this process or of one that began it (Linux)."""
    if found := os.environ.get("SSH_CONNECTION"):
        return found
    there = next(filter(None, map(CONNECTION.search, _environments())), None)
    return there[1].decode() if there else None


def _environments() -> Iterator[bytes]:
    """What this process and those that began it were told, nearest first (Linux)."""
    process = os.getpid()
    for _ in range(64):
        try:
            environment = Path(f"/proc/{process}/environ").read_bytes()
            parent = re.search(rb"(?m)^PPid:\s*(\d+)", Path(f"/proc/{process}/status").read_bytes())
        except OSError:
            return
        yield environment
        if parent is None or int(parent[1]) <= 1:
            return
        process = int(parent[1])


def _under_sshd() -> bool:
    """Whether sshd began this session (macOS, where nobody may read what a process was told)."""
    process = str(os.getpid()) if sys.platform == "darwin" else ""
    for _ in range(64):
        parent, _, name = _asked("ps", "-o", "ppid=,comm=", "-p", process).partition(" ") if process else ("", "", "")
        if "sshd" in name:
            return True
        process = parent if parent.isdigit() and int(parent) > 1 else ""
    return False


def _seen_from() -> str:
    """The far address that the system's own list names for this terminal; empty at the machine itself."""
    if os.name != "posix" or sys.stdin is None or not sys.stdin.isatty():
        return ""
    found = re.search(r"\((\S[^()]*)", _asked("who", "-m"))
    return "" if found is None or found[1].startswith((":", "tty", "tmux", "login screen")) else found[1]


def _asked(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=5, env={**os.environ, "LC_ALL": "C"})  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return _words(done.stdout).strip()


def _words(output: bytes | None) -> str:
    return (output or b"").decode("utf-8", "replace")
