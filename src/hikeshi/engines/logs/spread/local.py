"""Workers on this machine, each a limited process."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from ...common.limited import Limits, run
from .spool import STOP


class Local:
    """`count` processes that evaluate rules on the batches of a folder."""

    def __init__(self, count: int, folder: Path, rules: dict[str, Any], limits: Limits | None) -> None:
        self._folder, self._rules, self._limits = folder, rules, limits
        self._faults: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        try:
            run(f"{__package__}.evaluating:work", {"folder": str(self._folder), "rules": self._rules}, self._limits)
        except BaseException as fault:
            self._faults.append(fault)
            (self._folder / STOP).touch()  # the others and the reader need not go on

    def check(self) -> None:
        """Raises what a worker ended with."""
        if self._faults:
            raise self._faults[0]

    def finish(self) -> None:
        """Waits for the last batch. Raises what a worker ended with."""
        for thread in self._threads:
            thread.join()
        self.check()

    def stop(self) -> None:
        (self._folder / STOP).touch()
        for thread in self._threads:
            thread.join()
