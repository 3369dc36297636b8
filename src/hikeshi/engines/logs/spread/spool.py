"""The folder of one run: batches wait in it for a worker, and stay until they are merged. Safe among processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ..columns import Batch
from ..report import Report
from .packing import packed

WAITING, TAKEN, HITS, ENDED, STOP = ".batch", ".taken", ".hits", "ended", "stop"
MOST_WAITING = 8
PAUSE = 0.01


class Spool:
    """A sink: writes each batch for the workers, and waits where they are too far behind."""

    def __init__(self, folder: Path) -> None:
        """A folder of our own, that a run which died may have used before: it is begun anew."""
        self._folder = folder
        self._count = 0
        for left in folder.iterdir():
            left.unlink()

    def take(self, batch: Batch) -> None:
        self._count += 1
        wait_while(lambda: len(list(self._folder.glob("*" + WAITING))) >= MOST_WAITING, self._folder)
        write(self._folder / f"{self._count:06d}{WAITING}", packed(batch))

    def finish(self, report: Report) -> None:
        write(self._folder / ENDED, b"%d" % self._count)


def wait_while(condition: Callable[[], bool], folder: Path) -> None:
    """Looks again and again. Raises InterruptedError when the run was stopped or whoever started us is gone."""
    parent = os.getppid()
    while condition():
        if (folder / STOP).exists() or os.getppid() != parent or not folder.is_dir():
            raise InterruptedError
        time.sleep(PAUSE)


def claims(folder: Path) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of batches that nobody else takes, until the last was taken."""

    def nothing_to_do() -> bool:
        return not any(folder.glob("*" + WAITING)) and not (folder / ENDED).exists()

    while True:
        wait_while(nothing_to_do, folder)
        if (folder / STOP).exists():
            raise InterruptedError
        waiting = sorted(folder.glob("*" + WAITING))
        if not waiting and (folder / ENDED).exists():
            return
        for file in waiting:
            taken = file.with_suffix(TAKEN)
            try:
                file.rename(taken)  # only one of all who try succeeds
            except OSError:
                continue
            yield file.stem, taken.read_bytes()
            break


def write(path: Path, data: bytes) -> None:
    """Whole or not at all: whoever looks sees no half file."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)
