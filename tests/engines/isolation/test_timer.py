"""確定しなければ、時間が来ると自動で元に戻る。締め出されない。"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.isolation import Step
from tests.components import needs
from tests.engines.isolation.world import HOST, RESPONDER, World, eventually, reaches

# What people get wrong: another port, another net, a digit too many, an address of a name that moved.
WRONG = ["192.0.2.1", f"{RESPONDER}:23", "10.77.0.100:22", "10.77.0.11", "2001:db8::1", "10.77.0.66:22"]


def test_wrong_allowlists_roll_back_by_themselves(tmp_path: Path) -> None:
    """通すものを間違えた50台が、すべて時間どおりに元に戻り、責任者は締め出されない。"""
    needs("root", "nft", "ip", "ss")
    assert lockouts(tmp_path, 50, at_once=50) == []


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
                back = eventually(lambda world=world: reaches(world.responder, world.host, HOST, 22, 0.1), 20)
                if not back or not eventually(lambda world=world: world.act("status").state == "open"):
                    stayed.append(world.name)
    return stayed


def test_confirming_in_time_keeps_it(pair: World) -> None:
    """時間内に確定すると、時間が過ぎても切れたまま。確定を二度しても、切るのを二度しても安全。"""
    assert pair.act("on", f"{RESPONDER}:22", timer=30).state == "pending"
    assert pair.act("confirm").state == "isolated"
    assert pair.act("confirm").already
    # Again, over the kept one, with a wrong allowlist: the timer brings back the kept one and does not open the host.
    again = pair.act("on", "192.0.2.1", timer=3)
    assert again.already
    assert not reaches(pair.responder, pair.host, HOST, 22, 0.1)
    assert eventually(lambda: reaches(pair.responder, pair.host, HOST, 22, 0.1), 10)
    kept = pair.act("status")
    assert (kept.state, kept.allow) == ("isolated", [f"{RESPONDER}:22"])
    assert not reaches(pair.host, pair.responder, RESPONDER, 80, 0.1)
    assert not pair.act("off").already
    assert pair.act("off").already


def test_confirming_too_late_says_so(pair: World) -> None:
    """時間切れのあとの確定は、切れていないと知らせ、何も切らない。"""
    pair.act("on", timer=2)
    assert eventually(lambda: not pair.is_cut(), 10)
    with pytest.raises(Problem, match=r"isolation\.not_isolated"):
        pair.act("confirm")
    assert "rolled_back" in Path(pair.state, "journal").read_text()
    assert not pair.is_cut()
