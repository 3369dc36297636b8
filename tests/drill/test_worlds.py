"""訓練の世界：種だけで決まり、実在するアドレスや番号を使わず、時刻の順が通っている。"""

from __future__ import annotations

import gzip
import ipaddress
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.drill import script, worlds
from hikeshi.drill.services import MOST_SEED

SEEDS = st.integers(0, MOST_SEED)
DOCUMENTATION = [
    ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
ORDER = (
    "prepared",
    "web_first",
    "shell_first",
    "ssh_first",
    "taken",
    "signal",
    "noticed",
    "known",
    "contained",
    "called",
)
ORDER += ("scanned", "scoped", "insurer", "forensics", "reported", "letters", "recovered", "cause", "exact", "final")
ORDER += ("revised", "reviewed", "closed")

found = pytest.mark.parametrize("chosen", script.found().values(), ids=lambda chosen: chosen.id)


@found
@given(seed=SEEDS)
@settings(max_examples=40, deadline=None)
def test_texts_are_filled_in_both_languages(chosen: script.Scenario, seed: int) -> None:
    """どの種でも、言葉の中に埋まらない {名前} は残らない。"""
    world = chosen.world(seed)
    for lang in ("ja", "en"):
        said = json.dumps([vars(one) for one in script.injects(chosen, world, lang)], default=str, ensure_ascii=False)
        assert not re.search(r"\{\w+(:,)?\}", said)


@found
@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_logs_are_pure_in_order_and_fictional(chosen: script.Scenario, seed: int) -> None:
    """ログは種だけで決まり、時刻の順に並び、文書用の範囲のアドレスだけが出る。"""
    world = chosen.world(seed)
    logs = chosen.logs(world)
    assert chosen.logs(chosen.world(seed)) == logs
    for name, content in logs.files.items():
        lines = (gzip.decompress(content) if name.endswith(".gz") else content).decode().splitlines()
        assert len(lines) > 100
        addresses = [line.split(" ")[0] if "access" in name else _rhost(line) for line in lines]
        assert all(_fictional(address) for address in addresses if address)
    stamps = [line.split(" ")[0] for line in logs.files["auth.log"].decode().splitlines()]
    assert stamps == sorted(stamps)


def _rhost(line: str) -> str:
    found = re.search(r"(?:rhost=| from )([0-9a-f.:]+)", line)
    return found[1] if found else ""


def _fictional(address: str) -> bool:
    return any(ipaddress.ip_address(address) in net for net in DOCUMENTATION)


@given(seed=SEEDS)
@settings(max_examples=100, deadline=None)
def test_the_intrusions_world_hangs_together(seed: int) -> None:
    """どの種でも、出来事は順に起き、人数の幅は確定した数を含み、攻撃者と身内のアドレスは違う。"""
    world = script.scenario("web-intrusion").world(seed)
    moments = [world.moments[name] for name in ORDER]
    assert moments == sorted(moments)
    assert set(world.moments) == set(ORDER)
    assert world["at_least"] < world["exact"] < world["at_most"] <= world["held_min"] + 100 <= world["held_max"]
    assert len({world[name] for name in ("web_attacker", "ssh_attacker", "scanner", "office", "home")}) == 5
    assert all(re.match(r"0\d0?-?0000-", world[name]) for name in world.values if name.endswith("phone"))
    assert world["domain"].endswith(".example")


def test_seeds_differ() -> None:
    """種を変えると、アドレスも人数も日付も変わる。"""
    made = [script.scenario("web-intrusion").world(seed) for seed in range(30)]
    for name in ("web_attacker", "exact", "wp_attempts", "ssh_attacker", "mobile"):
        assert len({world[name] for world in made}) > 15
    assert len({world.moments["known"] for world in made}) > 15


def test_the_truth_is_plain_data() -> None:
    """本当のことは JSON で渡せて、種と時刻と攻撃を持つ。"""
    chosen = script.scenario("web-intrusion")
    world = chosen.world(5)
    said: dict[str, Any] = json.loads(json.dumps(worlds.truth(world, chosen.logs(world))))
    assert said["seed"] == 5
    assert {attack["kind"] for attack in said["attacks"]} >= {"wordpress_login", "web_shell", "ssh_bruteforce"}


@pytest.mark.parametrize(
    ("text", "minutes"), [("known", 0), ("known +2d", 2880), ("known -30m", -30), ("known +3h", 180)]
)
def test_moments_are_said_from_others(text: str, minutes: int) -> None:
    """「known +2d」のように、ほかの時から数えて言える。"""
    world = script.scenario("web-intrusion").world(1)
    at = script.Teller(world, "ja").moment(text)
    assert (at - world.moments["known"]).total_seconds() == minutes * 60


@pytest.mark.parametrize("text", ["nobody", "known+2d", "known +2w", ""])
def test_a_moment_that_is_none_is_a_mistake(text: str) -> None:
    """ない時の名前は、黙って通らない。"""
    with pytest.raises(ValueError, match="no such moment"):
        script.Teller(script.scenario("web-intrusion").world(1), "ja").moment(text)
