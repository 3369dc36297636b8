"""Many hosts with wrong allowlists at once: who stays out of reach."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from hikeshi.engines.isolation import Step
from tests.engines.isolation.world import HOST, RESPONDER, World, eventually, reaches

# What people get wrong: another port, another net, a digit too many, an address of a name that moved.
WRONG = ["192.0.2.1", f"{RESPONDER}:23", "10.77.0.100:22", "10.77.0.11", "2001:db8::1", "10.77.0.66:22"]


def lockouts(folder: Path, count: int, *, at_once: int) -> list[str]:
    """Isolate `count` hosts with wrong allowlists, `at_once` at a time; those that stayed out of reach."""
    stayed: list[str] = []
    for first in range(0, count, at_once):
        with ExitStack() as stack:
            worlds = []
            for number in range(first, min(first + at_once, count)):
                world = World(folder / str(number))
                stack.callback(world.destroy)
                world.build(whole=False)
                worlds.append(world)

            def cut(numbered: tuple[int, World]) -> bool:
                number, world = numbered
                report = world.act("on", WRONG[number % len(WRONG)], timer=5, escape=False)
                # On a busy machine the time may already be up when we look.
                shut = not reaches(world.responder, world.host, HOST, 22, 0.1) or not world.is_cut()
                return shut and report.step("cut") == Step("cut", "ok", "inet ingress egress")

            with ThreadPoolExecutor(4) as pool:
                assert all(pool.map(cut, enumerate(worlds)))
            for world in worlds:
                back = eventually(lambda world=world: reaches(world.responder, world.host, HOST, 22, 0.1))
                if not back or not eventually(lambda world=world: not world.is_cut()):
                    stayed.append(world.name)
    return stayed
