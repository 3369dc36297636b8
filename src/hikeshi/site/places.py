"""Where this installation keeps its data: one folder, never in the clone, never in a synced or network folder."""

import os
import secrets
import shutil
import time
from pathlib import Path
from typing import IO

from hikeshi.engines.common.problem import Problem

CLONE = Path(__file__).resolve().parents[3]
LEFT_BEHIND = 24 * 3600
SYNCED = (
    "OneDrive",
    "Dropbox",
    "Google Drive",
    "GoogleDrive",
    "iCloud Drive",
    "Mobile Documents",
    "Box Sync",
    "pCloud",
)


def data_folder() -> Path:
    """The data folder: HIKESHI_DATA, else the platform's own place for user data. Created with mode 0700.

    Raises Problem("site.data_in_clone" | "site.data_synced" | "site.data_unwritable").
    """
    named = os.environ.get("HIKESHI_DATA")
    if named:
        folder = Path(named).expanduser().resolve()
    else:
        import platformdirs

        folder = Path(platformdirs.user_data_dir("hikeshi", appauthor=False))
    if folder == CLONE or CLONE in folder.parents:
        # A `git clean` or a fresh clone must never take the record with it.
        raise Problem("site.data_in_clone", path=str(folder))
    # SQLite's write-ahead log and a sync client corrupt each other, and a sync client carries ransomware's work away.
    if any(mark.lower() in part.lower() for part in folder.parts for mark in SYNCED):
        raise Problem("site.data_synced", path=str(folder))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("keys", "evidence", "logs"):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Problem("site.data_unwritable", path=str(folder), why=error.strerror or str(error)) from error
    return folder


def tidy(folder: Path) -> None:
    """Remove what uploads, scans and sealings that were cut off left in `incoming` more than a day ago."""
    for path in (folder / "incoming").iterdir():
        try:
            if path.lstat().st_mtime < time.time() - LEFT_BEHIND:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        except OSError:
            continue  # in use, or gone meanwhile


def port() -> int:
    """The port to serve on: HIKESHI_PORT, else 8440. Raises Problem("site.port") for what is no port."""
    named = os.environ.get("HIKESHI_PORT") or "8440"
    if not (named.isascii() and named.isdigit() and len(named) <= 5 and 1 <= int(named) <= 65535):
        raise Problem("site.port", port=named[:80], exit=2)
    return int(named)


def claim(folder: Path) -> IO[bytes]:
    """This folder for one desk at a time; the claim ends with its process, however that ends, or when it is closed.

    Raises Problem("site.data_in_use"): two desks would do the same work twice, and renew the tables under each other.
    """
    file = (folder / "desk.lock").open("ab")
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise Problem("site.data_in_use", path=str(folder)) from error
    return file


def secret(folder: Path, name: str) -> str:
    """A random secret of this installation, made once and kept in `keys/<name>` (mode 0600)."""
    path = folder / "keys" / name
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    value = secrets.token_urlsafe(48)
    draft = path.with_name(f"{name}.{os.getpid()}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # the first of two starts wins; the other reads the winner's secret
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not path.exists():
            draft.replace(path)
    draft.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()
