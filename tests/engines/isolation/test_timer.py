"""確定しなければ、時間が来ると自動で元に戻る。締め出されない。"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.isolation import Plan, act, resolved
from tests.components import needs
from tests.engines.isolation.lockouts import lockouts
from tests.engines.isolation.world import HOST, RESPONDER, Inside, World, eventually, gets_through, reaches


def test_wrong_allowlists_roll_back_by_themselves(tmp_path: Path) -> None:
    """通すものを間違えた50台が、すべて時間どおりに元に戻り、責任者は締め出されない。"""
    needs("root", "nft", "ip", "ss")
    assert lockouts(tmp_path, 50, at_once=50) == []


def test_confirming_in_time_keeps_it(pair: World) -> None:
    """時間内に確定すると、時間が過ぎても切れたまま。確定を二度しても、切るのを二度しても安全。"""
    assert pair.act("on", f"{RESPONDER}:22", timer=600).state == "pending"
    assert pair.act("confirm").state == "isolated"
    assert pair.act("confirm").already
    # Again, over the kept one, with a wrong allowlist: the timer brings back the kept one and does not open the host.
    again = pair.act("on", "192.0.2.1", timer=600)
    assert again.already
    assert not reaches(pair.responder, pair.host, HOST, 22, 0.1)
    pair.time_is_up()
    assert gets_through(pair.responder, pair.host, HOST, 22)
    assert eventually(lambda: pair.act("status").state == "isolated")
    assert pair.act("status").allow == [f"{RESPONDER}:22"]
    assert not reaches(pair.host, pair.responder, RESPONDER, 80, 0.1)
    assert not pair.act("off").already
    assert pair.act("off").already


@dataclass(frozen=True)
class Slow(Inside):
    """A host so busy that its timer ran out, and was acted on, just before the cut."""

    def run(self, text: str, shell: list[str]) -> str:
        mark = "began=$(date +%s%N)"
        assert text.count(mark) == 2  # in what runs, and in what is kept there
        late = 'echo 0 >"$STATE/deadline"; expire >/dev/null'
        return super().run(text.replace(mark, f"{late}\n{mark}"), shell)


@pytest.mark.parametrize("kept", [False, True])
def test_a_cut_that_comes_after_its_time_is_undone(pair: World, kept: bool) -> None:
    """切る前に時間が過ぎるほど遅い機械は、切れたままにならず、前の状態に戻り、そう知らせる。"""
    if kept:
        pair.act("on", f"{RESPONDER}:22")
    with pytest.raises(Problem, match=r"isolation\.(nft_refused|too_slow)" if kept else r"isolation\.too_slow"):
        act("on", Slow(space=pair.host), Plan(resolved(["192.0.2.1"]), 600), folder=pair.state)
    assert eventually(lambda: pair.act("status").state == ("isolated" if kept else "open"))
    assert gets_through(pair.responder, pair.host, HOST, 22)
    through = reaches if kept else gets_through
    assert through(pair.host, pair.responder, RESPONDER, 80) != kept


def test_confirming_too_late_says_so(pair: World) -> None:
    """時間切れのあとの確定は、切れていないと知らせ、何も切らない。"""
    pair.act("on", timer=2)
    assert eventually(lambda: not pair.is_cut())
    with pytest.raises(Problem, match=r"isolation\.not_isolated"):
        pair.act("confirm")
    assert "rolled_back" in Path(pair.state, "journal").read_text()
    assert not pair.is_cut()
