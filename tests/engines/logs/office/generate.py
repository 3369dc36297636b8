"""A plain week of a small firm in Japan, as its logs tell it: nothing has happened but what happens every week.

    python -m tests.engines.logs.office.generate FOLDER [--lines 1000000] [--seed 1]

It was written and frozen before the rules and the findings that are measured on it, so that neither is fitted to it:
the SHA-256 of what it writes stands in its test. What it holds is what such a firm sees, the internet's everyday noise
included: crawlers and strangers who try a door, spam that is refused, passwords mistyped, a phone with an old password.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable
from pathlib import Path

from .cloud import tenant
from .router import router
from .servers import auth, ftp, mail
from .web import access
from .windows import windows

PARTS: dict[str, tuple[float, Callable[[int, int], list[str]]]] = {
    "www/access.log": (0.55, access),
    "router/yamaha.log": (0.20, router),
    "server/mail.log": (0.10, mail),
    "server/auth.log": (0.05, auth),
    "server/vsftpd.log": (0.01, ftp),
    "windows/events.jsonl": (0.07, windows),
    "microsoft365/audit.jsonl": (0.02, tenant),
}
"""File, its share of all lines, and who writes it."""


def write(folder: Path, lines: int = 1_000_000, seed: int = 1) -> str:
    """Writes the week below a folder; answers the SHA-256 over all files, in the order of PARTS."""
    digest = hashlib.sha256()
    for name, (share, make) in PARTS.items():
        content = ("\n".join(make(seed, round(lines * share))) + "\n").encode()
        digest.update(content)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return digest.hexdigest()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--lines", type=int, default=1_000_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    print(write(given.folder, given.lines, given.seed))


if __name__ == "__main__":
    main()
