"""What lies beside the record: passwords, the key of our Message-IDs, the journals of sending, and who is at work.

Passwords are in files of mode 0600 below the data folder's `keys`, never in the record, a log or an argument.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from hikeshi.engines.common.problem import Problem

_NAME = re.compile(r"[0-9a-f-]{8,64}")


def _keys() -> Path:
    return Path(settings.HIKESHI_DATA) / "keys"


def secret_path(workspace: Any, what: str) -> Path:
    """Where a secret of a workspace lies. `what` is smtp, imap or chat."""
    name = str(workspace.pk)
    if not _NAME.fullmatch(name) or what not in ("smtp", "imap", "chat"):
        raise ValueError(what)
    return _keys() / f"mail-{what}-{name}"


def keep_secret(workspace: Any, what: str, value: str) -> None:
    """Write it down for later runs; "" takes it away."""
    path = secret_path(workspace, what)
    if not value:
        path.unlink(missing_ok=True)
        return
    _written(path, value.encode())


def secret(workspace: Any, what: str) -> str:
    """The secret, or "" when there is none."""
    path = secret_path(workspace, what)
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise Problem("notify.secret_open", path=str(path))
        return path.read_text(encoding="utf-8").rstrip("\n")
    except FileNotFoundError:
        return ""


def marking_key() -> bytes:
    """The key with which our Message-IDs are made, so that nobody can name another's message in a forged bounce."""
    path = _keys() / "mail-marks"
    if not path.exists():
        _written(path, secrets.token_hex(32).encode(), keep=True)
    return path.read_bytes().strip()


def _written(path: Path, content: bytes, *, keep: bool = False) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if keep and path.exists():  # another process was first: its key stays
        draft.unlink()
        return
    draft.replace(path)


def journal_path(delivery: str) -> Path:
    """The journal of a delivery's batch at work."""
    folder = Path(settings.HIKESHI_DATA) / "deliveries"
    folder.mkdir(mode=0o700, exist_ok=True)
    if not re.fullmatch(r"[0-9a-f]{16}", delivery):
        raise ValueError(delivery)
    return folder / f"{delivery}.journal"


@contextlib.contextmanager
def at_work(delivery: str) -> Iterator[bool]:
    """Whether this process is the one that sends this delivery; the claim ends with the process, however it ends.

    Several servers share a PostgreSQL: there the claim is the database's, too. By a lock in its own folder alone
    another server would take a batch that is going out for one that a crash left.
    """
    with _of_this_machine(delivery) as mine, _of_all_servers(delivery, mine) as ours:
        yield ours


@contextlib.contextmanager
def _of_all_servers(delivery: str, mine: bool) -> Iterator[bool]:
    if not mine or connection.vendor != "postgresql":
        yield mine
        return
    number = int.from_bytes(hashlib.sha256(f"delivery {delivery}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        ours = bool(cursor.fetchone()[0])
    try:
        yield ours
    finally:
        if ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


@contextlib.contextmanager
def _of_this_machine(delivery: str) -> Iterator[bool]:
    with journal_path(delivery).with_suffix(".lock").open("ab") as file:
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
