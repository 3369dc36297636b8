"""Isolation: how long the cut takes, and whether wrong allowlists lock anybody out."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.report import Report
from tests.engines.isolation.lockouts import lockouts
from tests.engines.isolation.world import HOST, RESPONDER, World

FLOWS = 150


def bench(report: Report) -> None:
    """Cut and undo one host again and again under live flows; then many hosts with wrong allowlists."""
    with tempfile.TemporaryDirectory(prefix="hikeshi-isolation-") as folder:
        cuts, ons, offs = times(Path(folder) / "one", report.size(50, 2))
        beside = f"least {min(cuts):.1f} ms, 95th of 100 {percentile(cuts):.1f} ms"
        report.figure("the cut, median", statistics.median(cuts), "ms", at_most=50, beside=beside)
        report.figure("isolate on, whole, median", statistics.median(ons), "ms", beside=f"least {min(ons):.0f} ms")
        report.figure("isolate off, whole, median", statistics.median(offs), "ms", beside=f"least {min(offs):.0f} ms")
        count = report.size(1000, 3)
        began = time.monotonic()
        stayed = lockouts(Path(folder) / "many", count, at_once=report.size(50, 3))
        seconds = time.monotonic() - began
    share = (count - len(stayed)) / count
    report.figure("wrong allowlists that rolled back by themselves", share, "of all", at_least=1)
    report.note(
        f"{len(cuts)} cuts of a host with {FLOWS} flows, inet and netdev tables in one transaction, the start of nft "
        f"included; a network namespace is the host. {count:,} hosts with wrong allowlists, each with a timer of 5 s, "
        f"in {seconds:.0f} s; {len(stayed)} stayed out of reach."
    )


def times(folder: Path, rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of the cut itself, of `on` and of `off`."""
    world = World(folder)
    cuts, ons, offs = [], [], []
    try:
        world.build(whole=False)
        for number in range(rounds):
            world.flows(world.responder, world.host, HOST, FLOWS, 5000 + number)
            began = time.perf_counter()
            cut = world.act("on", f"{RESPONDER}:22").cut_ms
            ons.append((time.perf_counter() - began) * 1000)
            assert cut is not None
            cuts.append(cut)
            began = time.perf_counter()
            assert world.act("off").state == "open"
            offs.append((time.perf_counter() - began) * 1000)
            for one in world.sockets:
                one.close()
            world.sockets.clear()
    finally:
        world.destroy()
    return cuts, ons, offs


def percentile(values: list[float]) -> float:
    """The 95th of 100."""
    return sorted(values)[min(len(values) - 1, round(len(values) * 0.95))]
