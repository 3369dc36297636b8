"""A user of a Windows PC: the script that its administrator runs there. It prints its result and the undo."""

from __future__ import annotations

import re
from pathlib import Path

from hikeshi.engines.common.problem import Problem

# What a local user's name may hold; PowerShell takes curly quotes for quotes, so they stay out.
NAME = re.compile(
    r"[^\s\"/\\\[\]:;|=,+*?<>@'`$\u2018-\u201f\x00-\x1f](?:[^\"/\\\[\]:;|=,+*?<>@'`$\u2018-\u201f\x00-\x1f]{0,18}[^\s\"/\\\[\]:;|=,+*?<>@'`$\u2018-\u201f\x00-\x1f.])?"
)


def windows_script(user: str, *, dry: bool) -> str:
    """The whole script; run as administrator on that PC. Raises Problem("accounts.bad_user")."""
    if not NAME.fullmatch(user) or not user.isprintable():
        raise Problem("accounts.bad_user", user=user[:80], exit=2)
    text = (Path(__file__).parent / "hosts" / "windows.ps1").read_text(encoding="utf-8")
    return text.replace("@USER@", user).replace("@DRY@", "$true" if dry else "$false")
