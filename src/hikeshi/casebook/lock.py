"""One writer at a time between processes: a lock file whose handle stays open.

The well-kept `filelock` opens and closes the file at each turn, which cost as much as the whole append (0.43 ms against
0.005 ms); a record is written far more often than a lock file is ever looked at.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hikeshi.engines.common.problem import Problem

WAIT = 120.0
"""Seconds after which a writer gives up: far longer than any append, shorter than a person's patience."""

if os.name == "nt":
    import msvcrt

    def _take(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

    def _give(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
else:
    import fcntl

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _give(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


class WriterLock:
    """Held by one thread of one process; re-entrant in that thread. A process that dies lets go by dying."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = threading.RLock()
        self._depth = 0
        self._handle = -1
        self._owner = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the turn and keep it. Raises Problem("casebook.busy") after WAIT seconds."""
        with self._thread:
            if not self._depth:
                self._lock()
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if not self._depth:
                    _give(self._handle)

    def _lock(self) -> None:
        if self._handle < 0 or self._owner != os.getpid():
            # A child of fork() shares its parent's handle, and with it the parent's lock: it needs its own.
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
            self._owner = os.getpid()
        end = time.monotonic() + WAIT
        pause = 0.0005
        while not _take(self._handle):
            if time.monotonic() > end:
                raise Problem("casebook.busy")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)
