"""The person's own OpenSSH client: how another host is named, how it is called, and what its complaints mean."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping

# An address that begins with "-" would be an option of ssh; a space or quote would be a command.
HOST = re.compile(r"(?:[A-Za-z0-9_.+-]+@)?(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.%]+\]|[0-9A-Fa-f:.]+)")
# A dead way must show itself soon.
OPTIONS = ("-T", "-oConnectTimeout=10", "-oServerAliveInterval=2", "-oServerAliveCountMax=4", "-oControlPath=none")
# What ssh says when it cannot get there.
NO_SUCH_HOST = r"could not resolve hostname|name or service not known|no address associated"
UNKNOWN_KEY = r"host key verification failed|remote host identification has changed"
DENIED = r"permission denied|too many authentication failures"
REFUSED = r"connection refused"
UNREACHABLE = r"timed out|no route to host|unreachable|host is down|connection closed by|banner exchange"
NO_SUDO = r"sudo: .*(password|terminal|not in the sudoers|not allowed)|sudo: (command )?not found"


def command(host: str, far: str, more: tuple[str, ...] = ()) -> list[str]:
    """ssh to this host (checked with HOST before), where `far` is what its shell runs."""
    # Without a person at the terminal nobody could answer a question.
    batch = () if sys.stdin is not None and sys.stdin.isatty() else ("-oBatchMode=yes",)
    return ["ssh", *OPTIONS, *batch, *more, "--", host.replace("[", "").replace("]", ""), far]


def sign(complained: str, signs: Mapping[str, str]) -> str:
    """The code of what ssh complains of, by the patterns above; empty when it is none of them."""
    return next((code for code, words in signs.items() if re.search(words, complained, re.IGNORECASE)), "")
