"""`count`: starts the limited process, passes its progress on, and starts it anew without a file that broke it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..common.limited import Limits, run
from ..common.problem import Problem
from .report import Report

_TRIES = 9
_FAULTS = {"common.limited_memory", "common.limited_time", "common.limited_died"}
MEMORY = 3 << 30


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` and `total` in bytes as they lie on disk; `path` is the file now being read, "" at the end."""

    path: str
    done: int
    total: int


def count(
    paths: Iterable[str | Path],
    *,
    on_progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
    caps: dict[str, int] | None = None,
    inside: str | Path | None = None,
    hashes: bool = False,
) -> Report:
    """Whose data the files under `paths` hold, and how many people that is. Files are only read.

    `inside`: what lies outside this folder is not opened, though a link was put in its way meanwhile. `hashes`: the
    report also says the SHA-256 of each file.

    The report holds counts and paths, no value that was found. An exception of `on_progress` ends the work.
    Raises Problem("common.limited_…") when reading failed again and again.
    """
    reading = ""

    def listen(said: dict[str, Any]) -> None:
        nonlocal reading
        reading = said["path"]
        if on_progress:
            on_progress(Progress(**said))

    order: dict[str, Any] = {"paths": [str(Path(path)) for path in paths], "skipped": [], "caps": caps or {}}
    order |= {"inside": str(inside) if inside else "", "hashes": hashes}
    for attempt in range(_TRIES):
        try:
            return Report.from_wire(run(f"{__package__}.counting:work", order, limits or Limits(memory=MEMORY), listen))
        except Problem as problem:
            if problem.code not in _FAULTS or not reading or attempt == _TRIES - 1:
                raise
            order["skipped"].append([reading, "privacy.reader_died", {"path": reading}])
            reading = ""
    raise AssertionError("unreachable")
