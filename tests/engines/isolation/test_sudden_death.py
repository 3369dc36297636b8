"""どの手順の間で突然死んでも、機械は「切れている」か「元のまま」のどちらかになる。"""

from __future__ import annotations

from pathlib import Path

import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.isolation.platforms.linux.platform import functions
from tests.engines.isolation.world import (
    ATTACKER,
    HOST,
    RESPONDER,
    World,
    eventually,
    gets_through,
    inside,
    reaches,
    says,
    sh,
)

MARKS = [line.strip().removeprefix("#: ") for line in functions().splitlines() if line.strip().startswith("#: ")]
# Before the cut there is nothing to keep; from the cut on it holds (with a timer: until that runs out).
BEFORE = ["intended", "timer", "watch", "rules"]
AFTER = ["cut", "kept", "killed", "owned", "stay"]
UNDOING = ["undoing", "flows", "removed", "disowned", "compared"]


def test_the_marks_stand_where_we_think() -> None:
    """手順の印は、手順と同じ順に並び、試していない印はない。"""
    assert [*BEFORE, *AFTER, "confirmed", *UNDOING] == MARKS


def die(world: World, mark: str, verb: str, *allow: str, timer: int = 0) -> None:
    """Run a verb whose script is killed at this mark."""
    Path(world.state).mkdir(parents=True, exist_ok=True)
    Path(world.state, f"die.{mark}").touch()
    with pytest.raises(Problem, match=r"isolation\.(no_answer|host_failed)"):
        world.act(verb, *allow, timer=timer)
    assert not Path(world.state, f"die.{mark}").exists()


def whole(world: World) -> bool:
    """Isolated with everything that belongs to it, or open with nothing of it."""
    report = world.act("status")
    if report.state == "isolated":
        return report.owned and report.watched and not reaches(world.host, world.responder, RESPONDER, 80, 0.1)
    return report.state == "open" and not report.owned and not world.is_cut()


@pytest.mark.parametrize("mark", [*BEFORE, *AFTER])
def test_death_while_cutting(pair: World, mark: str) -> None:
    """切る手順の途中で殺されると、切る前なら何も切れておらず、切ったあとなら切れたままになる。"""
    pair.deadly = True
    before = pair.nft("list", "ruleset")
    die(pair, mark, "on", f"{RESPONDER}:22")
    if mark in BEFORE:
        assert not pair.is_cut()
        assert eventually(lambda: whole(pair) or mark in ("intended", "timer"))
        assert gets_through(pair.host, pair.responder, RESPONDER, 80)
    else:
        assert pair.is_cut()
        assert not reaches(pair.host, pair.responder, RESPONDER, 80, 0.1)
        assert gets_through(pair.responder, pair.host, HOST, 22)
        assert eventually(lambda: whole(pair))
    # Whatever was left: doing it again, and undoing it, works.
    if mark in ("timer", "cut"):
        assert pair.act("on", f"{RESPONDER}:22").state == "isolated"
        assert eventually(lambda: whole(pair))
    assert pair.act("off").state == "open"
    assert pair.nft("list", "ruleset") == before


@pytest.mark.parametrize("mark", ["confirmed", *UNDOING])
def test_death_while_confirming_or_undoing(pair: World, mark: str) -> None:
    """確定や取り消しの途中で殺されても、取り消しは見張りが終わらせ、確定は切れたまま残る。"""
    pair.deadly = True
    pair.act("on", f"{RESPONDER}:22", timer=600)
    if mark == "confirmed":
        die(pair, mark, "confirm")
        assert pair.act("status").state == "isolated"
        assert eventually(lambda: whole(pair))
        return
    die(pair, mark, "off")
    assert eventually(lambda: pair.act("status").state == "open" and whole(pair))
    assert pair.nft("list", "ruleset") == ""
    assert gets_through(pair.host, pair.responder, RESPONDER, 80)


@pytest.mark.parametrize("victim", ["watch", "both"])
def test_the_timer_outlives_the_watch(pair: World, victim: str) -> None:
    """見張りや写しを持つプログラムが殺されても、切れたままで、時間が来れば元に戻る。"""
    pair.act("on", "192.0.2.1", timer=600)
    for name in ("watch", "owner"):
        if victim in (name, "both"):
            sh(f"kill -9 $(cat {pair.state}/{name}.pid)")
    assert not reaches(pair.responder, pair.host, HOST, 22, 0.1)
    pair.time_is_up()
    assert eventually(lambda: not pair.is_cut())
    assert gets_through(pair.responder, pair.host, HOST, 22)


def test_a_wiped_folder_still_lets_go(pair: World) -> None:
    """控えのフォルダを消されても、取り消しはできる。"""
    pair.act("on", RESPONDER)
    sh(f"rm -rf {pair.state}")
    assert pair.is_cut()
    assert pair.act("off").state == "open"
    assert pair.nft("list", "ruleset") == ""


def test_a_wiped_folder_is_cut_and_watched_anew(pair: World) -> None:
    """控えのフォルダを消されても、もう一度切れば、控えも見張りも元どおりになる。"""
    pair.act("on", RESPONDER)
    sh(f"rm -rf {pair.state}")
    assert pair.act("on", f"{RESPONDER}:22").already
    assert eventually(lambda: whole(pair))
    assert pair.act("off").state == "open"


def test_death_of_the_attackers_flow_is_kept_after_a_killed_cut(world: World) -> None:
    """切った直後に殺されて通信を終わらせられなくても、見張りが終わらせ、元に戻しても生き返らない。"""
    world.deadly = True
    (flow,) = world.flows(world.host, world.attacker, ATTACKER)
    die(world, "cut", "on")
    assert not flow.passes()
    assert eventually(lambda: whole_for(world))
    world.act("off")
    assert not flow.passes()
    with inside(world.host):
        assert not says(flow.near, flow.far, 0.05)


def whole_for(world: World) -> bool:
    report = world.act("status")
    return report.state == "isolated" and report.owned
