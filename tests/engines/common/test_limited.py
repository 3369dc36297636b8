"""The limited process."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

from hikeshi.engines.common.limited import Limits, run
from hikeshi.engines.common.problem import Problem

HERE = "tests.engines.common.test_limited"


def echo(arguments: Any, say: Any) -> Any:
    print("noise that must not get into the channel")
    say({"halfway": True})
    return {"got": arguments}


def greedy(arguments: Any, say: Any) -> int:
    return len(bytearray(1 << 40))


def endless(arguments: Any, say: Any) -> None:
    say("begun")
    while True:
        pass


def dies(arguments: Any, say: Any) -> None:
    os.abort()


def complains(arguments: Any, say: Any) -> None:
    raise Problem("logs.empty", path="a.log")


def faulty(arguments: Any, say: Any) -> None:
    raise ZeroDivisionError("the reason")


def test_answer_and_messages_come_back() -> None:
    """別の作業として動かした答えと、途中の知らせが戻る。"""
    heard: list[Any] = []
    assert run(f"{HERE}:echo", ["日本", 1, None], on_message=heard.append) == {"got": ["日本", 1, None]}
    assert heard == [{"halfway": True}]


def test_its_problem_is_raised_here() -> None:
    """中で起きた問題は、そのまま呼んだ側の問題になる。"""
    with pytest.raises(Problem) as told:
        run(f"{HERE}:complains", None)
    assert (told.value.code, told.value.params) == ("logs.empty", {"path": "a.log"})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bound")
def test_too_much_memory_is_told() -> None:
    """メモリを使いすぎると、その作業だけが止まる。"""
    with pytest.raises(Problem) as told:
        run(f"{HERE}:greedy", None)
    assert told.value.code == "common.limited_memory"


@pytest.mark.parametrize("limits", [Limits(cpu=1), Limits(wall=1.0)])
def test_too_much_time_is_told(limits: Limits) -> None:
    """終わらない作業は、決めた時間で止まる。"""
    with pytest.raises(Problem) as told:
        run(f"{HERE}:endless", None, limits)
    assert told.value.code == "common.limited_time"


def test_a_crash_costs_only_the_process() -> None:
    """作業が壊れて終わっても、呼んだ側は問題として受け取る。"""
    with pytest.raises(Problem) as told:
        run(f"{HERE}:dies", None)
    assert told.value.code == "common.limited_died"


def test_a_fault_of_ours_keeps_its_reason_for_the_log() -> None:
    """こちらの不具合なら、その理由が開発者のために残る。"""
    with pytest.raises(Problem) as told:
        run(f"{HERE}:faulty", None)
    assert told.value.code == "common.limited_died"
    assert "the reason" in str(told.value.__cause__)


def test_listener_can_cancel() -> None:
    """知らせを聞く側が例外を投げると、作業は取りやめになる。"""

    def stop(message: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(f"{HERE}:endless", None, on_message=stop)
