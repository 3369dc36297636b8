"""Which workers a person asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from ...common.limited import Limits
from ...common.problem import Problem

MOST = 256


class Workers(Protocol):
    """Begin with the folder of a run; `check` raises what went wrong so far, `finish` waits for the last batch."""

    def check(self) -> None: ...

    def finish(self) -> None: ...

    def stop(self) -> None: ...


def count_of(asked: str) -> int:
    """How many processes, 0 for those of a cluster ("ray://…"). Raises Problem("logs.no_such_workers")."""
    if asked.startswith("ray://") and len(asked) > len("ray://"):
        return 0
    if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked) <= MOST:
        raise Problem("logs.no_such_workers", text=asked[:100], exit=2)
    return int(asked)


def workers(asked: str, folder: Path, rules: dict[str, Any], limits: Limits | None) -> Workers:
    """Starts them. Raises Problem("logs.no_such_workers" | "logs.no_ray" | "logs.no_cluster")."""
    from .local import Local
    from .on_ray import OnRay

    count = count_of(asked)
    return Local(count, folder, rules, limits) if count else OnRay(asked, folder, rules)
