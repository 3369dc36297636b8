"""Workers on a Ray cluster: batches and rules are sent as bytes, so that machines need share no folder.

Ray speaks to whoever reaches its ports and runs what they say: it belongs into a network of one's own (docs/user).
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import tempfile
import threading
import time
import zlib
from pathlib import Path
from typing import Any

from ...common.problem import Problem
from ..sigma.opening import open_rules
from .spool import HITS, STOP, TAKEN, claims, write

_TRIES = 3  # a cluster that is only just up, or short of memory for a moment, turns its first caller away
_FLYING = 2  # batches on their way for each processor, so that none waits for the network


class Evaluator:
    """Lives on a machine of the cluster; keeps the compiled rules there from one batch to the next."""

    def __init__(self, packs: list[bytes], levels: list[str]) -> None:
        from platformdirs import user_cache_dir

        from ..sigma.sink import kernel_of

        with tempfile.TemporaryDirectory(prefix="hikeshi-rules-") as folder:
            paths = []
            for number, content in enumerate(packs):
                path = Path(folder) / f"{number:03d}.pack"
                path.write_bytes(content)
                paths.append(str(path))
            cache = user_cache_dir("hikeshi", appauthor=False)
            self._kernel = kernel_of({"packs": paths, "cache": cache, "levels": levels})

    def evaluate(self, data: bytes) -> bytes:
        from .evaluating import evaluated

        return zlib.compress(evaluated(self._kernel, zlib.decompress(data)), 1)


class OnRay:
    """The processors of a cluster evaluate rules on the batches of a folder."""

    def __init__(self, address: str, folder: Path, rules: dict[str, Any]) -> None:
        """Raises Problem("logs.no_ray" | "logs.no_cluster")."""
        if importlib.util.find_spec("ray") is None:
            raise Problem("logs.no_ray", exit=3)
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is told to anybody that the user did not ask for
        # By name: an extra that most installations have not, and without types worth the name.
        ray: Any = importlib.import_module("ray")
        self._ray, self._folder = ray, folder
        self._faults: list[BaseException] = []
        try:
            self._client = _joined(ray, address)
            count = max(1, int(ray.cluster_resources().get("CPU", 1)))
        except Exception as error:
            raise Problem("logs.no_cluster", address=address, why=str(error)[:300], exit=3) from error
        cache = Path(rules["cache"]) / "rules" if rules.get("cache") else None
        packs = ray.put([_bytes_of(Path(path), cache) for path in rules["packs"]])
        remote = ray.remote(num_cpus=1)(Evaluator)
        self._actors: list[Any] = [remote.remote(packs, list(rules.get("levels") or ())) for _ in range(count)]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        flying: dict[Any, tuple[str, Any]] = {}
        free = self._actors * _FLYING
        try:
            for name, data in claims(self._folder):
                if not free:
                    self._land(flying, free)
                actor = free.pop(0)
                flying[actor.evaluate.remote(zlib.compress(data, 1))] = name, actor
            while flying:
                self._land(flying, free)
        except BaseException as fault:
            self._faults.append(fault)
            (self._folder / STOP).touch()

    def _land(self, flying: dict[Any, tuple[str, Any]], free: list[Any]) -> None:
        done, _ = self._ray.wait(list(flying), num_returns=1)
        for one in done:
            name, actor = flying.pop(one)
            write(self._folder / f"{name}{HITS}", zlib.decompress(self._ray.get(one)))
            (self._folder / f"{name}{TAKEN}").unlink()
            free.append(actor)

    def check(self) -> None:
        """Raises Problem("logs.worker_lost") with what the cluster said."""
        if self._faults:
            fault = self._faults[0]
            raise fault if isinstance(fault, Problem) else Problem("logs.worker_lost", why=str(fault)[:300]) from fault

    def finish(self) -> None:
        self._thread.join()
        self._ray.shutdown()
        self.check()

    def stop(self) -> None:
        (self._folder / STOP).touch()
        self._thread.join()
        self._ray.shutdown()


def _joined(ray: Any, address: str) -> Any:
    """The cluster's client. Raises what Ray raises, where the cluster cannot be reached or turns us away every time."""
    tries = 1
    while True:
        try:
            return ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
        except ConnectionAbortedError:
            if tries == _TRIES:
                raise
        tries += 1
        time.sleep(2)


def _bytes_of(path: Path, cache: Path | None) -> bytes:
    """A pack's file, or what a folder of rules compiles to."""
    with tempfile.TemporaryDirectory(prefix="hikeshi-rules-") as folder:
        pack = open_rules(path, cache)
        pack.write(Path(folder) / "one.pack")
        return (Path(folder) / "one.pack").read_bytes()
